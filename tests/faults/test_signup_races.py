"""Many sign-ups at one moment, over HTTP: an invitation is spent once, and an address is taken once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from huntaze_app import create_app
from tests import people
from tests.conftest import settings_for
from tests.faults.conftest import make_codes, rows, web_server
from tests.faults.http import Answer, Caller, at_once
from tests.faults.web import SEED_PASSWORD, WebServer
from tests.people import ADMIN, PASSWORD, invitation

CALLERS = 100
SPELLINGS = 60
Rounds = Callable[[int, int], int]


@pytest.fixture(scope="module", params=["memory", "postgres"])
def web(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """A web server, once with everything on each backend."""
    url = request.getfixturevalue("module_database") if request.param == "postgres" else None
    web = web_server(tmp_path_factory.mktemp("races") / "web.log", url)
    web.start()
    yield web
    web.kill()


def sign_up(caller: Caller, email: str, code: str) -> Answer:
    """Ask for an account."""
    body = {"email": email, "password": PASSWORD, "name": "Zoé", "inviteCode": code}
    return caller.post("/api/auth/signup", body)


@pytest.fixture(scope="module")
def admin(web: WebServer) -> str:
    """The cookie of the administrator."""
    return web.caller.post("/api/auth/signin", {"email": ADMIN, "password": SEED_PASSWORD}).cookie


def sign_up_in(app: Flask, email: str, code: str) -> TestResponse:
    """Ask an application of this process for an account."""
    return people.sign_up(app.test_client(), email, code)


def new_codes(web: WebServer, admin: str, count: int) -> list[str]:
    """The codes of new invitations."""
    made = web.caller.post("/api/admin/invites", {"count": count}, admin)
    assert made.status == 201, made.text
    return [invite["code"] for invite in made.json["invites"]]


def invites(web: WebServer, admin: str, codes: list[str]) -> list[dict[str, Any]]:
    """Those invitations as the administrator sees them."""
    found = web.caller.get("/api/admin/invites?limit=100", admin).json["invites"]
    return [invite for invite in found if invite["code"] in codes]


def test_one_code_and_a_hundred_callers_make_one_account(web: WebServer, admin: str, fault_rounds: Rounds) -> None:
    for turn in range(fault_rounds(3, 10)):
        race_for_a_code(web, admin, turn)


def race_for_a_code(web: WebServer, admin: str, turn: int) -> None:
    """One round of the race, and what must be true after it."""
    [code] = new_codes(web, admin, 1)

    answers = at_once(CALLERS, lambda caller: sign_up(web.caller, f"r{turn}.c{caller}@example.fr", code))

    assert Counter(answer.status for answer in answers) == {201: 1, 403: CALLERS - 1}
    [(number, winner)] = [(n, answer) for n, answer in enumerate(answers) if answer.status == 201]
    assert {answer.json["code"] for answer in answers if answer.status == 403} == {"invite_required"}
    assert [invite["usedByEmail"] for invite in invites(web, admin, [code])] == [f"r{turn}.c{number}@example.fr"]
    assert web.caller.get("/api/auth/me", winner.cookie).json["id"] == winner.json["id"]
    assert web.caller.get("/api/billing/subscription", winner.cookie).json["plan"] == "FREE"


def test_a_race_for_a_code_leaves_one_row_of_each_kind_in_postgres(database: str) -> None:
    app = create_app(settings_for("postgres", database))
    [code] = make_codes(database, 1)

    answers = at_once(CALLERS, lambda caller: sign_up_in(app, f"rows.c{caller}@example.fr", code))
    app.extensions["stores"].close()

    [winner] = [answer for answer in answers if answer.status_code == 201]
    for table in ("users", "sessions", "subscription_records"):
        assert rows(database, f"SELECT count(*) FROM {table}") == [(1,)]  # noqa: S608 -- the names are above
    found = rows(database, "SELECT used_by::text, used_at IS NOT NULL FROM beta_invites WHERE code = %s", code)
    assert found == [(winner.get_json()["id"], True)]


def test_a_race_for_a_code_leaves_one_row_of_each_kind_in_memory() -> None:
    app = create_app(settings_for("memory"))
    code = invitation(app)

    answers = at_once(CALLERS, lambda caller: sign_up_in(app, f"rows.c{caller}@example.fr", code))

    [winner] = [answer for answer in answers if answer.status_code == 201]
    held = app.extensions["stores"].backends["memory"]._database
    assert [len(table.rows) for table in (held.users, held.sessions, held.subscriptions)] == [1, 1, 1]
    assert [str(one.used_by) for one in held.invites.rows.values()] == [winner.get_json()["id"]]


def test_one_address_in_sixty_spellings_and_sixty_codes_makes_one_account(web: WebServer, admin: str) -> None:
    codes = new_codes(web, admin, SPELLINGS)
    chance = random.Random(60)  # noqa: S311 -- the same spellings each time

    def spelled(text: str) -> str:
        return "".join(chance.choice((letter.upper(), letter)) for letter in text)

    spellings = [spelled("marie.dupont@example.fr") for _ in codes]
    answers = at_once(SPELLINGS, lambda caller: sign_up(web.caller, spellings[caller], codes[caller]))

    assert Counter(answer.status for answer in answers) == {201: 1, 409: SPELLINGS - 1}
    assert {answer.json["code"] for answer in answers if answer.status == 409} == {"email_taken"}
    found = invites(web, admin, codes)
    assert len(found) == SPELLINGS
    used = [invite["code"] for invite in found if invite["usedAt"]]
    assert used == [codes[number] for number, answer in enumerate(answers) if answer.status == 201]
