"""Analytics events."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from repositories.entities.analytics import AnalyticsEvent, EventCounts
from repositories.entities.values import encode_json
from repositories.memory.unit import Unit


class MemoryAnalyticsRepository:
    """Analytics events, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, event: AnalyticsEvent) -> AnalyticsEvent:
        """Store a copy of an event."""
        copy = replace(event, event_data=json.loads(encode_json(event.event_data)))
        self._unit.begin_writing()
        return self._unit.analytics.insert(copy)

    def count(self, user_id: UUID) -> EventCounts:
        """Count a user's events."""
        events = self._of(user_id)
        by_hour = Counter(event.created_at.astimezone(UTC).hour for event in events)
        return EventCounts(len(events), dict(Counter(event.event_type for event in events)), dict(by_hour))

    def list_of(self, user_id: UUID, after: AnalyticsEvent | None, limit: int) -> Sequence[AnalyticsEvent]:
        """List events of a user."""
        events = sorted(self._of(user_id), key=_moment)
        if after is not None:
            events = [event for event in events if _moment(event) > _moment(after)]
        return tuple(events[: max(limit, 0)])

    def erase(self, user_id: UUID, limit: int) -> int:
        """Delete events of a user."""
        self._unit.begin_writing()
        erased = self._of(user_id)[: max(limit, 0)]
        for event in erased:
            self._unit.analytics.delete(event.id)
        return len(erased)

    def _of(self, user_id: UUID) -> list[AnalyticsEvent]:
        with self._unit.reading:
            return [event for event in self._unit.analytics.all() if event.user_id == user_id]


def _moment(event: AnalyticsEvent) -> tuple[datetime, UUID]:
    return event.created_at, event.id
