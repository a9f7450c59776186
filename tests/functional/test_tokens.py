"""Access and refresh tokens: a quarter of an hour, thirty days, one child, and an end at once."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from huntaze_app.clock import now
from huntaze_app.security.endings import end_sign_ins
from huntaze_app.security.passwords import Passwords
from tests.answers import assert_error, assert_invalid, router_of
from tests.functional.test_audit import trail
from tests.functional.test_sign_in import EMAIL, CountingPasswords, add_user
from tests.people import PASSWORD, api_key, bearer, creator, token_pair

START = datetime(2026, 3, 27, 22, 30, 15, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
GRACE = 10 * SECOND


def me(app: Flask, token: str) -> int:
    return app.test_client().get("/api/auth/me", headers=bearer(token)).status_code


def refresh(app: Flask, token: str) -> TestResponse:
    return app.test_client().post("/api/auth/refresh", json={"refreshToken": token})


def refreshed(app: Flask, token: str) -> dict[str, str]:
    response = refresh(app, token)
    assert response.status_code == 200, response.text
    pair: dict[str, str] = response.get_json()
    return pair


def looks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The routes of the units that are opened from now on."""
    router, opened = router_of(app), []
    original = router.unit

    def noting(route: str, *, read_only: bool = False) -> Any:
        opened.append(route)
        return original(route, read_only=read_only)

    monkeypatch.setattr(router, "unit", noting)
    return opened


