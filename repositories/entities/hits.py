"""Hits on a limited action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of a hit: whether it was let in, how many more would be, and when the oldest is forgotten."""

    is_let_in: bool
    remaining: int
    frees_at: datetime
