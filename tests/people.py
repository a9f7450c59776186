"""Accounts and invitations for tests."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from huntaze_app.admin.service import invite
from huntaze_app.clock import now
from huntaze_app.seeds import seed
from huntaze_app.stores import StoreRouter

PASSWORD = "correct horse battery"
ADMIN = "admin@huntaze.test"


def invitation(app: Flask, email: str | None = None) -> str:
    """The code of a new invitation."""
    router: StoreRouter = app.extensions["stores"]
    made = router.run("admin", lambda stores: invite(stores, [email], now()))
    return made[0].invite.code


def sign_up(client: FlaskClient, email: str, code: str, password: str = PASSWORD) -> TestResponse:
    """Ask for an account."""
    body = {"email": email, "password": password, "name": "Zoé", "inviteCode": code}
    return client.post("/api/auth/signup", json=body)


def creator(app: Flask, email: str = "zoe@example.fr") -> FlaskClient:
    """A signed-in creator."""
    client = app.test_client()
    response = sign_up(client, email, invitation(app))
    assert response.status_code == 201, response.text
    return client


def admin(app: Flask) -> FlaskClient:
    """A signed-in administrator."""
    router: StoreRouter = app.extensions["stores"]
    hashed = app.extensions["passwords"].hash(PASSWORD)
    router.run("auth", lambda stores: seed(stores, hashed, "0123456789ABCDEF", now()))
    client = app.test_client()
    response = client.post("/api/auth/signin", json={"email": ADMIN, "password": PASSWORD})
    assert response.status_code == 200, response.text
    return client


def token_pair(app: Flask, email: str = "zoe@example.fr") -> dict[str, str]:
    """An access and a refresh token of an account."""
    response = app.test_client().post("/api/auth/token", json={"email": email, "password": PASSWORD})
    assert response.status_code == 200, response.text
    pair: dict[str, str] = response.get_json()
    return pair


def access_token(app: Flask, email: str = "zoe@example.fr") -> str:
    """An access token of an account."""
    return token_pair(app, email)["accessToken"]


def api_key(owner: FlaskClient, *scopes: str, **given: object) -> str:
    """A new API key of whoever is signed in."""
    return str(new_key(owner, *scopes, **given)["key"])


def new_key(owner: FlaskClient, *scopes: str, **given: object) -> dict[str, Any]:
    """A new API key, as it is told once."""
    body = {"name": "Script", "scopes": list(scopes), **given}
    response = owner.post("/api/api-keys", json=body)
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.get_json()
    return made


def bearer(token: str) -> dict[str, str]:
    """The header of a program."""
    return {"Authorization": f"Bearer {token}"}
