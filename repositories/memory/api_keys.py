"""API keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from repositories.entities.api_keys import ApiKey, KeyIdentity
from repositories.entities.users import User
from repositories.errors import BrokenReference, KeyReplaced, NotFound, TooManyKeys
from repositories.memory.tables import check_characters
from repositories.memory.unit import Unit
from repositories.paging import Page, PageRequest


class MemoryApiKeyRepository:
    """API keys, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, key: ApiKey, most: int) -> ApiKey:
        """Store a new key."""
        self._unit.begin_writing()
        if self._active_user(key.user_id) is None:
            raise BrokenReference("users")
        if sum(one.replaced_by is None for one in self._of(key.user_id)) >= most:
            raise TooManyKeys
        return self._unit.api_keys.insert(key)

    def get(self, user_id: UUID, key_id: UUID) -> ApiKey:
        """Return a key."""
        with self._unit.reading:
            key = self._unit.api_keys.get(key_id)
        if key is None or key.user_id != user_id or key.revoked_at:
            raise NotFound("key")
        return key

    def find_identity(self, key_hash: bytes, at: datetime) -> KeyIdentity | None:
        """Return a valid key and its owner."""
        with self._unit.reading:
            key = self._unit.api_keys.find("key_hash", key_hash)
            user = self._active_user(key.user_id) if key else None
        if key is None or user is None or key.revoked_at or (key.expires_at and at >= key.expires_at):
            return None
        return KeyIdentity(key, user)

    def list_page(self, user_id: UUID, at: datetime, request: PageRequest) -> Page[ApiKey]:
        """List the keys of an owner."""
        with self._unit.reading:
            keys = [one for one in self._of(user_id) if not one.replaced_by or (one.expires_at and at < one.expires_at)]
        keys.sort(key=lambda key: (key.created_at, key.id), reverse=True)
        shown = tuple(keys[request.offset : request.offset + request.limit])
        return Page(shown, len(keys), request.page, request.limit)

    def touch(self, key_id: UUID, at: datetime, unless_since: datetime) -> None:
        """Note that the key was used."""
        self._unit.begin_writing()
        key = self._unit.api_keys.get(key_id)
        if key and not key.revoked_at and (key.last_used_at is None or key.last_used_at <= unless_since):
            self._unit.api_keys.update(replace(key, last_used_at=at))

    def replace(self, key_id: UUID, successor: ApiKey, until: datetime) -> None:
        """Store the successor of a key."""
        self._unit.begin_writing()
        check_characters((successor.name, successor.prefix))
        key = self.get(successor.user_id, key_id)
        if key.replaced_by is not None:
            raise KeyReplaced
        end = min(key.expires_at, until) if key.expires_at else until
        with self._unit.api_keys.savepoint():
            self._unit.api_keys.update(replace(key, replaced_by=successor.id, expires_at=end))
            self._unit.api_keys.insert(successor)

    def revoke(self, user_id: UUID, key_id: UUID, at: datetime) -> None:
        """End a key."""
        self._unit.begin_writing()
        self._unit.api_keys.update(replace(self.get(user_id, key_id), revoked_at=at))

    def revoke_all_of(self, user_id: UUID, at: datetime) -> int:
        """End every key of an owner."""
        self._unit.begin_writing()
        ended = self._of(user_id)
        for key in ended:
            self._unit.api_keys.update(replace(key, revoked_at=at))
        return len(ended)

    def list_of(self, user_id: UUID) -> Sequence[ApiKey]:
        """List every key of an owner."""
        with self._unit.reading:
            own = [key for key in self._unit.api_keys.all() if key.user_id == user_id]
        return tuple(sorted(own, key=lambda key: (key.created_at, key.id)))

    def _of(self, user_id: UUID) -> list[ApiKey]:
        return [key for key in self._unit.api_keys.all() if key.user_id == user_id and key.revoked_at is None]

    def _active_user(self, user_id: UUID) -> User | None:
        user = self._unit.users.get(user_id)
        return user if user and user.is_active and not user.deleted_at else None
