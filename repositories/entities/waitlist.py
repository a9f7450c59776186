"""Who waits for an invitation to the closed beta."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from repositories.entities.values import MaxLength


class WaitlistState(StrEnum):
    """Where somebody on the list stands."""

    WAITING = "waiting"
    INVITED = "invited"


@dataclass(frozen=True, slots=True)
class WaitlistEntry:
    """An address that asked for an invitation, and the language to write to it in."""

    id: UUID
    email: Annotated[str, MaxLength(254)]
    locale: Annotated[str, MaxLength(10)]
    created_at: datetime
    invited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WaitlistCounts:
    """How many came how far: every address, those that were invited, those that have an account by now."""

    total: int
    invited: int
    signed_up: int

    @property
    def waiting(self) -> int:
        """Those that nobody invited yet."""
        return self.total - self.invited
