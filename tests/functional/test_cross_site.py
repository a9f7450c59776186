"""Requests that another site makes are refused, on every unsafe route there is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.answers import assert_error, form_token, router_of
from tests.conftest import MakeApp
from tests.people import PASSWORD, admin, creator

UNKNOWN = "01a1f919-1dde-7790-bf51-72adcfc10cf5"
SAFE = {"GET", "HEAD", "OPTIONS"}
FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://evil.example/localhost"},
    {"Origin": "http://evil-localhost"},
    {"Origin": "http://localhost:8080"},
    {"Origin": "https://localhost"},
    {"Origin": "http://localhost:80"},
    {"Origin": "http://localhost@evil.example"},
    {"Origin": "http://evil.example@localhost"},
    {"Origin": "http://["},
    {"Origin": "http://loc\xe4lhost"},
    {"Origin": "localhost"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "nonsense"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
)
OWN: tuple[dict[str, str], ...] = (
    {},
    {"Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
)


def unsafe_routes(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - SAFE):
            yield method, re.sub(r"<[^>]+>", UNKNOWN, rule.rule)


def rows(app: Flask) -> object:
    """Everything that a request could have changed."""
    router = router_of(app)
    invites = router.run("admin", lambda stores: stores.invites.count(), read_only=True)
    user = router.run("auth", lambda stores: stores.users.find_by_email("admin@huntaze.test"), read_only=True)
    return invites, user


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_no_unsafe_route_listens_to_another_site(app: Flask, headers: dict[str, str]) -> None:
    boss = admin(app)
    before = rows(app)
    tried = 0

    for method, path in unsafe_routes(app):
        response = boss.open(path, method=method, headers=headers, json={"count": 1, "name": "Changed"})
        tried += 1
        assert response.status_code == 403, (method, path)
        if path.startswith("/api/"):
            assert_error(response, 403, "csrf_failed")
        assert "Set-Cookie" not in response.headers or "huntaze_session" not in response.headers["Set-Cookie"]

    assert tried >= 14
    assert rows(app) == before
    assert boss.get("/api/auth/me").status_code == 200


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_requests_of_this_site_and_of_programs_are_heard(app: Flask, headers: dict[str, str]) -> None:
    zoe = creator(app)

    assert zoe.patch("/api/users/profile", json={"name": "Changed"}, headers=headers).status_code == 200


def test_the_origin_is_compared_with_the_host_the_browser_asked(backend_name: str, make_app: MakeApp) -> None:
    app = make_app(backend_name, trusted_hosts=frozenset({"localhost", "huntaze.test"}))
    zoe = creator(app)
    asked = {"Host": "huntaze.test:5000"}

    assert zoe.post("/api/auth/signout", headers={**asked, "Origin": "http://localhost"}).status_code == 403
    assert zoe.post("/api/auth/signout", headers={**asked, "Origin": "http://huntaze.test:5000"}).status_code == 204


def test_another_site_cannot_sign_anyone_in(app: Flask) -> None:
    creator(app)
    body = {"email": "zoe@example.fr", "password": PASSWORD}

    response = app.test_client().post("/api/auth/signin", json=body, headers={"Sec-Fetch-Site": "cross-site"})

    assert_error(response, 403, "csrf_failed")
    assert "Set-Cookie" not in response.headers


def test_reading_from_another_site_is_harmless_and_allowed(app: Flask) -> None:
    zoe = creator(app)

    assert zoe.get("/dashboard", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def page_forms(app: Flask) -> list[str]:
    return [path for method, path in unsafe_routes(app) if method == "POST" and not path.startswith("/api/")]


def test_every_form_of_a_page_needs_its_token(app: Flask) -> None:
    boss = admin(app)
    stranger = app.test_client()
    foreign = form_token(stranger)
    own = form_token(boss, "/profile")
    before = rows(app)
    forms = page_forms(app)
    assert len(forms) >= 6

    for path in forms:
        for token in (None, "", "x", foreign, own[:-1], own + "x", own.swapcase(), "\x00", "é", "x" * 100_000):
            fields = {"name": "Changed", "count": "1", "locale": "en"}
            data = fields if token is None else {**fields, "csrf_token": token}
            response = boss.post(path, data=data)
            assert response.status_code == 403, (path, token)
            assert response.mimetype == "text/html"

    assert rows(app) == before
    assert boss.get("/api/auth/me").status_code == 200


def test_a_form_token_in_a_header_counts_as_well(client: FlaskClient) -> None:
    token = form_token(client)

    assert client.post("/locale", data={"locale": "fr"}, headers={"X-CSRFToken": token}).status_code == 303


def test_a_form_token_without_its_cookie_is_worth_nothing(app: Flask) -> None:
    token = form_token(app.test_client())

    response = app.test_client().post("/locale", data={"locale": "fr", "csrf_token": token})

    assert response.status_code == 403


@pytest.mark.parametrize(
    "forged", ["", "x", "x.y.z", "eyJjc3JmX3Rva2VuIjoieCJ9.awBH9w.HlyGwF10P-icKei_th73UM1gfV8", "\x00", "x" * 8000]
)
def test_a_forged_form_cookie_is_nobody_s(app: Flask, forged: str) -> None:
    client = app.test_client(use_cookies=False)

    response = client.post("/locale", data={"csrf_token": "x"}, headers={"Cookie": f"session={forged}"})

    assert response.status_code == 403


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_a_foreign_form_can_send_is_no_json(app: Flask, content_type: str) -> None:
    zoe = creator(app)
    body = '{"eventType": "forged"}'

    response = zoe.post("/api/analytics/events", data=body, content_type=content_type)

    assert_error(response, 415, "unsupported_media_type")
    assert zoe.get("/api/analytics/stats").get_json()["total"] == 0


def test_reading_changes_nothing(app: Flask) -> None:
    boss = admin(app)
    before = rows(app)

    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            for method in ("GET", "HEAD", "OPTIONS"):
                boss.open(rule.rule, method=method, query_string={"count": 1, "name": "X", "locale": "en"})

    assert rows(app) == before
