"""Sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from repositories.entities.sessions import Identity, Session


class SessionRepository(Protocol):
    """Who is signed in where."""

    def add(self, session: Session) -> Session:
        """Store a new session; raises Conflict for a known token.

        Raises BrokenReference when its user does not exist or is deleted or inactive, also when she becomes so now.
        """
        ...

    def find_identity(self, token_hash: bytes, at: datetime) -> Identity | None:
        """Return the session and its user; None from `expires_at` on, or if the user is deleted or inactive."""
        ...

    def touch(self, session_id: UUID, at: datetime) -> None:
        """Note that the session was used; one that is gone stays gone."""
        ...

    def remove(self, token_hash: bytes) -> bool:
        """Delete the session with this token and say whether there was one."""
        ...

    def list_of(self, user_id: UUID, at: datetime) -> Sequence[Session]:
        """List the valid sessions of a user, the last used first."""
        ...

    def remove_one_of(self, user_id: UUID, session_id: UUID) -> None:
        """Delete one session of a user; raises NotFound, also for a session of somebody else."""
        ...

    def remove_expired(self, at: datetime, limit: int) -> int:
        """Delete at most `limit` sessions whose `expires_at` has come, and return how many they were."""
        ...

    def remove_all_of(self, user_id: UUID, keep: UUID | None = None) -> int:
        """Delete every session of a user, but for the one to keep, and return how many there were."""
        ...
