"""Analytics events."""

from __future__ import annotations

from collections.abc import Sequence
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

    def list_of(self, user_id: UUID, after: AnalyticsEvent | None, limit: int) -> Sequence[AnalyticsEvent]:
        """List at most `limit` events of a user, oldest first; those after an event, if one is given."""
        ...

    def erase(self, user_id: UUID, limit: int) -> int:
        """Delete at most `limit` events of a user, and return how many they were."""
        ...
