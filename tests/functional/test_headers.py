"""Headers that every answer carries, errors and static files too."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.settings import Environment
from tests.conftest import MakeApp
from tests.people import admin, creator

UNKNOWN = "01a1f919-1dde-7790-bf51-72adcfc10cf5"
STATIC = "/static/css/base.css"


def every_get(app: Flask) -> list[str]:
    """An address for each route that can be read."""
    values = {"filename": "css/base.css", "name": "swagger-ui.css"}
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found.group(1), UNKNOWN), rule.rule) for rule in rules]


def crawl(app: Flask) -> dict[str, TestResponse]:
    """Answers of every kind: each page and route for each caller, errors, redirects, static files."""
    callers: dict[str, FlaskClient] = {"visitor": app.test_client(), "creator": creator(app), "admin": admin(app)}
    answers = {
        f"{name} GET {path}": client.get(path, buffered=True)
        for name, client in callers.items()
        for path in every_get(app)
    }
    visitor = callers["visitor"]
    answers |= {
        "404": visitor.get("/nowhere"),
        "404 json": visitor.get("/api/nowhere"),
        "404 static": visitor.get("/static/nothing.css"),
        "405": visitor.delete("/"),
        "405 json": visitor.get("/api/auth/signin"),
        "413": visitor.post("/api/auth/signin", data=b"x" * (2**20 + 1), content_type="application/json"),
        "415": visitor.post("/api/auth/signin", data="x"),
        "400": visitor.post("/api/auth/signin", json={}),
        "403": visitor.post("/signin"),
        "options": visitor.options("/api/auth/signin"),
        "head": visitor.head("/"),
        "204": visitor.post("/api/auth/signout"),
        "304": visitor.get(
            STATIC, buffered=True, headers={"If-None-Match": visitor.get(STATIC, buffered=True).headers["ETag"]}
        ),
    }
    return answers


def test_every_answer_has_the_security_headers_once(app: Flask) -> None:
    answers = crawl(app)
    assert len(answers) > 60
    assert {answer.status_code for answer in answers.values()} >= {
        200,
        204,
        302,
        304,
        400,
        401,
        403,
        404,
        405,
        413,
        415,
    }

    for name, answer in answers.items():
        headers = answer.headers
        assert headers.getlist("X-Content-Type-Options") == ["nosniff"], name
        assert headers.getlist("Referrer-Policy") == ["same-origin"], name
        assert headers.getlist("Cross-Origin-Opener-Policy") == ["same-origin"], name
        (policy,) = headers.getlist("Content-Security-Policy")
        assert {"default-src 'self'", "object-src 'none'", "base-uri 'none'"} <= set(policy.split("; ")), name
        assert "script-src" not in policy, name
        assert re.fullmatch("[0-9a-f]{16}", headers["X-Request-Id"]), name
        assert headers["X-Store-Backend"] in {"memory", "postgres", "none"}, name
        assert "Access-Control-Allow-Origin" not in headers, name


def test_nobody_may_frame_a_page(app: Flask) -> None:
    for name, answer in crawl(app).items():
        if "/api/docs" not in name:
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], name


def test_the_page_of_the_api_cannot_be_framed_either(client: FlaskClient) -> None:
    assert "frame-ancestors 'none'" in client.get("/api/docs").headers["Content-Security-Policy"]


def test_nothing_but_static_files_is_kept_by_anyone(app: Flask) -> None:
    for name, answer in crawl(app).items():
        kept = answer.headers.getlist("Cache-Control")
        if "/static/" in name or name in {"304", "404 static"}:
            assert "no-store" not in kept, name
        else:
            assert kept == ["no-store"], name
            assert {"Cookie", "Accept-Language"} <= set(", ".join(answer.headers.getlist("Vary")).split(", ")), name


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/healthz", "none"), ("/", "none"), ("/api/auth/me", "none"), ("/api/nowhere", "none")],
)
def test_the_backend_header_says_none_where_no_store_was_asked(client: FlaskClient, path: str, expected: str) -> None:
    assert client.get(path).headers.getlist("X-Store-Backend") == [expected]


def test_the_backend_header_names_who_answered(app: Flask, backend_name: str) -> None:
    zoe = creator(app)

    for path in ("/api/auth/me", "/api/users/profile", "/api/billing/subscription", "/dashboard"):
        assert zoe.get(path).headers["X-Store-Backend"] == backend_name


def test_production_tells_no_backend_and_insists_on_https(make_app: MakeApp) -> None:
    client = make_app("memory", environment=Environment.PRODUCTION).test_client()

    for path in ("/", "/api/auth/me", "/nowhere", STATIC):
        headers = client.get(path, buffered=True).headers
        assert "X-Store-Backend" not in headers
        age = re.search(r"max-age=(\d+)", headers["Strict-Transport-Security"])
        assert age is not None
        assert int(age.group(1)) >= 365 * 24 * 3600


def test_nothing_tells_what_the_product_is_made_of(app: Flask) -> None:
    for name, answer in crawl(app).items():
        told = {key.lower() for key in answer.headers.keys()}  # noqa: SIM118  # iterating headers yields pairs
        assert not told & {"x-powered-by", "server", "via"}, name


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_the_method_of_a_request_cannot_be_overridden(app: Flask, name: str) -> None:
    zoe = creator(app)

    assert zoe.post("/api/users/profile", headers={name: "PATCH"}, json={"name": "X"}).status_code == 405
    assert zoe.get("/api/users/profile?_method=PATCH", headers={name: "PATCH"}).get_json()["name"] == "Zoé"


def test_options_ask_for_no_session_and_promise_no_other_site_anything(client: FlaskClient) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "PATCH"}
    response = client.options("/api/users/profile", headers=headers)

    assert response.status_code == 200
    assert response.data == b""
    assert not [name for name in dict(response.headers) if name.startswith("Access-Control")]
