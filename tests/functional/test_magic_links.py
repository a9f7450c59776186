"""Signing in by a mail: with the link, or with the code beside it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from huntaze_app.clock import now
from huntaze_app.stores import StoreRouter
from repositories.paging import PageRequest
from tests.answers import form_token
from tests.links import MAGIC_LINK, PASSWORD_RESET, asked, code, link
from tests.people import creator

ASK, VERIFY = "/api/auth/magic-link", "/api/auth/magic-link/verify"
ZOE = "zoe@example.fr"
UNKNOWN = "x" * 43


@pytest.fixture
def zoe(app: Flask) -> FlaskClient:
    """An account, signed in."""
    return creator(app, ZOE)


@pytest.fixture
def visitor(app: Flask, zoe: FlaskClient) -> FlaskClient:
    """A visitor of a product that has an account."""
    return app.test_client()


def ask(client: FlaskClient, email: str = ZOE) -> None:
    response = client.post(ASK, json={"email": email})
    assert (response.status_code, response.data) == (202, b"")


def status(client: FlaskClient, **body: str) -> int:
    return client.post(VERIFY, json=body).status_code


def test_the_link_signs_in(app: Flask, visitor: FlaskClient) -> None:
    ask(visitor, " ZOE@example.fr")

    response = visitor.post(VERIFY, json={"token": link(app)})

    assert response.status_code == 200
    assert response.get_json()["email"] == ZOE
    assert response.get_json()["emailVerified"] is True
    assert visitor.get("/api/auth/me").status_code == 200


def test_the_code_signs_in(app: Flask, visitor: FlaskClient) -> None:
    ask(visitor)

    assert status(visitor, email="Zoe@Example.fr", code=code(app)) == 200
    assert visitor.get("/api/auth/me").get_json()["emailVerified"] is True


def test_a_link_works_once_and_its_code_goes_with_it(app: Flask, visitor: FlaskClient) -> None:
    ask(visitor)
    token, digits = link(app), code(app)

    assert status(visitor, token=token) == 200
    assert status(visitor, token=token) == 400
    assert status(visitor, email=ZOE, code=digits) == 400


def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(app: Flask, visitor: FlaskClient) -> None:
    ask(visitor)
    spent = link(app)
    assert status(visitor, token=spent) == 200
    ask(visitor, "nobody@example.fr")
    nobodys = link(app)
    visitor.post("/api/auth/password/forgot", json={"email": ZOE})
    reset = link(app, PASSWORD_RESET)

    bodies = set()
    tokens = [{"token": token} for token in (spent, nobodys, reset, UNKNOWN)]
    for body in (*tokens, {"email": ZOE, "code": "0"}):
        response = visitor.post(VERIFY, json=body, headers={"X-Request-Id": "same"})
        assert response.status_code == 400
        bodies.add(response.data)

    assert len(bodies) == 1
    assert b"invalid_token" in bodies.pop()


def test_a_link_is_too_old_after_ten_minutes(app: Flask, visitor: FlaskClient) -> None:
    at = now()
    with time_machine.travel(at, tick=False):
        ask(visitor)
    token = link(app)

    with time_machine.travel(at + timedelta(minutes=10), tick=False):
        assert status(visitor, token=token) == 400
    with time_machine.travel(at + timedelta(minutes=9, seconds=59), tick=False):
        assert status(visitor, token=token) == 200


def test_a_new_link_ends_the_old_one(app: Flask, visitor: FlaskClient) -> None:
    ask(visitor)
    ask(visitor)
    new, old = asked(app)

    assert status(visitor, token=link(app, token_id=old)) == 400
    assert status(visitor, token=link(app, token_id=new)) == 200


def test_five_wrong_codes_are_the_end_of_it(app: Flask, visitor: FlaskClient) -> None:
    ask(visitor)
    digits = code(app)
    wrong = "000000" if digits != "000000" else "000001"

    assert [status(visitor, email=ZOE, code=wrong) for _ in range(5)] == [400] * 5
    assert status(visitor, email=ZOE, code=digits) == 400
    assert status(visitor, token=link(app)) == 200


def test_wrong_attempts_are_counted_although_their_answer_is_a_refusal(app: Flask, visitor: FlaskClient) -> None:
    """The refusal commits: otherwise one could guess for ever."""
    ask(visitor)
    status(visitor, email=ZOE, code="wrong")

    router: StoreRouter = app.extensions["stores"]
    (token_id,) = asked(app)
    found = router.run("auth", lambda stores: stores.one_time_tokens.find(token_id, now()))
    assert found is not None
    assert found.attempts == 1
    refused = router.run("auth", lambda stores: stores.audit.list_page(PageRequest(), "sign_in_refused"))
    assert [event.details for event in refused.items] == [{"means": "magic_link"}]


def test_known_and_unknown_addresses_get_the_same_answer(visitor: FlaskClient) -> None:
    for path in (ASK, "/api/auth/password/forgot"):
        known, unknown = (
            visitor.post(path, json={"email": email}, headers={"X-Request-Id": "same"})
            for email in (ZOE, "nobody@example.fr")
        )
        assert (known.status_code, known.data, list(known.headers)) == (202, b"", list(unknown.headers))
        assert unknown.data == b""


def test_a_barred_account_is_not_let_in(app: Flask, zoe: FlaskClient, visitor: FlaskClient) -> None:
    ask(visitor)
    user_id = UUID(zoe.get("/api/auth/me").get_json()["id"])
    router: StoreRouter = app.extensions["stores"]

    router.run("auth", lambda stores: stores.users.remove(user_id, now()))

    assert status(visitor, token=link(app)) == 400
    assert visitor.get("/api/auth/me").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"token": ""},
        {"token": "x" * 65},
        {"token": "x", "email": ZOE},
        {"email": ZOE},
        {"code": "123456"},
        {"email": ZOE, "code": 123456},
        {"token": "x", "email": ZOE, "code": "1"},
        {"token": None},
        {"token": "a\x00"},
    ],
)
def test_anything_else_is_invalid(visitor: FlaskClient, body: dict[str, object]) -> None:
    response = visitor.post(VERIFY, json=body)

    assert (response.status_code, response.get_json()["code"]) == (400, "validation_error")


def test_opening_the_link_does_not_spend_it(app: Flask, visitor: FlaskClient) -> None:
    """Programs that look into mail open every link."""
    ask(visitor)
    token = link(app)

    for _ in range(3):
        page = visitor.get(f"/magic/open?token={token}")
        assert page.status_code == 200
        visitor.head(f"/magic/open?token={token}")
    assert token in page.text

    data = {"csrf_token": form_token(visitor, f"/magic/open?token={token}"), "token": token}
    entered = visitor.post("/magic/open", data=data)
    assert (entered.status_code, entered.location) == (303, "/dashboard")
    assert visitor.get("/api/auth/me").status_code == 200


def test_a_spent_link_leads_to_another(app: Flask, visitor: FlaskClient) -> None:
    ask(visitor)
    token = link(app)
    status(visitor, token=token)
    other = app.test_client()

    data = {"csrf_token": form_token(other, "/magic"), "token": token}
    page = other.post("/magic/open", data=data)

    assert page.status_code == 400
    assert 'href="/magic"' in page.text
    assert token not in page.text


def test_the_pages_go_from_the_address_to_the_code(app: Flask, visitor: FlaskClient) -> None:
    sent = visitor.post("/magic", data={"csrf_token": form_token(visitor, "/magic"), "email": ZOE})
    assert (sent.status_code, sent.location) == (303, "/magic/sent")
    page = visitor.get("/magic/sent")
    assert ZOE in page.text

    wrong = visitor.post("/magic/sent", data={"csrf_token": form_token(visitor, "/magic/sent"), "code": "nothing"})
    assert wrong.status_code == 400
    digits = code(app)
    data = {"csrf_token": form_token(visitor, "/magic/sent"), "code": f"{digits[:3]} {digits[3:]}"}
    assert visitor.post("/magic/sent", data=data).status_code == 303
    assert visitor.get("/api/auth/me").status_code == 200


def test_the_page_for_the_code_needs_an_address(visitor: FlaskClient) -> None:
    assert visitor.get("/magic/sent").location == "/magic"
    assert visitor.get("/forgot/sent").location == "/forgot"


def test_a_token_is_known_by_its_hash_alone(app: Flask, visitor: FlaskClient) -> None:
    ask(visitor)
    router: StoreRouter = app.extensions["stores"]
    (token_id,) = asked(app)

    stored = router.run("auth", lambda stores: stores.one_time_tokens.find(token_id, now()))

    assert stored is not None
    for secret in (link(app, MAGIC_LINK), code(app)):
        assert secret.encode() not in stored.token_hash + (stored.code_hash or b"")
