"""Errors: one shape for programs, a page for people, and nothing of how the product is built."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from huntaze_app.problems import Overloaded
from repositories import errors as stored
from tests.answers import assert_error, assert_no_internals, json_lines
from tests.people import creator

PROBLEM = "application/problem+json"
SECRET = "postgresql://huntaze:hush@10.0.0.7/users SELECT * FROM users"
FACTS: list[tuple[Exception, int, str]] = [
    (stored.NotFound(SECRET), 404, "not_found"),
    (stored.Conflict(SECRET), 409, "conflict"),
    (stored.EmailTaken(SECRET), 409, "email_taken"),
    (stored.CodeTaken(SECRET), 409, "code_taken"),
    (stored.InviteUsed(SECRET), 409, "invite_used"),
    (stored.SubscriptionExists(SECRET), 409, "subscription_exists"),
    (stored.BrokenReference(SECRET), 400, "foreign_key"),
    (stored.InvalidValue(SECRET), 400, "validation_error"),
    (stored.Unavailable(SECRET), 503, "database_unavailable"),
    (stored.WriteCollision(SECRET), 503, "database_unavailable"),
    (stored.ConnectionLost(SECRET), 503, "database_unavailable"),
    (stored.OutcomeUnknown(SECRET), 503, "database_unavailable"),
    (Overloaded(SECRET), 503, "service_unavailable"),
    (stored.ReadOnlyUnit(SECRET), 500, "internal_error"),
    (RuntimeError(SECRET), 500, "internal_error"),
    (UnicodeEncodeError("utf-8", "\ud800", 0, 1, SECRET), 500, "internal_error"),
    (RecursionError(SECRET), 500, "internal_error"),
    (KeyError(SECRET), 500, "internal_error"),
]


def fail_with(app: Flask, error: Exception) -> None:
    def fail() -> str:
        raise error

    app.add_url_rule("/api/fails", "fails_api", fail, methods=["GET", "POST"])
    app.add_url_rule("/fails", "fails_page", fail)


@pytest.mark.parametrize(("error", "status", "code"), FACTS, ids=lambda value: type(value).__name__)
def test_a_fact_is_told_by_its_status_and_code_and_no_more(
    make_app: Callable[..., Flask], error: Exception, status: int, code: str
) -> None:
    app = make_app("memory")
    fail_with(app, error)

    response = app.test_client().get("/api/fails")

    assert_error(response, status, code)
    assert "hush" not in response.text
    assert response.headers.get("Retry-After") == ("2" if status == 503 else None)


@pytest.mark.parametrize(("error", "status", "code"), FACTS, ids=lambda value: type(value).__name__)
def test_the_same_fact_is_a_page_for_people(
    make_app: Callable[..., Flask], error: Exception, status: int, code: str
) -> None:
    app = make_app("memory")
    fail_with(app, error)

    response = app.test_client().get("/fails")

    assert (response.status_code, response.mimetype) == (status, "text/html")
    assert response.headers["X-Request-Id"] in response.text
    assert code not in response.text
    assert_no_internals(response.text)
    assert "hush" not in response.text


def test_a_process_lives_on_after_an_unexpected_error(make_app: Callable[..., Flask]) -> None:
    app = make_app("memory")
    fail_with(app, RuntimeError(SECRET))
    client = app.test_client()

    statuses = [client.get(path).status_code for path in ("/api/fails", "/fails", "/healthz")]

    assert statuses == [500, 500, 200]


def test_an_unexpected_error_is_logged_once_with_its_request(
    make_app: Callable[..., Flask], capfd: pytest.CaptureFixture[str]
) -> None:
    app = make_app("memory", log_json=True)
    fail_with(app, RuntimeError("the cause"))

    app.test_client().get("/api/fails", headers={"X-Request-Id": "the-request"})

    errors = [line for line in json_lines(capfd.readouterr().err) if line.get("level") == "error"]
    assert len(errors) == 1
    assert (errors[0]["requestId"], errors[0]["operation"]) == ("the-request", "fails_api")
    assert "the cause" in errors[0]["exception"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nowhere", 404, "not_found"),
        ("GET", "/api/", 404, "not_found"),
        ("GET", "/api/auth/me/", 404, "not_found"),
        ("POST", "/api/auth/me", 405, "method_not_allowed"),
        ("TRACE", "/api/auth/me", 405, "method_not_allowed"),
        ("CONNECT", "/api/auth/me", 405, "method_not_allowed"),
        ("BREW", "/api/auth/me", 405, "method_not_allowed"),
        ("DELETE", "/api/users/profile", 405, "method_not_allowed"),
    ],
)
def test_what_is_not_there_is_told_in_json_under_api(
    client: FlaskClient, method: str, path: str, status: int, code: str
) -> None:
    response = client.open(path, method=method)

    assert_error(response, status, code)
    assert ("Allow" in response.headers) == (status == 405)


@pytest.mark.parametrize("accept", ["application/json", PROBLEM, "application/json, text/html;q=0.5"])
def test_a_program_gets_json_from_pages_too(client: FlaskClient, accept: str) -> None:
    response = client.get("/nowhere", headers={"Accept": accept})

    assert response.status_code == 404
    assert response.get_json()["code"] == "not_found"
    assert client.get("/dashboard", headers={"Accept": accept}).status_code == 401


@pytest.mark.parametrize("accept", ["", "*/*", "text/html", "image/png", "x;q=abc, /,,", "text/html, application/json"])
def test_anyone_else_gets_a_page(client: FlaskClient, accept: str) -> None:
    response = client.get("/nowhere", headers={"Accept": accept})

    assert (response.status_code, response.mimetype) == (404, "text/html")
    assert "Page introuvable" in response.text


def test_an_html_405_names_the_allowed_methods(client: FlaskClient) -> None:
    response = client.get("/signout")

    assert (response.status_code, response.mimetype) == (405, "text/html")
    assert set(response.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_problem_json_holds_the_same_as_json(app: Flask) -> None:
    zoe = creator(app)
    body = {"name": "", "nickname": "Z"}
    headers = {"X-Request-Id": "same"}
    plain = zoe.patch("/api/users/profile", json=body, headers=headers).get_json()

    response = zoe.patch("/api/users/profile", json=body, headers={**headers, "Accept": PROBLEM})

    assert (response.status_code, response.content_type) == (400, PROBLEM)
    problem = response.get_json()
    assert problem.pop("type") == "urn:huntaze:validation_error"
    assert problem.pop("status") == 400
    assert {"error": problem.pop("title"), **problem} == plain


@pytest.mark.parametrize("given", ["abc", "0", "A.b_c-9", "x" * 128, "01a1f919-1dde-7790-bf51-72adcfc10cf5"])
def test_a_sane_request_id_is_kept(client: FlaskClient, given: str) -> None:
    response = client.get("/api/auth/me", headers={"X-Request-Id": given})

    assert response.headers.getlist("X-Request-Id") == [given]
    assert response.get_json()["requestId"] == given


@pytest.mark.parametrize(
    "given", ["", " ", "x" * 129, "é", "a b", "a\tb", "<script>", "a;b", "１", "a/b", "{}", "\x7f"]
)
def test_any_other_request_id_is_replaced(client: FlaskClient, given: str) -> None:
    response = client.get("/api/auth/me", headers={"X-Request-Id": given})

    made = response.headers["X-Request-Id"]
    assert made != given
    assert len(made) == 16
    assert response.get_json()["requestId"] == made
    assert client.get("/healthz").headers["X-Request-Id"] != made
