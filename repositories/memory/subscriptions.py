"""Subscriptions."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from repositories.entities.subscriptions import SubscriptionRecord
from repositories.errors import NotFound
from repositories.memory.tables import check_characters, values_of
from repositories.memory.unit import Unit


class MemorySubscriptionRepository:
    """Subscription records, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, record: SubscriptionRecord) -> SubscriptionRecord:
        """Store the record of a user."""
        self._unit.begin_writing()
        return self._unit.subscriptions.insert(record)

    def find_by_user(self, user_id: UUID) -> SubscriptionRecord | None:
        """Return the user's record."""
        with self._unit.reading:
            return self._unit.subscriptions.find("user_id", user_id)

    def save(self, record: SubscriptionRecord) -> SubscriptionRecord:
        """Replace the record."""
        self._unit.begin_writing()
        check_characters(values_of(record))
        stored = self._unit.subscriptions.get(record.id)
        if stored is None or stored.user_id != record.user_id:
            raise NotFound("subscription")
        return self._unit.subscriptions.update(replace(record, created_at=stored.created_at))
