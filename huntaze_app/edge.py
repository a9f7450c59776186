"""The outermost layer, in WSGI: request id, security headers and the access log of every answer.

Here and not in Flask's hooks, where the same costs ten times as much.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from config.logging import AccessLog

SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
STATIC = "/static/"
HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
POLICY = (
    "default-src 'self'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")

UNKEPT = [("Cache-Control", "no-store"), ("Vary", "Cookie, Accept-Language")]

CURRENT: ContextVar[WSGIEnvironment | None] = ContextVar("request", default=None)  # the one this thread answers
REQUEST_ID = "huntaze.request_id"
BACKEND = "huntaze.backend"
LIMIT_HEADERS = "huntaze.limit_headers"
OWN_POLICY = "huntaze.content_security_policy"
ROUTE = "huntaze.route"
USER = "huntaze.user_id"


class Edge:
    """Wraps an application; an incoming X-Request-Id is kept when it is sane."""

    def __init__(self, app: WSGIApplication, log: AccessLog, *, production: bool) -> None:
        self._app = app
        self._log = log
        self._production = production
        self._headers = [*HEADERS, *([STRICT_TRANSPORT] if production else [])]
        self._usual = [*self._headers, *UNKEPT, ("Content-Security-Policy", POLICY)]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        given = environ.get("HTTP_X_REQUEST_ID", "")
        request_id = given if SANE_ID.fullmatch(given) else f"{random.getrandbits(64):016x}"  # no secret
        environ[REQUEST_ID] = request_id
        CURRENT.set(environ)
        started = time.perf_counter()

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            headers += self._added(environ, request_id)
            self._write(environ, status, started)
            return start_response(status, headers, exc_info)

        return self._app(environ, start)

    def _added(self, environ: WSGIEnvironment, request_id: str) -> list[tuple[str, str]]:
        if OWN_POLICY in environ or STATIC in environ["PATH_INFO"]:
            kept = [] if STATIC in environ["PATH_INFO"] else UNKEPT
            added = [*self._headers, *kept, ("Content-Security-Policy", environ.get(OWN_POLICY, POLICY))]
        else:
            added = self._usual.copy()
        added.append(("X-Request-Id", request_id))
        if LIMIT_HEADERS in environ:
            added += environ[LIMIT_HEADERS].items()
        if not self._production:
            added.append(("X-Store-Backend", environ.get(BACKEND, "none")))
        return added

    def _write(self, environ: WSGIEnvironment, status: str, started: float) -> None:
        self._log(
            method=environ["REQUEST_METHOD"],
            path=environ["PATH_INFO"],
            route=environ.get(ROUTE),
            status=int(status[:3]),
            durationMs=round((time.perf_counter() - started) * 1000, 2),
            backend=environ.get(BACKEND, "none"),
            userId=str(environ[USER]) if USER in environ else None,
            requestId=environ[REQUEST_ID],
        )
