"""Tokens that are mailed and work once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from repositories.entities.values import MaxLength

MOST_ATTEMPTS = 5  # at typing a code


class Purpose(StrEnum):
    """What a token is for; it is good for nothing else."""

    MAGIC_LINK = "magic_link"
    PASSWORD_RESET = "password_reset"  # noqa: S105  # no password


@dataclass(frozen=True, slots=True)
class OneTimeToken:
    """A token for whoever reads the mail of an address; only hashes of it, and of the code beside it, are known."""

    id: UUID
    email: Annotated[str, MaxLength(254)]
    purpose: Purpose
    token_hash: bytes = field(repr=False)
    created_at: datetime
    expires_at: datetime
    code_hash: bytes | None = field(default=None, repr=False)
    used_at: datetime | None = None
    attempts: int = 0
