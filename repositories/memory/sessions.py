"""Sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from repositories.entities.sessions import Identity, Session
from repositories.errors import BrokenReference, NotFound
from repositories.memory.tables import check_characters, values_of
from repositories.memory.unit import Unit


class MemorySessionRepository:
    """Sessions, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, session: Session) -> Session:
        """Store a new session."""
        self._unit.begin_writing()
        user = self._unit.users.get(session.user_id)
        check_characters(values_of(session))
        if user is None or user.deleted_at or not user.is_active:
            raise BrokenReference("users")
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

    def list_of(self, user_id: UUID, at: datetime) -> Sequence[Session]:
        """List the valid sessions of a user."""
        with self._unit.reading:
            valid = [one for one in self._unit.sessions.all() if one.user_id == user_id and at < one.expires_at]
        return tuple(sorted(valid, key=lambda session: (session.last_seen_at, session.id), reverse=True))

    def remove_one_of(self, user_id: UUID, session_id: UUID) -> None:
        """Delete one session of a user."""
        self._unit.begin_writing()
        session = self._unit.sessions.get(session_id)
        if session is None or session.user_id != user_id:
            raise NotFound("session")
        self._unit.sessions.delete(session_id)

    def remove_expired(self, at: datetime, limit: int) -> int:
        """Delete sessions that are over."""
        self._unit.begin_writing()
        over = [session.id for session in self._unit.sessions.all() if session.expires_at <= at][: max(limit, 0)]
        for session_id in over:
            self._unit.sessions.delete(session_id)
        return len(over)

    def remove_all_of(self, user_id: UUID, keep: UUID | None = None) -> int:
        """Delete every session of a user, but for the one to keep."""
        self._unit.begin_writing()
        ended = [one.id for one in self._unit.sessions.all() if one.user_id == user_id and one.id != keep]
        for session_id in ended:
            self._unit.sessions.delete(session_id)
        return len(ended)
