"""A creator's business figures, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from repositories.entities.users import Plan


@dataclass(frozen=True, slots=True)
class BusinessMonth:
    """The figures of one month (its first day); `user_id` is a weak reference."""

    id: UUID
    user_id: UUID
    month: date
    created_at: datetime
    revenue_cents: int = 0
    active_subscribers: int = 0
    fans: int = 0
    average_response_seconds: int = 0
    messages: int = 0
    ai_messages: int = 0
    plan: Plan = Plan.FREE
