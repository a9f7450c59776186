"""What Python could do at best: a bare WSGI function, psycopg prepared in autocommit, and JSON from a dictionary.

It answers GET /api/auth/me with the same columns of the same rows as the product, and nothing else: no routes,
no headers, no log, no errors. Served by the same server, on the same database.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import orjson
import psycopg

COOKIE = "huntaze_session="
QUERY = """
    SELECT u.id, u.email, u.name, u.avatar, u.role, u.subscription, u.email_verified_at, u.onboarding, u.created_at
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.token_hash = %s AND s.expires_at > %s AND u.is_active AND u.deleted_at IS NULL
"""
KEYS = ("id", "email", "name", "avatar", "role", "subscription", "emailVerified", "onboardingCompleted", "createdAt")

kept = threading.local()


def cursor() -> psycopg.Cursor[Any]:
    """Return this thread's cursor."""
    if not hasattr(kept, "cursor"):
        url = os.environ["DATABASE_URL"].replace("+psycopg", "")
        connection = psycopg.connect(url, autocommit=True, prepare_threshold=0)
        kept.cursor = connection.cursor(binary=True)
    found: psycopg.Cursor[Any] = kept.cursor
    return found


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the signed-in user."""
    token = environ["HTTP_COOKIE"].partition(COOKIE)[2]
    row = cursor().execute(QUERY, (hashlib.sha256(token.encode()).digest(), datetime.now(UTC))).fetchone()
    if row is None:
        start_response("401 Unauthorized", [("Content-Type", "application/json")])
        return [b"{}"]
    values = dict(zip(KEYS, row, strict=True))
    values["emailVerified"] = row[6] is not None
    values["onboardingCompleted"] = row[7]["current_step"] == "done"
    body = orjson.dumps(values, option=orjson.OPT_UTC_Z)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
