"""Calls that succeed, by the path that the OpenAPI document describes."""

from __future__ import annotations

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.people import PASSWORD


def account_successes(boss: FlaskClient) -> dict[str, list[TestResponse]]:
    """Accounts, made, changed and ended, and the trail of it."""
    made = boss.post("/api/users", json={"email": "made@example.fr", "name": "Made", "role": "ADMIN"})
    user = f"/api/users/{made.get_json()['id']}"
    return {
        "/api/users": [made, boss.get("/api/users?q=made&role=ADMIN&active=true")],
        "/api/users/{user_id}/stats": [boss.get(f"{user}/stats")],
        "/api/users/{user_id}": [
            boss.get(user),
            boss.patch(user, json={"role": "CREATOR", "isActive": False}),
            boss.delete(user),
        ],
        "/api/admin/audit": [boss.get("/api/admin/audit")],
    }


def bearer_successes(guest: FlaskClient, owner: FlaskClient) -> dict[str, list[TestResponse]]:
    """Tokens and keys, made and ended."""
    tokens = guest.post("/api/auth/token", json={"email": "zoe@example.fr", "password": PASSWORD})
    spent = {"refreshToken": tokens.get_json()["refreshToken"]}
    wanted = {"name": "Script", "scopes": ["profile:read", "admin:read"], "expiresAt": "2999-01-01T00:00:00+01:00"}
    key = owner.post("/api/api-keys", json=wanted)
    path = f"/api/api-keys/{key.get_json()['id']}"
    return {
        "/api/auth/token": [tokens],
        "/api/auth/refresh": [guest.post("/api/auth/refresh", json=spent)],
        "/api/api-keys": [key, owner.get("/api/api-keys")],
        "/api/api-keys/{key_id}/rotate": [owner.post(f"{path}/rotate")],
        "/api/api-keys/{key_id}": [owner.delete(path)],
    }


def privacy_successes(owner: FlaskClient) -> dict[str, list[TestResponse]]:
    """Data taken away, and an account that goes, stays, and goes."""
    return {
        "/api/users/me/export": [owner.get("/api/users/me/export")],
        "/api/users/me": [owner.delete("/api/users/me", json={"password": PASSWORD})],
        "/api/users/me/erasure/cancel": [owner.post("/api/users/me/erasure/cancel")],
    }


def waitlist_successes(guest: FlaskClient, boss: FlaskClient) -> dict[str, list[TestResponse]]:
    """Somebody who waits, and is invited."""
    return {
        "/api/waitlist": [guest.post("/api/waitlist", json={"email": "waiting@example.fr", "locale": "en"})],
        "/api/admin/waitlist": [boss.get("/api/admin/waitlist?state=waiting")],
        "/api/admin/waitlist/invite": [
            boss.post("/api/admin/waitlist/invite", json={"count": 5}),
            boss.post("/api/admin/waitlist/invite", json={"count": 5}),
        ],
    }


def session_successes(browser: FlaskClient) -> dict[str, list[TestResponse]]:
    """Sessions, listed and ended."""
    listed, others = browser.get("/api/auth/sessions"), browser.delete("/api/auth/sessions")
    (own,) = (one["id"] for one in listed.get_json()["sessions"])
    return {
        "/api/auth/sessions": [listed, others],
        "/api/auth/sessions/{session_id}": [browser.delete(f"/api/auth/sessions/{own}")],
    }


def first_visit_successes(owner: FlaskClient) -> list[TestResponse]:
    """A first visit, noted and read."""
    path = "/api/users/onboarding-status"
    return [owner.put(path, json={"currentStep": "plan", "steps": {"profile": True}}), owner.get(path)]
