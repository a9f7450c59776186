"""Passwords: Argon2id, and never more of it at once than the machine can bear."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from huntaze_app.problems import Overloaded

MAX_WAIT = 20.0  # seconds anyone waits for a turn
PATIENCE = 0.1  # seconds a rush of sign-ins may last before the rest of it is told to come back


class Passwords:
    """Hashes and checks passwords, `slots` at a time; others wait, without a connection in their hand.

    Who waits keeps a thread from everybody else. A new password is always waited for: it takes an invitation to
    get here. Checking one takes nothing, so a rush of it is cut short.
    """

    def __init__(self, *, memory_kib: int, time_cost: int, slots: int) -> None:
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        self._turns = Turns(slots)
        # made now, or the first unknown address would take twice as long as the others
        self._nobodys = self._hasher.hash("the password of no account")

    def hash(self, password: str) -> str:
        """Return the hash to store."""
        with self._turns.taken(patience=MAX_WAIT):
            return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Say whether the password is right; it takes as long when there is no hash. Raises Overloaded in a rush."""
        with self._turns.taken(patience=PATIENCE):
            try:
                self._hasher.verify(stored or self._nobodys, password)
            except VerifyMismatchError:
                return False
            except (InvalidHashError, VerificationError, UnicodeEncodeError):
                structlog.get_logger().error("stored password hash is malformed")
                return False
            return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Say whether the hash was made with other costs than today's."""
        return self._hasher.check_needs_rehash(stored)


class Turns:
    """A number of places, and a queue before them that knows for how long it has been standing."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._free = threading.BoundedSemaphore(places)
        self._guard = threading.Lock()
        self._inside = 0  # at a place, or waiting for one
        self._last_idle = time.monotonic()

    @contextmanager
    def taken(self, *, patience: float) -> Iterator[None]:
        """Wait for a place and hold it; raises Overloaded if all are taken, after `patience` seconds without rest."""
        self._queue(patience)
        try:
            if not self._free.acquire(timeout=MAX_WAIT):
                raise Overloaded("passwords take too long to check")
            try:
                yield
            finally:
                self._free.release()
        finally:
            with self._guard:
                self._inside -= 1

    def _queue(self, patience: float) -> None:
        with self._guard:
            at = time.monotonic()
            if self._inside == 0:
                self._last_idle = at
            elif self._inside >= self._places and at - self._last_idle > patience:
                raise Overloaded("too many passwords to check")
            self._inside += 1
