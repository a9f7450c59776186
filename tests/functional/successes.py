"""Operations that succeed, a few calls each, for the document to be held against."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.links import PASSWORD_RESET, link
from tests.people import PASSWORD, creator


def mailed_successes(app: Flask, guest: FlaskClient) -> dict[str, list[TestResponse]]:
    """Successes of signing in by mail and replacing a password."""
    email, changed = {"email": "new@example.fr"}, {"currentPassword": PASSWORD, "password": f"{PASSWORD}!"}
    asked = guest.post("/api/auth/magic-link", json=email)
    entered = guest.post("/api/auth/magic-link/verify", json={"token": link(app)})
    forgotten = guest.post("/api/auth/password/forgot", json=email)
    token = {"token": link(app, PASSWORD_RESET), "password": PASSWORD}
    return {
        "/api/auth/magic-link": [asked],
        "/api/auth/magic-link/verify": [entered],
        "/api/auth/password/forgot": [forgotten],
        "/api/auth/password/reset": [app.test_client().post("/api/auth/password/reset", json=token)],
        "/api/auth/password/change": [creator(app, "lea@example.fr").post("/api/auth/password/change", json=changed)],
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


def figure_successes(zoe: FlaskClient) -> dict[str, list[TestResponse]]:
    """What a creator reads of her business."""
    return {
        "/api/analytics/events": [zoe.post("/api/analytics/events", json={"eventType": "a", "eventData": {"b": [1]}})],
        **{f"/api/analytics/{name}": [zoe.get(f"/api/analytics/{name}")] for name in ("stats", "overview", "alerts")},
        "/api/analytics/top-hours": [zoe.get("/api/analytics/top-hours")],
        "/api/metrics": [zoe.get("/api/metrics")],
        "/api/metrics/monthly": [zoe.get("/api/metrics/monthly")],
        "/api/billing/subscription": [zoe.get("/api/billing/subscription")],
    }
