"""Many clicks on one mailed link, or uses of its code, at one moment, over HTTP: one of them gets in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from huntaze_app import create_app
from huntaze_app.security.derived import derive_code, derive_token
from repositories.entities.one_time_tokens import Purpose
from tests import links
from tests.conftest import settings_for
from tests.faults.conftest import FAULT_SECRET, make_codes, rows
from tests.faults.http import Answer, at_once
from tests.faults.web import WebServer
from tests.people import PASSWORD, creator

CALLERS = 100
NEW_PASSWORD = "another horse battery"
Rounds = Callable[[int, int], int]


def sign_up(web: WebServer, url: str, email: str) -> None:
    """Make an account."""
    [code] = make_codes(url, 1)
    body = {"email": email, "password": PASSWORD, "name": "Zoé", "inviteCode": code}
    assert web.caller.post("/api/auth/signup", body).status == 201


def asked(web: WebServer, url: str, path: str, email: str) -> UUID:
    """Ask for a link; return the id of its token."""
    assert web.caller.post(path, {"email": email}).status == 202
    [(found,)] = rows(url, "SELECT id FROM one_time_tokens WHERE email = %s ORDER BY created_at DESC LIMIT 1", email)
    assert isinstance(found, UUID)
    return found


def verify_at_once(web: WebServer, body: dict[str, str]) -> list[Answer]:
    """Sign in by mail, many times at one moment."""
    return at_once(CALLERS, lambda _: web.caller.post("/api/auth/magic-link/verify", body))


def sessions(url: str, email: str) -> int:
    """How many sessions an account has."""
    query = "SELECT count(*) FROM sessions JOIN users ON users.id = user_id WHERE email = %s"
    [(found,)] = rows(url, query, email)
    return int(str(found))


def assert_one_got_in(answers: list[Answer]) -> Answer:
    """Check that one was let in, and every other told the same; return what the one was told."""
    assert Counter(answer.status for answer in answers) == {200: 1, 400: CALLERS - 1}
    assert {answer.json["code"] for answer in answers if answer.status == 400} == {"invalid_token"}
    return next(answer for answer in answers if answer.status == 200)


def test_a_hundred_clicks_on_one_link_open_one_session(
    module_web: WebServer, module_database: str, fault_rounds: Rounds
) -> None:
    for turn in range(fault_rounds(3, 30)):
        email = f"click{turn}@example.fr"
        sign_up(module_web, module_database, email)
        token_id = asked(module_web, module_database, "/api/auth/magic-link", email)
        body = {"token": derive_token(FAULT_SECRET, Purpose.MAGIC_LINK, token_id)}
        before = sessions(module_database, email)

        answers = verify_at_once(module_web, body)

        winner = assert_one_got_in(answers)
        assert module_web.caller.get("/api/auth/me", winner.cookie).json["email"] == email
        assert sessions(module_database, email) == before + 1


def test_a_hundred_uses_of_one_code_open_one_session(
    module_web: WebServer, module_database: str, fault_rounds: Rounds
) -> None:
    for turn in range(fault_rounds(3, 30)):
        email = f"code{turn}@example.fr"
        sign_up(module_web, module_database, email)
        token_id = asked(module_web, module_database, "/api/auth/magic-link", email)
        body = {"email": email, "code": derive_code(FAULT_SECRET, Purpose.MAGIC_LINK, token_id)}
        before = sessions(module_database, email)

        answers = verify_at_once(module_web, body)

        assert_one_got_in(answers)
        assert sessions(module_database, email) == before + 1


def test_a_hundred_resets_with_one_link_change_the_password_once(
    module_web: WebServer, module_database: str, fault_rounds: Rounds
) -> None:
    for turn in range(fault_rounds(3, 30)):
        email = f"reset{turn}@example.fr"
        sign_up(module_web, module_database, email)
        token_id = asked(module_web, module_database, "/api/auth/password/forgot", email)
        token = derive_token(FAULT_SECRET, Purpose.PASSWORD_RESET, token_id)

        def reset(number: int, token: str = token) -> Answer:
            body = {"token": token, "password": f"{NEW_PASSWORD} {number}"}
            return module_web.caller.post("/api/auth/password/reset", body)

        answers = at_once(CALLERS, reset)

        assert_one_got_in(answers)
        [winner] = [number for number, answer in enumerate(answers) if answer.status == 200]
        assert sessions(module_database, email) == 0
        for number, status in ((winner, 200), ((winner + 1) % CALLERS, 401)):
            body = {"email": email, "password": f"{NEW_PASSWORD} {number}"}
            assert module_web.caller.post("/api/auth/signin", body).status == status


@pytest.fixture
def memory_app() -> Flask:
    """An application on memory, in this process: nobody else could read what its links hold."""
    return create_app(settings_for("memory"))


def test_a_hundred_clicks_on_one_link_open_one_session_in_memory(memory_app: Flask, fault_rounds: Rounds) -> None:
    creator(memory_app)
    held = memory_app.extensions["stores"].backends["memory"]._database
    for _ in range(fault_rounds(3, 30)):
        memory_app.test_client().post("/api/auth/magic-link", json={"email": "zoe@example.fr"})
        body, before = {"token": links.link(memory_app)}, len(held.sessions.rows)

        def click(_number: int, body: dict[str, str] = body) -> TestResponse:
            return memory_app.test_client().post("/api/auth/magic-link/verify", json=body)

        answers = at_once(CALLERS, click)

        assert Counter(answer.status_code for answer in answers) == {200: 1, 400: CALLERS - 1}
        assert len(held.sessions.rows) == before + 1
