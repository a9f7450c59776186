"""Real answers of every kind, held against the OpenAPI document."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from huntaze_app.problems import Overloaded
from repositories.errors import Unavailable
from repositories.stores import Health
from tests.functional.successes import (
    account_successes,
    bearer_successes,
    first_visit_successes,
    privacy_successes,
    session_successes,
    waitlist_successes,
)
from tests.links import PASSWORD_RESET, link
from tests.openapi import Document, described, faults, resolve
from tests.people import PASSWORD, admin, creator, invitation

UNKNOWN = "01a1f919-1dde-7790-bf51-72adcfc10cf5"

REFUSED: tuple[dict[str, Any], ...] = (
    {},
    {"json": {"unknown": 1}},
    {"data": "x", "content_type": "text/plain"},
    {"json": []},
    {"data": b'"' + b"x" * 2**20 + b'"', "content_type": "application/json"},
)
LED_AWAY = {("get", "/api/auth/google"), ("get", "/api/auth/google/callback")}  # 302, in test_google.py


def assert_conforms(document: Document, path: str, response: TestResponse) -> None:
    one = document["paths"][path][response.request.method.lower()]
    promised = one["responses"].get(str(response.status_code))
    assert promised is not None, f"{response.request.method} {path}: {response.status_code} is not in the document"
    if "content" not in promised:
        assert response.data == b""
        return
    schema = promised["content"][response.content_type]["schema"]
    if response.content_type == "application/zip":
        assert schema == {"type": "string", "format": "binary"}
        return
    assert list(faults(document, schema, response.get_json())) == []
    properties = resolve(document, schema)["properties"]
    if "code" not in properties:
        assert response.get_json().keys() == properties.keys(), path
    else:
        assert response.get_json()["code"] in promised["description"].split(", ")


def _by_mail(app: Flask, guest: FlaskClient) -> dict[str, list[TestResponse]]:
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


def test_real_successes_are_what_the_document_says(app: Flask, document: Document) -> None:
    boss, zoe, guest = admin(app), creator(app), app.test_client()
    code = invitation(app)
    account = {"email": "new@example.fr", "password": PASSWORD, "name": "New", "inviteCode": code}
    made = boss.post("/api/admin/invites", json={"count": 2})
    invite = made.get_json()["invites"][0]["id"]
    answers = {
        "/api/admin/invites": [made, boss.get("/api/admin/invites?limit=2")],
        "/api/admin/invites/{invite_id}": [boss.delete(f"/api/admin/invites/{invite}")],
        "/api/admin/backends": [boss.get("/api/admin/backends")],
        "/api/auth/signup": [guest.post("/api/auth/signup", json=account)],
        "/api/auth/signin": [guest.post("/api/auth/signin", json={"email": "new@example.fr", "password": PASSWORD})],
        "/api/auth/me": [guest.get("/api/auth/me"), boss.get("/api/auth/me")],
        **bearer_successes(guest, boss),
        "/api/auth/signout": [guest.post("/api/auth/signout")],
        **_by_mail(app, guest),
        "/api/users/profile": [
            zoe.patch("/api/users/profile", json={"timezone": "UTC", "bio": "x"}),
            zoe.put("/api/users/profile", json={"avatar": "https://example.fr/a.png"}),
            zoe.get("/api/users/profile"),
        ],
        **account_successes(boss),
        **privacy_successes(creator(app, "ines@example.fr")),
        **waitlist_successes(guest, boss),
        **session_successes(creator(app, "eva@example.fr")),
        "/api/users/onboarding-status": first_visit_successes(zoe),
        "/api/analytics/events": [zoe.post("/api/analytics/events", json={"eventType": "a", "eventData": {"b": [1]}})],
        **{f"/api/analytics/{name}": [zoe.get(f"/api/analytics/{name}")] for name in ("stats", "overview", "alerts")},
        "/api/analytics/top-hours": [zoe.get("/api/analytics/top-hours")],
        "/api/metrics": [zoe.get("/api/metrics")],
        "/api/metrics/monthly": [zoe.get("/api/metrics/monthly")],
        "/api/billing/subscription": [zoe.get("/api/billing/subscription")],
        **{path: [guest.get(path)] for path in ("/api/health", "/readyz", "/healthz")},
    }
    for path, responses in answers.items():
        for response in responses:
            assert response.status_code < 300, (path, response.text)
            assert_conforms(document, path, response)
    tried = {(one.request.method.lower(), path) for path, responses in answers.items() for one in responses}
    assert tried == described(document).keys() - LED_AWAY


def test_real_refusals_are_what_the_document_says(app: Flask, document: Document) -> None:
    zoe, boss, guest = creator(app), admin(app), app.test_client()
    clients: dict[str, FlaskClient] = {"guest": guest, "creator": zoe, "admin": boss}
    foreign = {"Origin": "https://evil.example"}
    for method, path in described(document):
        url = re.sub(r"{\w+}", UNKNOWN, path)
        for client in clients.values():
            if path == "/api/auth/signout":
                continue  # it would end the session of the client
            for given in REFUSED if method != "get" else REFUSED[:3]:
                assert_conforms(document, path, client.open(url, method=method.upper(), **given))
        if method != "get":
            assert_conforms(document, path, guest.open(url, method=method.upper(), headers=foreign))


def test_precise_conflicts_are_in_the_document(app: Flask, document: Document) -> None:
    creator(app)
    body = {"email": "zoe@example.fr", "password": PASSWORD, "name": "Zoé", "inviteCode": invitation(app)}
    guest = app.test_client()

    taken = guest.post("/api/auth/signup", json=body)
    refused = guest.post("/api/auth/signup", json={**body, "inviteCode": "F" * 16})
    wrong = guest.post("/api/auth/signin", json={"email": "zoe@example.fr", "password": "wrong"})

    assert (taken.status_code, refused.status_code, wrong.status_code) == (409, 403, 401)
    assert_conforms(document, "/api/auth/signup", taken)
    assert_conforms(document, "/api/auth/signup", refused)
    assert_conforms(document, "/api/auth/signin", wrong)


def test_an_overloaded_sign_in_is_in_the_document(app: Flask, document: Document) -> None:
    class Busy:
        def matches(self, *_given: object) -> bool:
            raise Overloaded

    app.extensions["passwords"] = Busy()
    response = app.test_client().post("/api/auth/signin", json={"email": "a@example.fr", "password": "x"})

    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
    assert response.get_json()["code"] == "service_unavailable"
    assert_conforms(document, "/api/auth/signin", response)


def test_an_unready_answer_is_in_the_document(app: Flask, document: Document) -> None:
    for backend in app.extensions["stores"].backends.values():
        backend.health = lambda: Health(is_healthy=False, latency_ms=1.5, problem="migrations pending")

    response = app.test_client().get("/readyz")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "2"
    assert_conforms(document, "/readyz", response)


def test_an_unavailable_database_is_in_the_document(app: Flask, document: Document) -> None:
    zoe = creator(app)

    class Down:
        name, is_lasting = "postgres", True

        def unit(self, **_options: object) -> None:
            raise Unavailable("down")

        def close(self) -> None:
            pass

    router = app.extensions["stores"]
    router.close()
    router._chosen.clear()
    router.backends = dict.fromkeys(("memory", "postgres"), Down())
    response = zoe.get("/api/users/profile")

    assert response.get_json()["code"] == "database_unavailable"
    assert_conforms(document, "/api/users/profile", response)
