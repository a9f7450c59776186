"""Business metrics."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from repositories.entities.metrics import BusinessMonth
from repositories.memory.unit import Unit


class MemoryMetricsRepository:
    """Monthly figures, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def save(self, month: BusinessMonth) -> BusinessMonth:
        """Store the figures of a user's month."""
        self._unit.begin_writing()
        stored = self._unit.metrics.find("month", (month.user_id, month.month))
        if stored is None:
            return self._unit.metrics.insert(month)
        return self._unit.metrics.update(replace(month, id=stored.id, created_at=stored.created_at))

    def list_months(self, user_id: UUID) -> tuple[BusinessMonth, ...]:
        """List a user's months, oldest first."""
        with self._unit.reading:
            months = [month for month in self._unit.metrics.all() if month.user_id == user_id]
        return tuple(sorted(months, key=lambda month: month.month))

    def erase(self, user_id: UUID) -> int:
        """Delete a user's months."""
        self._unit.begin_writing()
        erased = [month.id for month in self._unit.metrics.all() if month.user_id == user_id]
        for month_id in erased:
            self._unit.metrics.delete(month_id)
        return len(erased)
