"""Analytics events."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from repositories.entities.analytics import AnalyticsEvent, EventCounts


class AnalyticsRepository(Protocol):
    """Events of creators' businesses."""

    def add(self, event: AnalyticsEvent) -> AnalyticsEvent:
        """Store an event; its user is not checked; raises InvalidValue."""
        ...

    def count(self, user_id: UUID) -> EventCounts:
        """Count a user's events, by type and by hour."""
        ...
