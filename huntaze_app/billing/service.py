"""What a user pays for."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from repositories.entities.subscriptions import SubscriptionRecord
from repositories.interfaces.subscriptions import SubscriptionRepository


class BillingStores(Protocol):
    """What billing needs."""

    subscriptions: SubscriptionRepository


def current_subscription(stores: BillingStores, user_id: UUID, at: datetime) -> SubscriptionRecord:
    """Return the user's subscription: FREE and ACTIVE when there is no record."""
    return stores.subscriptions.find_by_user(user_id) or SubscriptionRecord(user_id, user_id, at, at)
