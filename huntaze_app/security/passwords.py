"""Passwords: Argon2id, and never more of it at once than the machine can bear."""

from __future__ import annotations

import threading
from functools import cached_property

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from huntaze_app.problems import Overloaded

MAX_WAIT = 20.0  # seconds a sign-in may wait for its turn


class Passwords:
    """Hashes and checks passwords, `slots` at a time; others wait, without a connection in their hand.

    Who waits keeps a thread of the server from everybody else, so there is `room` for so many and no more.
    """

    def __init__(self, *, memory_kib: int, time_cost: int, slots: int, room: int = 128) -> None:
        self._room = threading.BoundedSemaphore(max(room, slots))
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        self._slots = threading.BoundedSemaphore(slots)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("the password of no account")

    def hash(self, password: str) -> str:
        """Return the hash to store."""
        with _Turn(self._room, self._slots):
            return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Say whether the password is right; it takes as long when there is no hash to compare with."""
        with _Turn(self._room, self._slots):
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


class _Turn:
    """One of the places where hashing may happen, and one in the room before it."""

    def __init__(self, room: threading.BoundedSemaphore, slots: threading.BoundedSemaphore) -> None:
        self._room = room
        self._slots = slots

    def __enter__(self) -> None:
        if not self._room.acquire(blocking=False):
            raise Overloaded("too many passwords to check")
        if not self._slots.acquire(timeout=MAX_WAIT):
            self._room.release()
            raise Overloaded("passwords take too long to check")

    def __exit__(self, *_exc: object) -> None:
        self._slots.release()
        self._room.release()
