"""Subscriptions."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from repositories.entities.subscriptions import SubscriptionRecord


class SubscriptionRepository(Protocol):
    """What each account pays for."""

    def add(self, record: SubscriptionRecord) -> SubscriptionRecord:
        """Store a record; raises SubscriptionExists, StripeSubscriptionTaken, BrokenReference or InvalidValue."""
        ...

    def find_by_user(self, user_id: UUID) -> SubscriptionRecord | None:
        """Return the user's record, or None."""
        ...

    def save(self, record: SubscriptionRecord) -> SubscriptionRecord:
        """Replace the record with the same id and user; raises NotFound, StripeSubscriptionTaken or InvalidValue."""
        ...
