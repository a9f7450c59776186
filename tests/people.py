"""Accounts and invitations for tests."""

from __future__ import annotations

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
