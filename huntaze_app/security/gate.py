"""Lets in as many as the limits say, and tells every caller where they stand."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec

import structlog
from flask import current_app, request
from flask.typing import ResponseReturnValue

from huntaze_app.clock import now
from huntaze_app.edge import LIMIT_HEADERS
from huntaze_app.limits import Limit
from huntaze_app.problems import RateLimited
from huntaze_app.security.callers import Keys
from repositories.entities.hits import Tally
from repositories.errors import Unavailable
from repositories.interfaces.hits import HitRepository

P = ParamSpec("P")

# What load balancers, browsers and readers of the documentation ask for.
FREE_ENDPOINTS = ("ops.", "docs.")


class Gate:
    """Counts the hits of requests; there is one in each application, unless RATELIMIT_ENABLED is false."""

    def __init__(self, hits: HitRepository, keys: Keys, default: Limit) -> None:
        self.hits = hits
        self._keys = keys
        self._default = default

    def check_api(self) -> None:
        """Count a request under /api; raises RateLimited."""
        if request.path.startswith("/api/") and request.method != "OPTIONS" and not _is_free(request.endpoint):
            self.enter((self._default,))

    def enter(self, limits: tuple[Limit, ...]) -> list[bytes]:
        """Count the request under each limit, and return the keys to forget if it succeeds.

        Raises RateLimited, and Unavailable when nobody can count and a limit is not open.
        """
        forgiving = []
        for limit in limits:
            key = self._keys.of(limit)
            if key is not None:
                self._take(limit, key)
                if limit.is_forgiving:
                    forgiving.append(key)
        return forgiving

    def forgive(self, keys: list[bytes]) -> None:
        """Forget the hits of who has shown to be no guesser."""
        for key in keys:
            try:
                self.hits.forget(key)
            except Unavailable as error:  # what succeeded, has succeeded
                _log_open(str(error))

    def _take(self, limit: Limit, key: bytes) -> None:
        at = now()
        try:
            tally = self.hits.take(key, limit.budget, limit.window, at)
        except Unavailable as error:
            if not limit.is_open:
                raise
            _log_open(str(error))
            return
        _tell(limit, tally)
        if not tally.is_let_in:
            structlog.get_logger().warning("rate limited", limit=limit.name)
            raise RateLimited(max(1, _seconds(at, tally.frees_at)))


def limited(*limits: Limit) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Let a view be called as often as the limits say.

    It stands right below the route, or below `@reshow`, which shows the form again with the refusal.
    """

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            gate: Gate | None = current_app.extensions["gate"]
            if gate is None:
                return view(*args, **kwargs)
            forgiving = gate.enter(limits)
            answer = current_app.make_response(view(*args, **kwargs))
            if answer.status_code < 400:  # a view may also tell a failure without raising it
                gate.forgive(forgiving)
            return answer

        guarded.limits = limits  # type: ignore[attr-defined]  # read by the OpenAPI document
        return guarded

    return decorate


def _is_free(endpoint: str | None) -> bool:
    return endpoint is not None and endpoint.startswith(FREE_ENDPOINTS)


def _tell(limit: Limit, tally: Tally) -> None:
    """Note where the caller stands; of several limits, the one that leaves least."""
    told: dict[str, str] | None = request.environ.get(LIMIT_HEADERS)
    if told is None or tally.remaining <= int(told["X-RateLimit-Remaining"]):
        request.environ[LIMIT_HEADERS] = {
            "X-RateLimit-Limit": str(limit.budget),
            "X-RateLimit-Remaining": str(tally.remaining),
            "X-RateLimit-Reset": str(math.ceil(tally.frees_at.timestamp())),
        }


def _seconds(at: datetime, until: datetime) -> int:
    return math.ceil((until - at).total_seconds())


def _log_open(cause: str) -> None:
    structlog.get_logger().warning("limits not counted", cause=cause)
