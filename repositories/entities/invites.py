"""Invitations to the closed beta."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from repositories.entities.values import MaxLength


@dataclass(frozen=True, slots=True)
class Invite:
    """A code that lets one person sign up; without an address it is open to any."""

    id: UUID
    code: Annotated[str, MaxLength(16)]
    created_at: datetime
    email: Annotated[str | None, MaxLength(254)] = None
    created_by: UUID | None = None
    used_at: datetime | None = None
    used_by: UUID | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListedInvite:
    """An invitation with the address of the account that used it."""

    invite: Invite
    used_by_email: str | None


@dataclass(frozen=True, slots=True)
class InviteCounts:
    """How many invitations there are in each state."""

    total: int
    used: int
    revoked: int

    @property
    def open(self) -> int:
        """Those that can still be used."""
        return self.total - self.used - self.revoked
