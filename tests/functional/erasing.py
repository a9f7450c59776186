"""Accounts to be erased: traces they leave, and all that is stored anywhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask
from flask.testing import FlaskClient

from huntaze_app.clock import now
from repositories.entities.jobs import Job
from repositories.memory.tables import Table
from repositories.paging import PageRequest
from tests.answers import router_of
from tests.functional.test_export import give_figures, id_of
from tests.people import PASSWORD, invitation, new_key, token_pair
from tests.work import work_off

ME, CANCEL = "/api/users/me", "/api/users/me/erasure/cancel"
ZOE = "zoe-canary@example.fr"
GRACE = timedelta(days=14)


def sign_in(app: Flask, email: str = ZOE) -> FlaskClient:
    client = app.test_client()
    response = client.post("/api/auth/signin", json={"email": email, "password": PASSWORD})
    assert response.status_code == 200, response.text
    return client


def may_sign_in(app: Flask, email: str = ZOE) -> bool:
    given = {"email": email, "password": PASSWORD}
    return app.test_client().post("/api/auth/signin", json=given).status_code == 200


def by_the_clock(app: Flask) -> None:
    """Do what the clock asks for, and what comes of it."""
    backend = router_of(app).backend("auth")
    with backend.unit() as stores:
        stores.jobs.add(Job(UUID(int=now().microsecond), "users.erase_due", now()))
    work_off(app)


def trail(app: Flask, action: str) -> list[Any]:
    page = PageRequest(limit=100)
    return list(router_of(app).run("auth", lambda stores: stores.audit.list_page(page, action), read_only=True).items)


def everything(app: Flask) -> str:
    """All that is stored anywhere, as text: every column of every table, or every row in memory."""
    router, texts = router_of(app), []
    for name in {router.backend(route).name for route in ("auth", "analytics", "metrics")}:
        if name == "memory":
            database = router.backends[name]._database  # type: ignore[attr-defined]
            tables = [table for table in vars(database).values() if isinstance(table, Table)]
            assert len(tables) >= 14
            texts += [repr((table.rows, table.keys)) for table in tables]
        else:
            texts += dump(app.extensions["settings"].database_url)
    return "\n".join(texts)


def dump(url: str) -> list[str]:
    tables = """SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
                WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        names = [row[0] for row in connection.execute(tables).fetchall()]
        assert {"public.users", "public.procrastinate_jobs", "public.rate_hits"} <= set(names)
        return [copied(connection, name) for name in names]


def copied(connection: psycopg.Connection[Any], table: str) -> str:
    with connection.cursor().copy(f"COPY {table} TO STDOUT".encode()) as copy:
        return table + "\n" + b"".join(bytes(part) for part in copy).decode()


def live(app: Flask, zoe: FlaskClient) -> UUID:
    """Leave traces everywhere."""
    user_id = id_of(zoe)
    zoe.patch("/api/users/profile", json={"name": "Nom-canary", "bio": "bio-canary", "timezone": "UTC"})
    zoe.get("/profile", headers={"User-Agent": "agent-canary"})
    app.test_client().post(
        "/api/auth/signin", json={"email": ZOE, "password": PASSWORD}, headers={"User-Agent": "agent-canary"}
    )
    new_key(zoe, "profile:read", name="key-canary")
    token_pair(app, ZOE)
    app.test_client().post("/api/auth/magic-link", json={"email": ZOE})
    app.test_client().post("/api/auth/password/forgot", json={"email": ZOE.upper()})
    app.test_client().post("/api/auth/signin", json={"email": ZOE, "password": "wrong"})
    zoe.post("/api/analytics/events", json={"eventType": "type-canary", "eventData": {"a": "data-canary"}})
    give_figures(app, user_id)
    invitation(app, ZOE)
    app.test_client().post("/api/waitlist", json={"email": ZOE.upper(), "locale": "en"})
    return user_id
