"""What tests ask of answers, and how they fill in the forms of pages."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from huntaze_app.stores import StoreRouter

FRENCH_REFUSAL = "Beta fermée - invitation requise"
INTERNALS = re.compile(
    r"Traceback|File \"|\.py\b|/site-packages|psycopg|sqlalchemy|werkzeug|marshmallow|orjson|huntaze_app|repositories\."
    r"|\b[A-Z][a-z]+(?:[A-Z][a-z]+)*(?:Error|Exception)\b|SELECT |INSERT INTO|UPDATE |DELETE FROM|SQLSTATE|uq_|<class"
)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def assert_error(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is the JSON error the contract promises, and return its body."""
    assert (response.status_code, response.content_type) == (status, "application/json"), response.text
    body: dict[str, Any] = response.get_json()
    assert body["code"] == code
    assert body.keys() - {"details"} == {"error", "code", "requestId"}
    assert body["requestId"] == response.headers["X-Request-Id"]
    assert isinstance(body["error"], str)
    assert body["error"]
    for field, texts in body.get("details", {}).items():
        assert isinstance(field, str)
        assert texts
        assert all(isinstance(text, str) and len(text) > 1 for text in texts), body
    assert_no_internals(response.text)
    return body


def assert_invalid(response: TestResponse, *fields: str) -> dict[str, list[str]]:
    """Check that an answer refuses exactly these fields, and return the texts."""
    details: dict[str, list[str]] = assert_error(response, 400, "validation_error")["details"]
    assert sorted(details) == sorted(fields)
    return details


def assert_no_internals(text: str) -> None:
    """Check that a text tells nothing of how the product is built."""
    found = INTERNALS.search(text)
    assert found is None, text[max(0, found.start() - 80) : found.end() + 80]


def form_token(client: FlaskClient, page: str = "/signin") -> str:
    """The form token that a page holds for this browser."""
    found = TOKEN.search(client.get(page).text)
    assert found is not None
    return found.group(1)


def submit(client: FlaskClient, url: str, fields: dict[str, Any], page: str = "/") -> TestResponse:
    """Submit the form of a page, with its token."""
    return client.post(url, data={**fields, "csrf_token": form_token(client, page)})


def session_token(response: TestResponse) -> str:
    """The session token that an answer hands out."""
    cookies = [value for value in response.headers.getlist("Set-Cookie") if "huntaze_session=" in value]
    assert len(cookies) == 1
    return cookies[0].partition("=")[2].partition(";")[0]


def router_of(app: Flask) -> StoreRouter:
    """The router of an application, to look at what is stored."""
    found: StoreRouter = app.extensions["stores"]
    return found


def is_code_open(app: Flask, code: str, email: str = "anyone@example.fr") -> bool:
    """Whether an invitation still lets an address in."""
    router = router_of(app)
    found = router.run("auth", lambda stores: stores.invites.find_redeemable(code, email), read_only=True)
    return found is not None


def json_lines(text: str) -> list[dict[str, Any]]:
    """The JSON lines of a log; readable access lines of an earlier application may still be among them."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]
