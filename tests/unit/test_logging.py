"""Logs: who, what and how it ended; never a password, never a token."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
from flask import Flask, request
from structlog.testing import capture_logs

from config.logging import access_log
from huntaze_app.edge import Edge
from huntaze_app.errors import request_context
from huntaze_app.security.access import account
from tests.answers import json_lines, session_token
from tests.conftest import MakeApp
from tests.people import invitation, sign_up

CANARY = "canary-8d1f-password"


class Lines:
    """An access log that keeps its lines."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []

    def __call__(self, **line: Any) -> None:
        self.kept.append(line)


def with_log(app: Flask) -> Lines:
    """Have the access lines of an application kept, as they are given to the log."""
    edge = app.wsgi_app
    assert isinstance(edge, Edge)
    lines = edge._log = Lines()
    return lines


def fail_with(app: Flask, error: Exception) -> None:
    def fail() -> str:
        raise error

    app.add_url_rule("/api/fails", "users.api.fails", fail, methods=["GET", "POST"])


def test_an_access_line_says_who_asked_what_and_how_it_ended(app: Flask, backend_name: str) -> None:
    lines = with_log(app)
    client = app.test_client()
    user = sign_up(client, "zoe@example.fr", invitation(app)).get_json()

    client.get("/api/users/profile?secret=in-the-query", headers={"X-Request-Id": "the-id"})

    line = lines.kept[-1]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/users/profile", 200)
    assert (line["backend"], line["userId"], line["requestId"]) == (backend_name, user["id"], "the-id")
    assert line["durationMs"] > 0
    assert "in-the-query" not in str(line)


def test_every_answer_has_its_line(app: Flask) -> None:
    lines = with_log(app)
    client = app.test_client()
    asked = ["/", "/nowhere", "/api/auth/me", "/healthz", "/static/css/base.css", "/%00%ff"]

    for path in asked:
        client.get(path, buffered=True)

    assert [line["status"] for line in lines.kept] == [200, 404, 401, 200, 200, 404]
    assert all(json.dumps(line) for line in lines.kept)


def test_a_visitor_s_line_names_nobody(app: Flask) -> None:
    lines = with_log(app)

    app.test_client().get("/api/auth/me")

    assert lines.kept[0]["userId"] is None


def test_an_error_is_logged_with_user_operation_and_request(app: Flask) -> None:
    fail_with(app, RuntimeError("the cause"))

    @app.before_request
    def _know_who_it_is() -> None:
        if "/fails" in request.path:
            account()

    client = app.test_client()
    user = sign_up(client, "zoe@example.fr", invitation(app)).get_json()

    with capture_logs(processors=[request_context]) as logs:
        client.get("/api/fails", headers={"X-Request-Id": "the-id"})

    (line,) = [line for line in logs if line["log_level"] == "error"]
    assert (line["requestId"], line["operation"], line["userId"]) == ("the-id", "users.api.fails", user["id"])


def test_production_logs_are_one_json_object_a_line(make_app: MakeApp, capfd: pytest.CaptureFixture[str]) -> None:
    app = make_app("memory", log_json=True)
    fail_with(app, RuntimeError("first line\nsecond line \U0001f600 \x1b[31m"))

    app.test_client().get("/api/fails")

    (error,) = [line for line in json_lines(capfd.readouterr().err) if line.get("level") == "error"]
    assert "second line" in error["exception"]
    assert error["timestamp"].endswith("Z")


@pytest.mark.parametrize("as_json", [True, False])
def test_a_path_cannot_forge_a_line(as_json: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []

    class Writer:
        def put(self, line: bytes) -> None:
            written.append(line)

    monkeypatch.setattr("config.logging.line_writer", Writer)
    log = access_log(as_json=as_json)

    log(method="GET", path="/x\nGET /forged 200\r\x1b[2J", status=404, durationMs=1.0, backend="none", requestId="a")

    (line,) = written
    assert b"\n" not in line
    assert b"\r" not in line
    assert b"\x1b" not in line


def everything_logged(app: Flask, capfd: pytest.CaptureFixture[str]) -> str:
    """Everything that a session full of secrets and failures left in the logs."""
    handler = logging.StreamHandler(stream := io.StringIO())
    logging.getLogger().addHandler(handler)
    lines = with_log(app)
    try:
        token = _misbehave(app)
    finally:
        logging.getLogger().removeHandler(handler)
    captured = capfd.readouterr()
    text = captured.err + captured.out + stream.getvalue() + str(lines.kept)
    assert token not in text
    return text


def _misbehave(app: Flask) -> str:
    client = app.test_client()
    token = session_token(sign_up(client, "zoe@example.fr", invitation(app), CANARY))
    body = {"email": "zoe@example.fr", "password": CANARY}
    client.post("/api/auth/signin", json=body)
    client.post("/api/auth/signin", json={**body, "password": CANARY + "wrong"})
    client.post("/api/auth/signin", json={**body, "unknown": CANARY})
    client.post("/api/auth/signup", json={**body, "name": "Z", "inviteCode": CANARY})
    client.post("/api/auth/signin", data=json.dumps(body)[:-1], content_type="application/json")
    client.post("/signin", data=body)
    client.get("/api/auth/me", headers={"Cookie": f"huntaze_session={CANARY}", "Authorization": f"Bearer {CANARY}"})
    client.get(f"/signin?password={CANARY}")

    class Exploding:
        def matches(self, *_given: str) -> bool:
            raise RuntimeError("out of memory")

    app.extensions["passwords"] = Exploding()
    assert client.post("/api/auth/signin", json=body).status_code == 500
    return token


@pytest.mark.parametrize("as_json", [True, False])
def test_no_password_token_or_hash_is_ever_logged(
    make_app: MakeApp, backend_name: str, as_json: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    text = everything_logged(make_app(backend_name, log_json=as_json), capfd)

    assert "out of memory" in text  # the logs were looked at
    assert CANARY not in text
    assert "$argon2" not in text
    assert "huntaze_session=" not in text
