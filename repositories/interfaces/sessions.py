"""Sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from repositories.entities.sessions import Identity, Session


class SessionRepository(Protocol):
    """Who is signed in where."""

    def add(self, session: Session) -> Session:
        """Store a new session; raises BrokenReference when its user does not exist, Conflict for a known token."""
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

    def remove_all_of(self, user_id: UUID) -> int:
        """Delete every session of a user and return how many there were."""
        ...
