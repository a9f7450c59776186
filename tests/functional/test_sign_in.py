"""Signing in and out: nothing tells an unknown address from a wrong password."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from huntaze_app.clock import new_id, now
from huntaze_app.security.passwords import Passwords
from repositories.entities.users import User
from tests.answers import assert_error, assert_invalid, router_of, session_token, submit
from tests.people import PASSWORD, creator

EMAIL = "zoe@example.fr"


class CountingPasswords(Passwords):
    """Passwords that remember each hash they were asked to compare with."""

    def __init__(self) -> None:
        super().__init__(memory_kib=64, time_cost=1, slots=2)
        self.compared: list[str | None] = []
        self.verified = 0
        hasher = self._hasher

        class Counting:
            def verify(_self, stored: str, password: str) -> bool:  # noqa: N805  # the outer self is needed
                self.verified += 1
                return hasher.verify(stored, password)

            def __getattr__(_self, name: str) -> Any:  # noqa: N805
                return getattr(hasher, name)

        self._hasher = Counting()  # type: ignore[assignment]  # it is asked for nothing else

    def matches(self, stored: str | None, password: str) -> bool:
        self.compared.append(stored)
        return super().matches(stored, password)


def sign_in(app: Flask, email: str, password: str = PASSWORD) -> TestResponse:
    return app.test_client().post("/api/auth/signin", json={"email": email, "password": password})


def add_user(app: Flask, email: str, **values: Any) -> User:
    user = User(new_id(), email, "Ada", now(), now(), **values)
    router_of(app).run("auth", lambda stores: stores.users.add(user))
    return user


@pytest.fixture
def counting(app: Flask) -> CountingPasswords:
    made = app.extensions["passwords"] = CountingPasswords()
    return made


def test_the_right_password_signs_in(app: Flask) -> None:
    signed_up = creator(app).get("/api/auth/me").get_json()

    response = sign_in(app, EMAIL)

    assert response.status_code == 200
    assert response.get_json() == signed_up
    assert session_token(response)


@pytest.mark.parametrize("spelling", ["ZOE@EXAMPLE.FR", " zoe@example.fr ", "zoe@ｅxample.fr", "Zoe@Example.Fr"])
def test_any_spelling_of_the_address_signs_in(app: Flask, spelling: str) -> None:
    creator(app)

    assert sign_in(app, spelling).status_code == 200


def refused_ways(app: Flask) -> dict[str, TestResponse]:
    """Every way to be refused at sign-in."""
    hashed = app.extensions["passwords"].hash(PASSWORD)
    creator(app)
    add_user(app, "nopassword@example.fr")
    add_user(app, "disabled@example.fr", password_hash=hashed, is_active=False)
    add_user(app, "malformed@example.fr", password_hash="$argon2id$nonsense")
    deleted = add_user(app, "deleted@example.fr", password_hash=hashed)
    router_of(app).run("auth", lambda stores: stores.users.remove(deleted.id, now()))
    return {
        "unknown": sign_in(app, "nobody@example.fr"),
        "wrong": sign_in(app, EMAIL, "wrong"),
        "without password": sign_in(app, "nopassword@example.fr"),
        "disabled": sign_in(app, "disabled@example.fr"),
        "malformed": sign_in(app, "malformed@example.fr"),
        "deleted": sign_in(app, "deleted@example.fr"),
    }


def test_all_refusals_are_the_same_in_status_body_and_headers(app: Flask) -> None:
    told = {}
    for way, answer in refused_ways(app).items():
        assert_error(answer, 401, "invalid_credentials")
        headers = {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}
        told[way] = (headers, {**answer.get_json(), "requestId": None})

    assert all(one == told["wrong"] for one in told.values())
    assert "Set-Cookie" not in told["wrong"][0]


def test_every_refusal_costs_one_comparison_with_a_hash(app: Flask, counting: CountingPasswords) -> None:
    refusals = refused_ways(app)

    assert counting.verified == len(counting.compared) == len(refusals)
    assert counting.compared.count(None) == 4  # unknown, without password, disabled, deleted


def test_the_pages_refuse_an_unknown_address_as_they_do_a_wrong_password(app: Flask) -> None:
    creator(app)
    answers = []
    for email in (EMAIL, "nobody@example.fr"):
        client = app.test_client()
        answer = submit(client, "/signin", {"email": email, "password": "wrong password"}, "/signin")
        text = answer.text.replace(email, "?").replace(answer.headers["X-Request-Id"], "?")
        answers.append((answer.status_code, [line for line in text.splitlines() if "csrf_token" not in line]))

    assert answers[0] == answers[1]
    assert answers[0][0] == 401


def test_an_outdated_hash_is_replaced_at_sign_in_and_by_the_right_password_alone(app: Flask) -> None:
    old = Passwords(memory_kib=32, time_cost=1, slots=1).hash(PASSWORD)
    user = add_user(app, "old@example.fr", password_hash=old)

    def stored() -> str | None:
        return router_of(app).run("auth", lambda stores: stores.users.get(user.id), read_only=True).password_hash

    assert sign_in(app, "old@example.fr", "wrong").status_code == 401
    assert stored() == old
    assert sign_in(app, "old@example.fr").status_code == 200
    renewed = stored()
    assert renewed != old
    assert sign_in(app, "old@example.fr").status_code == 200
    assert stored() == renewed


def test_a_failed_rehash_signs_nobody_in(app: Flask) -> None:
    old = Passwords(memory_kib=32, time_cost=1, slots=1).hash(PASSWORD)
    user = add_user(app, "old@example.fr", password_hash=old)

    class Refusing(Passwords):
        def hash(self, password: str) -> str:  # noqa: ARG002  # whatever the password
            return "x" * 300  # longer than the store takes

    app.extensions["passwords"] = Refusing(memory_kib=64, time_cost=1, slots=1)
    response = sign_in(app, "old@example.fr")

    assert_error(response, 400, "validation_error")
    assert "Set-Cookie" not in response.headers
    kept = router_of(app).run("auth", lambda stores: stores.users.get(user.id), read_only=True)
    assert kept.password_hash == old


@pytest.mark.parametrize("body", [{}, {"email": EMAIL}, {"email": EMAIL, "password": ""}, {"email": 1, "password": 2}])
def test_an_impossible_form_is_invalid_rather_than_refused(client: FlaskClient, body: dict[str, Any]) -> None:
    assert_error(client.post("/api/auth/signin", json=body), 400, "validation_error")


def test_an_unknown_field_is_refused(client: FlaskClient) -> None:
    body = {"email": EMAIL, "password": PASSWORD, "remember": True}

    assert_invalid(client.post("/api/auth/signin", json=body), "remember")


def test_signing_out_ends_the_session_and_twice_is_fine(app: Flask) -> None:
    client = creator(app)
    cookie = client.get_cookie("huntaze_session")
    assert cookie is not None

    first, second = client.post("/api/auth/signout"), client.post("/api/auth/signout")

    assert (first.status_code, first.data, second.status_code) == (204, b"", 204)
    assert "huntaze_session=; Max-Age=0" in first.headers["Set-Cookie"]
    replay = app.test_client(use_cookies=False)
    assert_error(
        replay.get("/api/auth/me", headers={"Cookie": f"huntaze_session={cookie.value}"}), 401, "unauthenticated"
    )


def test_signing_in_and_out_from_the_pages(app: Flask) -> None:
    creator(app)
    client = app.test_client()

    arrived = submit(client, "/signin", {"email": EMAIL, "password": PASSWORD}, "/signin")
    assert (arrived.status_code, arrived.headers["Location"]) == (303, "/dashboard")
    assert client.get("/api/auth/me").status_code == 200
    assert client.get("/signin").headers["Location"] == client.get("/signup").headers["Location"] == "/dashboard"

    left = submit(client, "/signout", {})
    assert (left.status_code, left.headers["Location"]) == (303, "/")
    assert client.get("/api/auth/me").status_code == 401


def test_a_visitor_is_led_to_sign_in_and_then_where_she_wanted_to_go(app: Flask) -> None:
    creator(app)
    client = app.test_client()

    asked = client.get("/profile?tab=2")
    assert (asked.status_code, asked.headers["Location"]) == (302, "/signin?next=/profile?tab%3D2")
    assert 'name="next" value="/profile?tab=2"' in client.get(asked.headers["Location"]).text
    fields = {"email": EMAIL, "password": PASSWORD, "next": "/profile?tab=2"}

    assert submit(client, "/signin", fields, "/signin").headers["Location"] == "/profile?tab=2"
