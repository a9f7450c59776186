"""The main job, from invitation to sign-out, on either backend."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.people import PASSWORD, invitation, sign_up


def test_an_invited_creator_signs_up_edits_her_profile_and_signs_out(app: Flask, client: FlaskClient) -> None:
    account = {"email": "zoe@example.fr", "password": PASSWORD, "name": "Zoé", "inviteCode": invitation(app)}

    assert client.post("/api/auth/signup", json=account).status_code == 201
    assert client.get("/api/auth/me").get_json()["email"] == "zoe@example.fr"
    assert client.patch("/api/users/profile", json={"bio": "Salut 😀"}).status_code == 200
    assert client.get("/api/users/profile").get_json()["bio"] == "Salut 😀"
    assert client.post("/api/auth/signout").status_code == 204
    assert client.get("/api/auth/me").status_code == 401


def test_a_code_works_once(app: Flask) -> None:
    code = invitation(app)

    first = sign_up(app.test_client(), "a@example.fr", code)
    second = sign_up(app.test_client(), "b@example.fr", code)

    assert first.status_code == 201
    assert second.status_code == 403
    assert second.get_json()["error"] == "Beta fermée - invitation requise"
