"""API keys: what a program may do in the name of their owner."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from repositories.entities.users import User
from repositories.entities.values import MaxLength


class Scope(StrEnum):
    """What a key may do; those that begin with `admin:` need an owner who is an administrator."""

    PROFILE_READ = "profile:read"
    PROFILE_WRITE = "profile:write"
    ANALYTICS_READ = "analytics:read"
    ANALYTICS_WRITE = "analytics:write"
    METRICS_READ = "metrics:read"
    BILLING_READ = "billing:read"
    CONTENT_READ = "content:read"
    CONTENT_WRITE = "content:write"
    ADMIN_READ = "admin:read"
    ADMIN_WRITE = "admin:write"

    @property
    def is_for_admins(self) -> bool:
        """Whether only an administrator may hand it to a key."""
        return self.startswith("admin:")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, of which only a hash and the first characters are known."""

    id: UUID
    user_id: UUID
    name: Annotated[str, MaxLength(100)]
    prefix: Annotated[str, MaxLength(16)]
    key_hash: bytes = field(repr=False)
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    replaced_by: UUID | None = None  # the key that takes over; this one still works until `expires_at`


@dataclass(frozen=True, slots=True)
class KeyIdentity:
    """A valid key with its owner."""

    key: ApiKey
    user: User
