"""Replacing a password, forgotten or known, and which ones are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from huntaze_app.clock import now
from tests.answers import form_token
from tests.links import MAGIC_LINK, PASSWORD_RESET, link
from tests.people import PASSWORD, creator, invitation, sign_up

FORGOT, RESET, CHANGE = "/api/auth/password/forgot", "/api/auth/password/reset", "/api/auth/password/change"
ZOE = "zoe@example.fr"
NEW = "battery staple horse"


@pytest.fixture
def zoe(app: Flask) -> FlaskClient:
    """An account, signed in."""
    return creator(app, ZOE)


def sign_in(app: Flask, password: str) -> int:
    return app.test_client().post("/api/auth/signin", json={"email": ZOE, "password": password}).status_code


def forgotten(app: Flask) -> str:
    app.test_client().post(FORGOT, json={"email": ZOE})
    return link(app, PASSWORD_RESET)


def test_a_forgotten_password_is_replaced_once(app: Flask, zoe: FlaskClient) -> None:
    token = forgotten(app)
    visitor = app.test_client()

    response = visitor.post(RESET, json={"token": token, "password": NEW})

    assert (response.status_code, response.get_json()["email"]) == (200, ZOE)
    assert response.get_json()["emailVerified"] is True
    assert (sign_in(app, PASSWORD), sign_in(app, NEW)) == (401, 200)
    assert visitor.post(RESET, json={"token": token, "password": PASSWORD}).status_code == 400
    assert sign_in(app, NEW) == 200


def test_a_reset_ends_every_session_and_every_link(app: Flask, zoe: FlaskClient) -> None:
    visitor = app.test_client()
    visitor.post("/api/auth/magic-link", json={"email": ZOE})
    magic = link(app, MAGIC_LINK)
    token = forgotten(app)

    visitor.post(RESET, json={"token": token, "password": NEW})

    assert zoe.get("/api/auth/me").status_code == 401
    assert visitor.get("/api/auth/me").status_code == 401, "a reset signs nobody in"
    assert visitor.post("/api/auth/magic-link/verify", json={"token": magic}).status_code == 400


def test_a_link_is_good_for_an_hour(app: Flask, zoe: FlaskClient) -> None:
    at = now()
    with time_machine.travel(at, tick=False):
        token = forgotten(app)
    body = {"token": token, "password": NEW}

    with time_machine.travel(at + timedelta(hours=1), tick=False):
        assert app.test_client().post(RESET, json=body).status_code == 400
    with time_machine.travel(at + timedelta(minutes=59, seconds=59), tick=False):
        assert app.test_client().post(RESET, json=body).status_code == 200


def test_a_link_for_signing_in_resets_nothing(app: Flask, zoe: FlaskClient) -> None:
    app.test_client().post("/api/auth/magic-link", json={"email": ZOE})

    response = app.test_client().post(RESET, json={"token": link(app, MAGIC_LINK), "password": NEW})

    assert (response.status_code, response.get_json()["code"]) == (400, "invalid_token")
    assert sign_in(app, PASSWORD) == 200


def test_a_refused_password_leaves_the_link_to_be_used(app: Flask, zoe: FlaskClient) -> None:
    token = forgotten(app)
    visitor = app.test_client()

    refused = visitor.post(RESET, json={"token": token, "password": "password123"})

    assert refused.status_code == 400
    assert list(refused.get_json()["details"]) == ["password"]
    assert visitor.post(RESET, json={"token": token, "password": NEW}).status_code == 200


def test_a_known_password_is_changed_and_this_session_goes_on_under_a_new_token(app: Flask, zoe: FlaskClient) -> None:
    other = app.test_client()
    other.post("/api/auth/signin", json={"email": ZOE, "password": PASSWORD})
    before = zoe.get_cookie("huntaze_session")

    response = zoe.post(CHANGE, json={"currentPassword": PASSWORD, "password": NEW})

    after = zoe.get_cookie("huntaze_session")
    assert response.status_code == 204
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert zoe.get("/api/auth/me").status_code == 200
    assert other.get("/api/auth/me").status_code == 401
    old = app.test_client()
    old.set_cookie("huntaze_session", before.value)
    assert old.get("/api/auth/me").status_code == 401
    assert (sign_in(app, PASSWORD), sign_in(app, NEW)) == (401, 200)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"currentPassword": "not it at all", "password": NEW}, "currentPassword"),
        ({"currentPassword": PASSWORD, "password": PASSWORD}, "password"),
        ({"currentPassword": PASSWORD, "password": ZOE}, "password"),
        ({"currentPassword": PASSWORD, "password": "1234567"}, "password"),
        ({"currentPassword": PASSWORD, "password": "x" * 257}, "password"),
        ({"currentPassword": PASSWORD}, "password"),
        ({"password": NEW}, "currentPassword"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(app: Flask, zoe: FlaskClient, body: dict[str, str], field: str) -> None:
    response = zoe.post(CHANGE, json=body)

    assert (response.status_code, response.get_json()["code"]) == (400, "validation_error")
    assert list(response.get_json()["details"]) == [field]
    assert sign_in(app, PASSWORD) == 200


def test_only_the_owner_changes_a_password(app: Flask, zoe: FlaskClient) -> None:
    response = app.test_client().post(CHANGE, json={"currentPassword": PASSWORD, "password": NEW})

    assert response.status_code == 401


@pytest.mark.parametrize(
    "password",
    ["password", "PASSWORD", "Password1!", "123456789", "iloveyou", "huntaze-beta-2026", "Huntaze!!", "Créatrice2026"],
)
def test_a_password_that_is_guessed_first_is_refused(app: Flask, password: str) -> None:
    refused = sign_up(app.test_client(), "lea@example.fr", invitation(app), password)

    assert refused.status_code == 400
    assert list(refused.get_json()["details"]) == ["password"]


@pytest.mark.parametrize("password", ["a" * 256, "8 lettre", "пароль-пароль", "🐎🔋📎🐎🔋📎🐎🔋", " espaces "])
def test_any_other_password_of_8_to_256_characters_will_do(app: Flask, password: str) -> None:
    client = app.test_client()
    assert sign_up(client, "lea@example.fr", invitation(app), password).status_code == 201

    entered = app.test_client().post("/api/auth/signin", json={"email": "lea@example.fr", "password": password})
    assert entered.status_code == 200


def test_the_pages_replace_a_forgotten_password(app: Flask, zoe: FlaskClient) -> None:
    visitor = app.test_client()
    sent = visitor.post("/forgot", data={"csrf_token": form_token(visitor, "/forgot"), "email": ZOE})
    assert (sent.status_code, sent.location) == (303, "/forgot/sent")
    assert ZOE in visitor.get("/forgot/sent").text
    token = link(app, PASSWORD_RESET)
    address = f"/reset?token={token}"
    assert visitor.get(address).status_code == 200

    short = {"csrf_token": form_token(visitor, address), "token": token, "password": "short"}
    weak = visitor.post("/reset", data=short)
    assert weak.status_code == 400
    assert token in weak.text
    data = {"csrf_token": form_token(visitor, address), "token": token, "password": NEW}
    done = visitor.post("/reset", data=data)

    assert (done.status_code, done.location) == (303, "/signin")
    assert sign_in(app, NEW) == 200


def test_the_page_changes_a_known_password(app: Flask, zoe: FlaskClient) -> None:
    data = {"currentPassword": PASSWORD, "password": NEW, "csrf_token": form_token(zoe, "/profile/password")}
    done = zoe.post("/profile/password", data=data)

    assert (done.status_code, done.location) == (303, "/profile")
    assert zoe.get("/profile").status_code == 200
    assert sign_in(app, NEW) == 200


def test_changes_are_written_down_and_told_by_mail(app: Flask, zoe: FlaskClient) -> None:
    zoe.post(CHANGE, json={"currentPassword": "not it at all", "password": NEW})
    zoe.post(CHANGE, json={"currentPassword": PASSWORD, "password": NEW})
    app.test_client().post(RESET, json={"token": forgotten(app), "password": PASSWORD})

    router = app.extensions["stores"]
    user = router.run("auth", lambda stores: stores.users.find_by_email(ZOE))
    trail = [event.action for event in router.run("auth", lambda stores: stores.audit.list_of(user.id))]
    assert [action for action in trail if action.startswith("password")] == [
        "password_change_refused",
        "password_changed",
        "password_reset",
    ]
