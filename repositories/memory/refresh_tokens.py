"""Refresh tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from repositories.entities.refresh_tokens import Outcome, RefreshToken, Rotation
from repositories.entities.users import User
from repositories.errors import BrokenReference
from repositories.memory.unit import Unit


class MemoryRefreshTokenRepository:
    """Refresh tokens, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, token: RefreshToken) -> RefreshToken:
        """Store the first token of a family."""
        self._unit.begin_writing()
        if self._active_user(token.user_id) is None:
            raise BrokenReference("users")
        return self._unit.refresh_tokens.insert(token)

    def rotate(
        self, token_hash: bytes, child_id: UUID, child_hash: bytes, at: datetime, grace: timedelta
    ) -> Rotation | None:
        """Spend a token and store its child."""
        self._unit.begin_writing()
        token = self._unit.refresh_tokens.find("token_hash", token_hash)
        if token is None or token.revoked_at or at >= token.expires_at or self._active_user(token.user_id) is None:
            return None
        if token.used_at is not None:
            return self._again(token, token.used_at, at, grace)
        child = RefreshToken(child_id, token.family_id, token.user_id, child_hash, at, token.expires_at, token.id)
        with self._unit.refresh_tokens.savepoint():
            self._unit.refresh_tokens.update(replace(token, used_at=at))
            return Rotation(Outcome.ROTATED, self._unit.refresh_tokens.insert(child))

    def _again(self, token: RefreshToken, used_at: datetime, at: datetime, grace: timedelta) -> Rotation:
        child = self._unit.refresh_tokens.find("parent_id", token.id)
        if child is not None and not child.used_at and not child.revoked_at and at - used_at <= grace:
            return Rotation(Outcome.REPEATED, child)
        self.revoke_family(token.family_id, at)
        return Rotation(Outcome.REPLAYED, token)

    def find_user(self, family_id: UUID, user_id: UUID, at: datetime) -> User | None:
        """Return the user of a family."""
        with self._unit.reading:
            first = self._unit.refresh_tokens.get(family_id)
            if first is None or first.user_id != user_id or first.revoked_at or at >= first.expires_at:
                return None
            return self._active_user(user_id)

    def revoke_family(self, family_id: UUID, at: datetime) -> bool:
        """Revoke every token of a family."""
        self._unit.begin_writing()
        return bool(self._revoke([one for one in self._unit.refresh_tokens.all() if one.family_id == family_id], at))

    def revoke_all_of(self, user_id: UUID, at: datetime) -> int:
        """Revoke every family of a user."""
        self._unit.begin_writing()
        revoked = self._revoke([one for one in self._unit.refresh_tokens.all() if one.user_id == user_id], at)
        return len({one.family_id for one in revoked})

    def list_of(self, user_id: UUID) -> Sequence[RefreshToken]:
        """List every token of a user."""
        with self._unit.reading:
            own = [token for token in self._unit.refresh_tokens.all() if token.user_id == user_id]
        return tuple(sorted(own, key=lambda token: (token.created_at, token.id)))

    def _revoke(self, tokens: list[RefreshToken], at: datetime) -> list[RefreshToken]:
        alive = [token for token in tokens if token.revoked_at is None]
        for token in alive:
            self._unit.refresh_tokens.update(replace(token, revoked_at=at))
        return alive

    def _active_user(self, user_id: UUID) -> User | None:
        user = self._unit.users.get(user_id)
        return user if user and user.is_active and not user.deleted_at else None
