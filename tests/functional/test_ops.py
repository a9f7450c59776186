"""Is it alive, is it ready."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from huntaze_app import create_app
from huntaze_app.factory import MIGRATIONS
from repositories.stores import Health
from tests.conftest import settings_for

NOWHERE = "postgresql+psycopg://nobody:hush-hush@127.0.0.1:1/nothing"


def test_a_living_process_says_so(client: FlaskClient) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.get_json()) == (200, {"status": "ok"})
    assert response.headers["X-Store-Backend"] == "none"


@pytest.mark.parametrize("path", ["/readyz", "/api/health"])
def test_a_ready_process_tells_how_its_database_is(client: FlaskClient, backend_name: str, path: str) -> None:
    response = client.get(path)

    body = response.get_json()
    assert response.status_code == 200
    assert body == {
        "status": "ok",
        "database": {"healthy": True, "latencyMs": body["database"]["latencyMs"], "problem": None},
        "backends": [backend_name],
    }
    assert 0 <= body["database"]["latencyMs"] < 1000


@pytest.fixture
def unreachable() -> FlaskClient:
    return create_app(settings_for("postgres", NOWHERE)).test_client()


@pytest.mark.parametrize("path", ["/readyz", "/api/health"])
def test_without_a_database_the_process_lives_but_is_not_ready(unreachable: FlaskClient, path: str) -> None:
    response = unreachable.get(path)

    body = response.get_json()
    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
    assert (body["status"], body["database"]["healthy"]) == ("unavailable", False)
    assert body["database"]["problem"] == "database unreachable"
    assert unreachable.get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/api/auth/me", "/api/users/profile", "/api/analytics/stats", "/api/admin/invites"])
def test_without_a_database_who_shows_a_session_is_asked_to_come_back(unreachable: FlaskClient, path: str) -> None:
    unreachable.set_cookie("huntaze_session", "x" * 43)

    response = unreachable.get(path)

    assert (response.status_code, response.get_json()["code"]) == (503, "database_unavailable")
    assert response.headers["Retry-After"] == "2"
    assert "127.0.0.1" not in response.text
    assert "hush-hush" not in response.text


@pytest.mark.parametrize("path", ["/signin", "/dashboard", "/profile"])
def test_without_a_database_pages_say_so_in_html(unreachable: FlaskClient, path: str) -> None:
    unreachable.set_cookie("huntaze_session", "x" * 43)

    response = unreachable.get(path)

    assert (response.status_code, response.mimetype) == (503, "text/html")
    assert response.headers["Retry-After"] == "2"
    assert response.text.count("<html") == 1
    assert "hush-hush" not in response.text


def test_without_a_database_the_landing_page_is_shown_as_to_a_guest(unreachable: FlaskClient) -> None:
    unreachable.set_cookie("huntaze_session", "x" * 43)

    response = unreachable.get("/")

    assert response.status_code == 200
    assert 'href="/signin"' in response.text


def test_without_a_database_signing_in_fails_softly(unreachable: FlaskClient) -> None:
    body = {"email": "zoe@example.fr", "password": "whatever it is"}

    assert unreachable.post("/api/auth/signin", json=body).status_code == 503
    assert unreachable.get("/").status_code == 200


def test_pending_migrations_make_a_process_unready(migrated_url: str, empty_database: str) -> None:
    app = create_app(settings_for("postgres", empty_database))
    engine = create_engine(migrated_url)
    head = (MIGRATIONS / "HEAD").read_text().strip()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    try:
        response = app.test_client().get("/readyz")
    finally:
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})
        engine.dispose()

    assert response.status_code == 503
    assert response.get_json()["database"]["problem"] == "migrations pending"
    assert app.test_client().get("/readyz").status_code == 200
    app.extensions["stores"].close()


def test_the_worst_backend_decides(app: Flask) -> None:
    router = app.extensions["stores"]

    class Sick:
        def health(self) -> Health:
            return Health(is_healthy=False, latency_ms=1.0, problem="sick")

        def close(self) -> None:
            pass

    router.backends = {**router.backends, "other": Sick()}

    assert app.test_client().get("/readyz").status_code == 503
