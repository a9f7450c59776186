"""What each account pays for, as Stripe last told it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from repositories.entities.users import Plan
from repositories.entities.values import MaxLength


class SubscriptionStatus(StrEnum):
    """Every status a Stripe subscription can have."""

    ACTIVE = "ACTIVE"
    TRIALING = "TRIALING"
    PAST_DUE = "PAST_DUE"
    CANCELED = "CANCELED"
    UNPAID = "UNPAID"
    INCOMPLETE = "INCOMPLETE"
    INCOMPLETE_EXPIRED = "INCOMPLETE_EXPIRED"
    PAUSED = "PAUSED"


@dataclass(frozen=True, slots=True)
class SubscriptionRecord:
    """The one current subscription of a user."""

    id: UUID
    user_id: UUID
    created_at: datetime
    updated_at: datetime
    plan: Plan = Plan.FREE
    status: SubscriptionStatus = SubscriptionStatus.ACTIVE
    raw_status: Annotated[str | None, MaxLength(64)] = None
    stripe_subscription_id: Annotated[str | None, MaxLength(255)] = None
    current_period_start: datetime | None = None
    current_period_end: datetime | None = None
    cancel_at_period_end: bool = False
    event_at: datetime | None = None