def claims_of(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found


def test_a_program_signs_in_and_calls(app: Flask) -> None:
    zoe = creator(app).get("/api/auth/me").get_json()

    pair = token_pair(app)

    assert pair.keys() == {"accessToken", "refreshToken", "tokenType", "expiresIn"}
    assert pair.items() >= {"tokenType": "Bearer", "expiresIn": 900}.items()
    response = app.test_client().get("/api/auth/me", headers=bearer(pair["accessToken"]))
    assert response.get_json() == zoe
    assert "Set-Cookie" not in response.headers


def test_a_token_is_refused_in_the_ways_a_sign_in_is(app: Flask) -> None:
    hashed = app.extensions["passwords"].hash(PASSWORD)
    creator(app)
    add_user(app, "nopassword@example.fr")
    add_user(app, "disabled@example.fr", password_hash=hashed, is_active=False)
    counting = app.extensions["passwords"] = CountingPasswords()
    told = []
    for path in ("/api/auth/token", "/api/auth/signin"):
        for email in (EMAIL, "nobody@example.fr", "nopassword@example.fr", "disabled@example.fr"):
            answer = app.test_client().post(path, json={"email": email, "password": "wrong"})
            assert_error(answer, 401, "invalid_credentials")
            headers = {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}
            told.append((headers, {**answer.get_json(), "requestId": None}))

    assert all(one == told[0] for one in told)
    assert counting.verified == len(told)
    assert [event.action for event in trail(app)].count("sign_in_refused") == len(told)


def test_an_outdated_hash_is_replaced_when_a_program_signs_in(app: Flask) -> None:
    user = add_user(app, EMAIL, password_hash=Passwords(memory_kib=32, time_cost=1, slots=1).hash(PASSWORD))

    token_pair(app)

    kept = router_of(app).run("auth", lambda stores: stores.users.get(user.id), read_only=True)
    assert kept.password_hash != user.password_hash


def test_fifty_rotations_leave_one_token_that_works(app: Flask) -> None:
    creator(app)
    spent = [token_pair(app)["refreshToken"]]
    for _ in range(50):
        spent.append(refreshed(app, spent[-1])["refreshToken"])

    assert len(set(spent)) == 51
    assert me(app, refreshed(app, spent[-1])["accessToken"]) == 200


def test_a_lost_answer_is_given_again_for_ten_seconds(app: Flask) -> None:
    creator(app)
    with time_machine.travel(START, tick=False) as clock:
        first = token_pair(app)["refreshToken"]
        child = refreshed(app, first)
        clock.shift(GRACE)
        again = refreshed(app, first)

        assert again["refreshToken"] == child["refreshToken"]
        assert me(app, again["accessToken"]) == me(app, child["accessToken"]) == 200
        assert refresh(app, child["refreshToken"]).status_code == 200


def test_after_that_a_replay_ends_the_family_for_good_and_no_other(app: Flask) -> None:
    creator(app)
    other = token_pair(app)
    with time_machine.travel(START, tick=False) as clock:
        first = token_pair(app)["refreshToken"]
        child = refreshed(app, first)
        clock.shift(GRACE + MICROSECOND)

        replay = refresh(app, first)

        assert_error(replay, 401, "unauthenticated")
        assert refresh(app, child["refreshToken"]).status_code == 401
        assert me(app, child["accessToken"]) == 401
    assert refresh(app, other["refreshToken"]).status_code == 200


def test_a_grandparent_ends_the_family_even_at_once_and_is_written_down(app: Flask) -> None:
    """F2, F10: the revocation stays, although the answer is an error."""
    zoe = creator(app).get("/api/auth/me").get_json()["id"]
    first = token_pair(app)["refreshToken"]
    child = refreshed(app, first)["refreshToken"]
    newest = refreshed(app, child)

    replayed, unknown = refresh(app, first), refresh(app, "x" * 43)

    assert {**replayed.get_json(), "requestId": None} == {**unknown.get_json(), "requestId": None}
    assert refresh(app, newest["refreshToken"]).status_code == 401
    assert me(app, newest["accessToken"]) == 401
    assert refresh(app, first).status_code == 401
    (event,) = trail(app, action="refresh_replayed")
    assert (str(event.subject_id), event.actor_id, event.ip) == (zoe, None, "127.0.0.0")
    assert event.request_id == replayed.headers["X-Request-Id"]
    assert not any(secret in repr(event) for secret in (first, child, newest["refreshToken"], EMAIL))


def test_a_family_ends_thirty_days_after_it_began_however_often_it_rotates(app: Flask) -> None:
    """F6."""
    creator(app)
    with time_machine.travel(START, tick=False) as clock:
        token = token_pair(app)["refreshToken"]
        for _ in range(29):
            clock.shift(timedelta(days=1))
            token = refreshed(app, token)["refreshToken"]
        clock.move_to(START + timedelta(days=30) - MICROSECOND)
        pair = refreshed(app, token)
        clock.move_to(START + timedelta(days=30))

        assert refresh(app, pair["refreshToken"]).status_code == 401
        assert me(app, pair["accessToken"]) == 401


@pytest.mark.parametrize("token", ["x" * 43, "x", "x" * 2048, "é" * 43, "A" * 42 + " ", "-" * 43])
def test_an_unknown_refresh_token_is_refused_fast(app: Flask, token: str) -> None:
    """F11."""
    app.test_client().get("/healthz")
    begun = time.perf_counter()

    assert_error(refresh(app, token), 401, "unauthenticated")

    assert time.perf_counter() - begun < 0.5  # 0.05 on an idle machine


@pytest.mark.parametrize("token", ["", " ", "\x00" * 43, "\ud800" * 43, "x" * 2049, 1, None, [], {}, True])
def test_what_cannot_be_a_token_is_invalid(client: FlaskClient, token: Any) -> None:
    body = json.dumps({"refreshToken": token})

    response = client.post("/api/auth/refresh", data=body, content_type="application/json")

    assert_error(response, 400, "validation_error")


def test_a_megabyte_is_no_token(client: FlaskClient) -> None:
    assert_invalid(client.post("/api/auth/refresh", json={"refreshToken": "x" * 10**6}), "refreshToken")
    assert client.post("/api/auth/refresh", json={"refreshToken": "x" * 2**20}).status_code == 413


def test_only_hashes_of_tokens_are_stored(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    """F8."""
    creator(app)
    first = token_pair(app)["refreshToken"]
    child = refreshed(app, first)["refreshToken"]

    secrets = (first, child)
    held = [rotation(app, token) for token in secrets]

    assert not any(
        secret in repr(row) or secret.encode() in row.token_hash for row in held for secret in (first, child)
    )
    printed = capsys.readouterr()
    assert not any(secret in printed.out + printed.err for secret in secrets)


def rotation(app: Flask, token: str) -> Any:
    """The row of a token, or of its child, as a rotation tells it."""
    digest = sha256(token.encode()).digest()
    found = router_of(app).run(
        "auth", lambda stores: stores.refresh_tokens.rotate(digest, uuid4(), uuid4().bytes, now(), GRACE)
    )
    assert found is not None
    return found.token


def test_signing_out_ends_the_family_of_the_program_alone_and_twice_is_fine(app: Flask) -> None:
    zoe = creator(app)
    pair, other = token_pair(app), token_pair(app)
    client = app.test_client()

    answers = [client.post("/api/auth/signout", headers=bearer(pair["accessToken"])) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert not any("Set-Cookie" in answer.headers for answer in answers)
    assert me(app, pair["accessToken"]) == 401
    assert refresh(app, pair["refreshToken"]).status_code == 401
    assert me(app, other["accessToken"]) == zoe.get("/api/auth/me").status_code == 200
    assert [event.details.get("family") for event in trail(app, action="signed_out")] == [
        claims_of(pair["accessToken"])["fam"]
    ]


def test_signing_out_with_a_bearer_leaves_the_session_that_came_along(app: Flask) -> None:
    zoe = creator(app)

    assert zoe.post("/api/auth/signout", headers=bearer("x")).status_code == 401
    assert zoe.post("/api/auth/signout", headers=bearer(api_key(zoe, "profile:read"))).status_code == 403
    assert zoe.post("/api/auth/signout", headers=bearer(token_pair(app)["accessToken"])).status_code == 204

    assert zoe.get("/api/auth/me").status_code == 200


def delete(app: Flask, user_id: UUID) -> None:
    router_of(app).run("auth", lambda stores: stores.users.remove(user_id, now()))


def end_all(app: Flask, user_id: UUID) -> None:
    router_of(app).run("auth", lambda stores: end_sign_ins(stores, user_id, now()))


@pytest.mark.parametrize("end", [delete, end_all])
def test_tokens_and_keys_end_at_once_with_what_they_stand_on(app: Flask, end: Callable[[Flask, UUID], None]) -> None:
    """E9, F7, V9."""
    zoe = creator(app)
    key, pair = api_key(zoe, "profile:read"), token_pair(app)
    assert me(app, key) == 200

    end(app, UUID(zoe.get("/api/auth/me").get_json()["id"]))

    assert me(app, pair["accessToken"]) == me(app, key) == zoe.get("/api/auth/me").status_code == 401
    assert refresh(app, pair["refreshToken"]).status_code == 401


def test_a_changed_password_may_leave_the_keys_alone(app: Flask) -> None:
    zoe = creator(app)
    key, pair = api_key(zoe, "profile:read"), token_pair(app)
    user_id = UUID(zoe.get("/api/auth/me").get_json()["id"])

    router_of(app).run("auth", lambda stores: end_sign_ins(stores, user_id, now(), keys=False))

    assert (me(app, pair["accessToken"]), me(app, key)) == (401, 200)
