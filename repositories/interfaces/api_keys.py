"""API keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from repositories.entities.api_keys import ApiKey, KeyIdentity
from repositories.paging import Page, PageRequest


class ApiKeyRepository(Protocol):
    """Keys of programs; one that is revoked is hidden from every method but `list_of`."""

    def add(self, key: ApiKey, most: int) -> ApiKey:
        """Store a new key, unless its owner has `most` of them that are not replaced, whoever else adds one.

        Raises TooManyKeys, BrokenReference when its owner does not exist, is deleted or inactive, InvalidValue, or
        Conflict for a known id or key.
        """
        ...

    def get(self, user_id: UUID, key_id: UUID) -> ApiKey:
        """Return a key of this owner, also an expired one; raises NotFound."""
        ...

    def find_identity(self, key_hash: bytes, at: datetime) -> KeyIdentity | None:
        """Return the key and its owner; None from `expires_at` on, or if the owner is deleted or inactive."""
        ...

    def list_page(self, user_id: UUID, at: datetime, request: PageRequest) -> Page[ApiKey]:
        """List the keys of an owner, newest first; one that is replaced only while it still works."""
        ...

    def touch(self, key_id: UUID, at: datetime, unless_since: datetime) -> None:
        """Note that the key was used, unless it was noted after `unless_since`; one that is gone stays gone."""
        ...

    def replace(self, key_id: UUID, successor: ApiKey, until: datetime) -> None:
        """Store the successor of a key of the same owner; the key itself ends at `until`, or earlier if it was to.

        Raises NotFound, KeyReplaced when it has a successor, InvalidValue, or Conflict for a known id or key.
        """
        ...

    def revoke(self, user_id: UUID, key_id: UUID, at: datetime) -> None:
        """End a key of this owner; raises NotFound, also the second time."""
        ...

    def revoke_all_of(self, user_id: UUID, at: datetime) -> int:
        """End every key of an owner, also one being made, and return how many there were."""
        ...

    def list_of(self, user_id: UUID) -> Sequence[ApiKey]:
        """List every key of an owner, also those that are over, oldest first."""
        ...
