"""Sessions: who is signed in where."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

from repositories.entities.users import User
from repositories.entities.values import MaxLength


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser or program; only a hash of its token is known."""

    id: UUID
    user_id: UUID
    token_hash: bytes = field(repr=False)
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    user_agent: Annotated[str | None, MaxLength(300)] = None
    ip: Annotated[str | None, MaxLength(45)] = None


@dataclass(frozen=True, slots=True)
class Identity:
    """A valid session with its user."""

    session: Session
    user: User
