"""Sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from repositories.entities.sessions import Identity, Session
from repositories.memory.unit import Unit


class MemorySessionRepository:
    """Sessions, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, session: Session) -> Session:
        """Store a new session."""
        self._unit.begin_writing()
        return self._unit.sessions.insert(session)

    def find_identity(self, token_hash: bytes, at: datetime) -> Identity | None:
        """Return a valid session and its user."""
        with self._unit.reading:
            session = self._unit.sessions.find("token_hash", token_hash)
            user = self._unit.users.get(session.user_id) if session else None
        if session is None or user is None or at >= session.expires_at:
            return None
        return Identity(session, user) if user.is_active and not user.deleted_at else None

    def touch(self, session_id: UUID, at: datetime) -> None:
        """Note that the session was used."""
        self._unit.begin_writing()
        session = self._unit.sessions.get(session_id)
        if session is not None:
            self._unit.sessions.update(replace(session, last_seen_at=at))

    def remove(self, token_hash: bytes) -> bool:
        """Delete the session with this token."""
        self._unit.begin_writing()
        session = self._unit.sessions.find("token_hash", token_hash)
        if session is not None:
            self._unit.sessions.delete(session.id)
        return session is not None

    def remove_all_of(self, user_id: UUID) -> int:
        """Delete every session of a user."""
        self._unit.begin_writing()
        ended = [session.id for session in self._unit.sessions.all() if session.user_id == user_id]
        for session_id in ended:
            self._unit.sessions.delete(session_id)
        return len(ended)
