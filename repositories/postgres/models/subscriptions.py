"""Subscriptions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from repositories.entities.subscriptions import SubscriptionRecord, SubscriptionStatus
from repositories.entities.users import Plan
from repositories.postgres.models.database import Base, choice_check, length_checks, table_arguments


class SubscriptionRow(Base):
    """The one current subscription of a user."""

    __tablename__ = "subscription_records"
    __table_args__ = table_arguments(
        length_checks(SubscriptionRecord),
        choice_check("plan", Plan),
        choice_check("status", SubscriptionStatus),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    plan: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    raw_status: Mapped[str | None] = mapped_column(Text)
    stripe_subscription_id: Mapped[str | None] = mapped_column(Text, unique=True)
    current_period_start: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    current_period_end: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancel_at_period_end: Mapped[bool]
    event_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
