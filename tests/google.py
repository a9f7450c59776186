"""Visitors who go to Google, or who plays it, and come back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from repositories.entities.accounts import Provider
from repositories.entities.users import User
from tests.answers import router_of, submit
from tests.peers.oidc_provider import (
    ZOE,
    consent,
)
from tests.people import invitation

PUBLIC = "https://beta.huntaze.example"
JSON = {"Accept": "application/json"}
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def begin(client: FlaskClient, query: str = "") -> str:
    """Set out, and return the address at the provider."""
    response = client.get(f"/api/auth/google{query}", headers=HTML)
    assert response.status_code == 302, response.text
    return response.headers["Location"]


def come_back(client: FlaskClient, back: str, headers: dict[str, str] = HTML) -> TestResponse:
    """Follow the provider's redirect."""
    parts = urlsplit(back)
    assert f"{parts.scheme}://{parts.netloc}" == PUBLIC
    return client.get(f"{parts.path}?{parts.query}", headers=headers)


def go(client: FlaskClient, query: str = "", headers: dict[str, str] = HTML) -> TestResponse:
    """Go to the provider and back."""
    return come_back(client, consent(begin(client, query)), headers)


def sign_up(client: FlaskClient, code: str, name: str = "Zoé") -> TestResponse:
    """Hand in the invitation after Google."""
    return submit(client, "/signup/google", {"name": name, "inviteCode": code}, "/signup/google")


def joined(app: Flask) -> FlaskClient:
    """Zoé, who has signed up with Google."""
    client = app.test_client()
    assert go(client).headers["Location"] == "/signup/google"
    assert sign_up(client, invitation(app)).headers["Location"] == "/onboarding"
    return client


def me(client: FlaskClient) -> Any:
    response = client.get("/api/auth/me")
    return response.get_json() if response.status_code == 200 else None


def in_unit(app: Flask, work: Any) -> Any:
    return router_of(app).run("auth", work)


def owner_of(app: Flask, subject: str) -> Any:
    return in_unit(app, lambda stores: stores.accounts.find_owner(Provider.GOOGLE, subject))


def find(app: Flask, email: str = ZOE["email"]) -> User | None:
    user: User | None = in_unit(app, lambda stores: stores.users.find_by_email(email))
    return user
