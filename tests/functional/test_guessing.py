"""Guessing is slow: whoever tries passwords or codes is stopped, wherever they come from."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.answers import assert_error, form_token
from tests.conftest import MakeApp
from tests.faults.http import at_once
from tests.functional.test_limits import Clock, clock, statuses
from tests.people import PASSWORD, creator, invitation, sign_up

__all__ = ["clock"]  # a fixture

EMAIL = "zoe@example.fr"
MANY = (1000, 10)
WRONG = "wrong password"


@pytest.fixture
def strict(backend_name: str, make_app: MakeApp) -> Flask:
    """An application whose general limit is out of the way of the strict ones."""
    return make_app(backend_name, ratelimit_enabled=True, ratelimit_default=MANY)


def guess(client: FlaskClient, password: str = WRONG, email: str = EMAIL, **where: str) -> TestResponse:
    return client.post("/api/auth/signin", json={"email": email, "password": password}, environ_base=where)


def signed_up(app: Flask) -> None:
    assert sign_up(app.test_client(), EMAIL, invitation(app)).status_code == 201


def test_ten_wrong_passwords_close_the_account_to_the_right_one_too(strict: Flask, clock: Clock) -> None:
    signed_up(strict)
    visitor = strict.test_client()
    places = [{"REMOTE_ADDR": f"192.0.2.{number}"} for number in range(100)]

    found = [guess(visitor, **place).status_code for place in places]
    assert found == [401] * 10 + [429] * 90
    assert guess(visitor, PASSWORD).status_code == 429
    assert guess(visitor, PASSWORD, email=" ZOE@Example.FR").status_code == 429
    assert guess(visitor, email="lea@example.fr").status_code == 401

    clock.shift(299.9)
    assert guess(visitor, PASSWORD).status_code == 429
    clock.shift(0.1)
    assert guess(visitor, PASSWORD).status_code == 200


def test_the_right_password_starts_the_count_anew(strict: Flask, clock: Clock) -> None:
    signed_up(strict)
    visitor = strict.test_client()

    for _ in range(3):
        assert statuses(9, lambda: guess(visitor)) == [401] * 9
        assert guess(visitor, PASSWORD).status_code == 200


def test_the_page_and_the_route_share_their_count(strict: Flask, clock: Clock) -> None:
    signed_up(strict)
    visitor = strict.test_client()
    fields = {"email": EMAIL, "password": "wrong password", "csrf_token": form_token(visitor)}
    assert statuses(5, lambda: guess(visitor)) == [401] * 5
    assert statuses(5, lambda: visitor.post("/signin", data=fields)) == [401] * 5

    page = visitor.post("/signin", data={**fields, "password": PASSWORD})

    assert (page.status_code, page.headers["Retry-After"]) == (429, "300")
    assert "Réessayez dans 5\N{NO-BREAK SPACE}min." in page.text
    assert f'value="{EMAIL}"' in page.text
    assert guess(visitor, PASSWORD).status_code == 429


def test_a_program_has_no_ten_guesses_of_its_own(strict: Flask, clock: Clock) -> None:
    signed_up(strict)
    visitor = strict.test_client()
    body = {"email": EMAIL, "password": WRONG}

    assert statuses(6, lambda: visitor.post("/api/auth/token", json=body)) == [401] * 6
    assert statuses(5, lambda: guess(visitor)) == [401] * 4 + [429]
    assert visitor.post("/api/auth/token", json={**body, "password": PASSWORD}).status_code == 429


def test_a_closed_account_stays_open_to_who_is_signed_in(strict: Flask, clock: Clock) -> None:
    zoe = creator(strict)
    statuses(11, lambda: guess(strict.test_client()))

    assert zoe.get("/api/auth/me").status_code == 200


def test_an_unknown_address_is_told_the_same(strict: Flask, clock: Clock) -> None:
    signed_up(strict)

    def told(email: str, place: str) -> list[tuple[object, ...]]:
        answers = [guess(strict.test_client(), email=email, REMOTE_ADDR=place) for _ in range(12)]
        varying = {"X-Request-Id"}
        return [
            (
                answer.status_code,
                {name: value for name, value in answer.headers.items() if name not in varying},
                answer.get_json()["error"],
            )
            for answer in answers
        ]

    assert told(EMAIL, "192.0.2.1") == told("nobody@example.fr", "192.0.2.2")


def test_two_hundred_guesses_at_once_cost_ten_hashes(
    strict: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_up(strict)
    checked: list[str] = []
    hasher = strict.extensions["passwords"]

    def matches(stored: str | None, password: str) -> bool:
        checked.append(password)
        return False

    monkeypatch.setattr(hasher, "matches", matches)

    found = at_once(200, lambda number: guess(strict.test_client(), f"guess {number}", REMOTE_ADDR=f"10.0.0.{number}"))

    told = [answer.status_code for answer in found]
    assert len(checked) == told.count(401) <= 10
    assert set(told) <= {401, 429, 503}  # 503: two hundred threads wait for two connections


def test_one_address_cannot_try_a_thousand_codes(strict: Flask, clock: Clock) -> None:
    visitor = strict.test_client()

    found = [sign_up(visitor, f"zoe{number}@example.fr", f"{number:016X}").status_code for number in range(25)]

    assert found == [403] * 20 + [429] * 5
    page = {"email": "a@b.fr", "password": PASSWORD, "name": "A", "csrf_token": form_token(visitor, "/signup")}
    assert visitor.post("/signup", data=page).status_code == 429
    assert sign_up(visitor, EMAIL, invitation(strict)).status_code == 429


def test_one_address_cannot_try_one_password_on_a_thousand_accounts(strict: Flask, clock: Clock) -> None:
    visitor = strict.test_client()

    found = [guess(visitor, email=f"zoe{number}@example.fr").status_code for number in range(105)]

    assert found == [401] * 100 + [429] * 5


@pytest.mark.parametrize("body", [{}, {"email": 1}, {"email": "x"}, {"email": None, "password": "x"}, [], "x"])
def test_a_body_that_names_nobody_is_invalid_and_no_error(strict: Flask, clock: Clock, body: object) -> None:
    assert_error(strict.test_client().post("/api/auth/signin", json=body), 400, "validation_error")
