"""Hits, in Redis."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from limits.errors import StorageError
from limits.storage.redis import RedisStorage
from redis import ConnectionPool

from repositories.entities.hits import Tally
from repositories.errors import Unavailable

T = TypeVar("T")

PATIENCE = 0.25  # seconds to connect, and for an answer
REST = 1.0  # seconds a silent server is left alone: each of its callers would wait as long as the first


class RedisHitRepository:
    """Hits, counted by the moving window of the library `limits`, a script that Redis runs whole.

    It reads the time itself: `at` is not asked. What expires, Redis removes by itself.
    """

    def __init__(self, url: str) -> None:
        self._pool = ConnectionPool.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._storage = RedisStorage(url, self._pool, key_prefix="huntaze:hits", wrap_exceptions=True)
        self._resting_until = 0.0

    def take(self, key: bytes, budget: int, window: timedelta, at: datetime) -> Tally:  # noqa: ARG002
        """Let a hit in and remember it, unless the budget is spent."""
        name, seconds = key.hex(), int(window.total_seconds())
        is_let_in = self._ask(lambda: self._storage.acquire_entry(name, budget, seconds))
        start, count = self._ask(lambda: self._storage.get_moving_window(name, budget, seconds))
        frees_at = datetime.fromtimestamp(start, UTC) + window
        return Tally(is_let_in, max(0, budget - count) if is_let_in else 0, frees_at)

    def forget(self, key: bytes) -> None:
        """Start the key anew."""
        self._ask(lambda: self._storage.clear(key.hex()))

    def purge(self, at: datetime) -> int:  # noqa: ARG002
        """Find nothing to remove: every key has a time to live."""
        return 0

    def close(self) -> None:
        """Close every connection."""
        self._pool.disconnect()

    def _ask(self, question: Callable[[], T]) -> T:
        if time.monotonic() < self._resting_until:
            raise Unavailable("Redis did not answer a moment ago")
        try:
            return question()
        except StorageError as error:
            self._resting_until = time.monotonic() + REST
            raise Unavailable(str(error)) from error
