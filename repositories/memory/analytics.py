"""Analytics events."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC
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
        with self._unit.reading:
            events = [event for event in self._unit.analytics.all() if event.user_id == user_id]
        by_hour = Counter(event.created_at.astimezone(UTC).hour for event in events)
        return EventCounts(len(events), dict(Counter(event.event_type for event in events)), dict(by_hour))
