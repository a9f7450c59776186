"""Devices somebody has signed in from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A mark of a device, by its hash alone, and when it was last signed in from."""

    id: UUID
    user_id: UUID
    mark_hash: bytes = field(repr=False)
    created_at: datetime
    seen_at: datetime
