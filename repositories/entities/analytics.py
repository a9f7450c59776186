"""What happened in a creator's business, event by event."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

from repositories.entities.values import Json, MaxLength


@dataclass(frozen=True, slots=True)
class AnalyticsEvent:
    """One event; `user_id` is a weak reference, so that events may live on another backend than users."""

    id: UUID
    user_id: UUID
    event_type: Annotated[str, MaxLength(100)]
    created_at: datetime
    event_data: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventCounts:
    """How many events a user has, by type and by hour of the day (UTC)."""

    total: int
    by_type: dict[str, int]
    by_hour: dict[int, int]
