"""Refresh tokens: programs that are signed in, each with a family of tokens of which one is live."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """One token of a family; the first one's id names the family, and its end is the end of all."""

    id: UUID
    family_id: UUID
    user_id: UUID
    token_hash: bytes = field(repr=False)
    created_at: datetime
    expires_at: datetime
    parent_id: UUID | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class Outcome(StrEnum):
    """What became of a token that was presented."""

    ROTATED = "rotated"  # it is spent, and has a child
    REPEATED = "repeated"  # it was spent a moment ago, and its child is still unused
    REPLAYED = "replayed"  # it was spent before that: its family is revoked


@dataclass(frozen=True, slots=True)
class Rotation:
    """The outcome, with the child to hand out, or with the token that was replayed."""

    outcome: Outcome
    token: RefreshToken
