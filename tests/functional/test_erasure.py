"""Having one's account erased: who may ask, the time of grace, and the way back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from huntaze_app.clock import now
from tests.answers import assert_error, assert_invalid
from tests.conftest import MakeApp
from tests.functional.erasing import CANCEL, GRACE, ME, ZOE, by_the_clock, everything, may_sign_in, sign_in, trail
from tests.functional.test_export import id_of
from tests.people import ADMIN, PASSWORD, admin, bearer, creator, new_key, token_pair
from tests.work import body, outbox, work_off


@pytest.fixture
def zoe(app: Flask) -> FlaskClient:
    """An account, signed in."""
    return creator(app, ZOE)


def test_an_account_is_erased_after_fourteen_days(app: Flask, zoe: FlaskClient) -> None:
    at = now()
    with time_machine.travel(at, tick=False):
        answer = zoe.delete(ME, json={"password": PASSWORD})
        by_the_clock(app)
    erase_at = datetime.fromisoformat(answer.get_json()["eraseAt"])
    assert (answer.status_code, erase_at) == (202, at + GRACE)

    with time_machine.travel(at + GRACE - timedelta(seconds=1), tick=False):
        by_the_clock(app)
        assert may_sign_in(app)
    with time_machine.travel(at + GRACE, tick=False):
        by_the_clock(app)
        assert not may_sign_in(app)
    assert "canary" not in everything(app)


def test_asking_ends_every_other_sign_in(app: Flask, zoe: FlaskClient) -> None:
    other, key, pair = sign_in(app), new_key(zoe, "profile:read")["key"], token_pair(app, ZOE)

    assert zoe.delete(ME, json={}).status_code == 202, "a sign-in just made is proof enough"

    program = app.test_client()
    assert zoe.get("/api/auth/me").status_code == 200
    assert other.get("/api/auth/me").status_code == 401
    for token in (key, pair["accessToken"]):
        assert program.get("/api/auth/me", headers=bearer(token)).status_code == 401


def test_a_mail_tells_the_day_and_how_to_stay(app: Flask, zoe: FlaskClient) -> None:
    with time_machine.travel(datetime.fromisoformat("2031-05-01T12:00:00+00:00"), tick=False):
        zoe = sign_in(app)
        zoe.delete(ME, json={})
        zoe.delete(ME, json={})
        work_off(app)

    letters = [mail for mail in outbox(app) if "effacé" in str(mail["Subject"])]
    assert [mail["To"] for mail in letters] == [ZOE]
    assert "15 mai 2031" in body(letters[0])
    assert "/profile" in body(letters[0])


def test_who_changes_her_mind_stays(app: Flask, zoe: FlaskClient) -> None:
    at = now()
    with time_machine.travel(at, tick=False):
        zoe.delete(ME, json={})
    with time_machine.travel(at + timedelta(days=13), tick=False):
        again = sign_in(app)
        assert [again.post(CANCEL).status_code for _ in range(2)] == [204, 204]
    with time_machine.travel(at + timedelta(days=20), tick=False):
        by_the_clock(app)
        assert may_sign_in(app)
    assert len(trail(app, "erasure_cancelled")) == 1


def test_who_asked_for_it_at_once_cannot_go_back(app: Flask, zoe: FlaskClient) -> None:
    zoe.delete(ME, json={"now": True})

    assert_error(zoe.post(CANCEL), 401, "unauthenticated")
    assert not may_sign_in(app)


def test_a_later_wish_is_no_delay_and_an_earlier_one_is_heard(app: Flask, zoe: FlaskClient) -> None:
    at = now()
    with time_machine.travel(at, tick=False):
        first = zoe.delete(ME, json={}).get_json()
    with time_machine.travel(at + timedelta(days=2), tick=False):
        again = zoe.delete(ME, json={"password": PASSWORD}).get_json()
        assert zoe.delete(ME, json={"password": PASSWORD, "now": True}).status_code == 202
        work_off(app)
    assert first == again
    assert "canary" not in everything(app)


def test_an_old_sign_in_proves_nothing(app: Flask, zoe: FlaskClient) -> None:
    with time_machine.travel(now() + timedelta(minutes=10), tick=False):
        assert_error(zoe.delete(ME, json={}), 403, "fresh_sign_in_required")
        details = assert_invalid(zoe.delete(ME, json={"password": "not it"}), "password")
        assert details["password"]
        assert zoe.delete(ME, json={"password": PASSWORD}).status_code == 202
    (refused,) = trail(app, "erasure_refused")
    assert refused.actor_id == id_of(zoe)
    assert "not it" not in everything(app)


def test_a_wrong_password_is_wrong_however_fresh_the_sign_in(app: Flask, zoe: FlaskClient) -> None:
    assert_invalid(zoe.delete(ME, json={"password": "not it"}), "password")


def test_a_program_gives_the_password(app: Flask, zoe: FlaskClient) -> None:
    program, token = app.test_client(), bearer(token_pair(app, ZOE)["accessToken"])

    assert_invalid(program.delete(ME, json={}, headers=token), "password")
    answer = program.delete(ME, json={"password": PASSWORD}, headers=token)

    assert answer.status_code == 202
    assert "Set-Cookie" not in answer.headers
    assert program.get("/api/auth/me", headers=token).status_code == 401
    assert may_sign_in(app)


def test_ten_wrong_passwords_are_enough(backend_name: str, make_app: MakeApp) -> None:
    app = make_app(backend_name, ratelimit_enabled=True, ratelimit_default=(1000, 1))
    with time_machine.travel(now(), tick=False):
        zoe = creator(app, ZOE)
        answers = [zoe.delete(ME, json={"password": "not it"}).status_code for _ in range(11)]
        assert answers == [400] * 10 + [429]
        assert zoe.delete(ME, json={"password": PASSWORD}).status_code == 429


@pytest.mark.parametrize("wanted", [{}, {"now": True}])
def test_the_last_administrator_stays(app: Flask, wanted: dict[str, bool]) -> None:
    boss = admin(app)

    assert_error(boss.delete(ME, json=wanted), 409, "last_admin")

    assert boss.get("/api/auth/me").status_code == 200
    by_the_clock(app)
    assert may_sign_in(app, ADMIN)


def test_who_became_the_last_administrator_meanwhile_stays_until_there_is_another(app: Flask) -> None:
    at = now()
    with time_machine.travel(at, tick=False):
        boss, other = admin(app), creator(app, ZOE)
        boss.patch(f"/api/users/{id_of(other)}", json={"role": "ADMIN"})
        other = sign_in(app)
        assert boss.delete(ME, json={}).status_code == 202
        assert other.delete(f"/api/users/{id_of(other)}").status_code == 204
    with time_machine.travel(at + GRACE, tick=False):
        by_the_clock(app)
        assert may_sign_in(app, ADMIN)
        boss = sign_in(app, ADMIN)
        boss.post("/api/users", json={"email": "next@example.fr", "name": "Next", "role": "ADMIN"})
        by_the_clock(app)
        assert not may_sign_in(app, ADMIN)
