"""Business metrics."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from repositories.entities.metrics import BusinessMonth


class MetricsRepository(Protocol):
    """Monthly figures of creators' businesses."""

    def save(self, month: BusinessMonth) -> BusinessMonth:
        """Store the figures of a user's month in place of any it has (which keep their id); raises InvalidValue."""
        ...

    def list_months(self, user_id: UUID) -> tuple[BusinessMonth, ...]:
        """List a user's months, oldest first."""
        ...

    def erase(self, user_id: UUID) -> int:
        """Delete a user's months, and return how many they were."""
        ...
