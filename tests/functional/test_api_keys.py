"""API keys: told once, scoped, ended at once, and never a way to more rights."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from huntaze_app.clock import new_id, now
from huntaze_app.security import api_keys
from huntaze_app.security.tokens import token_hash
from huntaze_app.users.key_service import MOST_KEYS
from repositories.entities.api_keys import ApiKey, Scope
from repositories.errors import Unavailable
from tests.answers import assert_error, assert_invalid, router_of
from tests.functional.test_audit import trail
from tests.functional.test_sign_in import add_user
from tests.functional.test_tokens import looks
from tests.people import PASSWORD, access_token, admin, api_key, bearer, creator, new_key

UNKNOWN = "01a1f919-1dde-7790-bf51-72adcfc10cf5"
START = datetime(2026, 3, 27, 22, 30, 15, 123456, tzinfo=UTC)
DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
SCANNED = re.compile(r"\bhz_[0-9A-Za-z]{38}\b")


def me(app: Flask, key: str) -> int:
    return app.test_client().get("/api/auth/me", headers=bearer(key)).status_code


def listed(owner: FlaskClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = owner.get("/api/api-keys").get_json()["apiKeys"]
    return found


def test_a_key_is_told_once_and_then_known_by_its_beginning(app: Flask) -> None:
    """V1, V2."""
    zoe = creator(app)

    made = new_key(zoe, "profile:write", "profile:read", "profile:read", expiresAt="2999-01-01T00:00:00+02:00")

    key = made.pop("key")
    assert SCANNED.fullmatch(key)
    assert key.startswith(made["prefix"])
    assert len(made["prefix"]) == 11
    assert made["scopes"] == ["profile:read", "profile:write"]
    assert made["expiresAt"] == "2998-12-31T22:00:00Z"
    assert listed(zoe) == [made]
    assert key not in zoe.get("/api/api-keys").text + zoe.get("/profile/keys").text


def test_two_keys_are_never_alike(app: Flask) -> None:
    zoe = creator(app)

    keys = {api_key(zoe, "profile:read") for _ in range(MOST_KEYS)}

    assert len({key[:11] for key in keys}) == MOST_KEYS


def test_a_typo_is_refused_without_a_look_at_the_store(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """V1: every character counts."""
    key = api_key(creator(app), "profile:read")
    opened = looks(app, monkeypatch)

    for place in range(len(key)):
        wrong = "A" if key[place] != "A" else "B"
        assert me(app, key[:place] + wrong + key[place + 1 :]) == 401
    for cut in (key[:-1], key + "0", key.upper(), key[:20] + key[21:] + "0", "hz_" + "0" * 38):
        assert me(app, cut) == 401
    assert opened == []


def test_a_key_nobody_made_is_looked_up_by_its_hash_and_refused(app: Flask) -> None:
    """V12: no secret is ever compared character by character."""
    creator(app)

    assert me(app, api_keys.new_api_key()) == 401


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\x07"}, "name"),
        ({"name": None}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["profile:delete"]}, "scopes"),
        ({"scopes": ["profile:read", "*"]}, "scopes"),
        ({"scopes": "profile:read"}, "scopes"),
        ({"scopes": [1]}, "scopes"),
        ({"scopes": [["profile:read"]]}, "scopes"),
        ({"scopes": [{}]}, "scopes"),
        ({"scopes": None}, "scopes"),
        ({"scopes": ["profile:read"] * 101}, "scopes"),
        ({"scopes": ["admin:read"]}, "scopes"),
        ({"scopes": ["profile:read", "admin:write"]}, "scopes"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt"),
        ({"expiresAt": "2999-01-01"}, "expiresAt"),
        ({"expiresAt": "2999-01-01T00:00:00"}, "expiresAt"),
        ({"expiresAt": "2999-13-01T00:00:00Z"}, "expiresAt"),
        ({"expiresAt": "9999-12-31T23:59:59-23:59"}, "expiresAt"),
        ({"expiresAt": "0001-01-01T00:00:00+23:59"}, "expiresAt"),
        ({"expiresAt": "٢٩٩٩-01-01T00:00:00Z"}, "expiresAt"),
        ({"expiresAt": 32503680000}, "expiresAt"),
        ({"expiresAt": ""}, "expiresAt"),
        ({"userId": UNKNOWN}, "userId"),
        ({"keyHash": "x"}, "keyHash"),
    ],
)
def test_an_impossible_key_is_refused(app: Flask, change: dict[str, Any], field: str) -> None:
    zoe = creator(app)

    response = zoe.post("/api/api-keys", json={"name": "Script", "scopes": ["profile:read"], **change})

    assert_invalid(response, field)
    assert listed(zoe) == []


def test_a_key_ends_exactly_when_it_expires(app: Flask) -> None:
    """V6."""
    zoe = creator(app)
    key = api_key(zoe, "profile:read", expiresAt="2999-01-01T00:00:00.000001Z")
    end = datetime(2999, 1, 1, 0, 0, 0, 1, tzinfo=UTC)

    with time_machine.travel(end - MICROSECOND, tick=False):
        assert me(app, key) == 200
    with time_machine.travel(end, tick=False):
        assert me(app, key) == 401


def test_the_last_use_is_written_down_once_a_minute(app: Flask) -> None:
    """V6."""
    with time_machine.travel(START, tick=False):
        zoe = creator(app)
        key = api_key(zoe, "profile:read")
    seen = []
    for seconds in (0, 1, 59, 60, 61, 130):
        with time_machine.travel(START + timedelta(seconds=seconds), tick=False):
            assert me(app, key) == 200
            (one,) = listed(zoe)
            seen.append((datetime.fromisoformat(one["lastUsedAt"]) - START).seconds)

    assert seen == [0, 0, 0, 60, 60, 130]


def test_a_use_that_cannot_be_written_down_is_no_reason_to_refuse(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    zoe = creator(app)
    key = api_key(zoe, "profile:read")
    router = router_of(app)
    original = router.unit

    def reading(route: str, *, read_only: bool = False) -> Any:
        if not read_only:
            raise Unavailable("no writes now")
        return original(route, read_only=True)

    monkeypatch.setattr(router, "unit", reading)

    assert me(app, key) == 200
    assert listed(zoe)[0]["lastUsedAt"] is None


def test_nobody_has_more_than_twenty_keys(app: Flask) -> None:
    zoe = creator(app)
    keys = [new_key(zoe, "profile:read") for _ in range(MOST_KEYS)]

    refused = zoe.post("/api/api-keys", json={"name": "One more", "scopes": ["profile:read"]})

    assert_error(refused, 409, "too_many_keys")
    assert zoe.post(f"/api/api-keys/{keys[0]['id']}/rotate").status_code == 201
    assert zoe.delete(f"/api/api-keys/{keys[1]['id']}").status_code == 204
    assert zoe.post("/api/api-keys", json={"name": "Now", "scopes": ["profile:read"]}).status_code == 201


def test_a_key_makes_rotates_and_deletes_no_key(app: Flask) -> None:
    """V3: not even with every scope of an administrator."""
    boss = admin(app)
    scopes = ["profile:read", "profile:write", "admin:read", "admin:write"]
    made = new_key(boss, *scopes)
    program = app.test_client()
    body = {"name": "More", "scopes": scopes}
    tried = {
        "list": program.get("/api/api-keys", headers=bearer(made["key"])),
        "create": program.post("/api/api-keys", json=body, headers=bearer(made["key"])),
        "rotate": program.post(f"/api/api-keys/{made['id']}/rotate", headers=bearer(made["key"])),
        "delete": program.delete(f"/api/api-keys/{made['id']}", headers=bearer(made["key"])),
    }

    for answer in tried.values():
        assert_error(answer, 403, "forbidden")
    assert [one["id"] for one in listed(boss)] == [made["id"]]


def test_an_access_token_manages_keys_as_a_session_does(app: Flask) -> None:
    creator(app)
    program = app.test_client()
    headers = bearer(access_token(app))

    made = program.post("/api/api-keys", json={"name": "Script", "scopes": ["profile:read"]}, headers=headers)

    assert made.status_code == 201
    assert program.delete(f"/api/api-keys/{made.get_json()['id']}", headers=headers).status_code == 204


def test_a_scope_of_administrators_is_worth_nothing_to_others(app: Flask) -> None:
    """V9: as when the role was lowered since; without the scope, an administrator's key has none of it."""
    zoe, boss = creator(app), admin(app)
    full, plain = api_key(boss, "admin:read"), api_key(boss, "profile:read")
    secret, owner = api_keys.new_api_key(), UUID(zoe.get("/api/auth/me").get_json()["id"])
    lowered = ApiKey(new_id(), owner, "Old", secret[:11], token_hash(secret), (Scope.ADMIN_READ,), now())
    router_of(app).run("auth", lambda stores: stores.api_keys.add(lowered, MOST_KEYS))
    program = app.test_client()

    answers = [program.get("/api/admin/invites", headers=bearer(key)).status_code for key in (full, plain, secret)]

    assert answers == [200, 403, 403]


def test_a_disabled_owner_has_no_working_key(app: Flask) -> None:
    """V9: and one who cannot sign in makes none."""
    hashed = app.extensions["passwords"].hash(PASSWORD)
    add_user(app, "off@example.fr", password_hash=hashed, is_active=False)

    answer = app.test_client().post("/api/auth/token", json={"email": "off@example.fr", "password": PASSWORD})

    assert answer.status_code == 401


def test_what_is_done_to_keys_is_written_down_without_the_secret(app: Flask) -> None:
    zoe = creator(app)
    made = new_key(zoe, "profile:read")
    successor = zoe.post(f"/api/api-keys/{made['id']}/rotate").get_json()
    zoe.delete(f"/api/api-keys/{successor['id']}")

    events = trail(app)[-3:]
    assert [event.action for event in events] == ["api_key_created", "api_key_rotated", "api_key_revoked"]
    assert events[0].details == {"key": made["id"], "scopes": ["profile:read"]}
    assert made["key"] not in repr(events)
    assert successor["key"] not in repr(events)
