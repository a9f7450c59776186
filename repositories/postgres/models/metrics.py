"""Business metrics."""

from __future__ import annotations

import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Date, DateTime, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from repositories.entities.users import Plan
from repositories.postgres.models.database import Base, choice_check, table_arguments


class BusinessMonthRow(Base):
    """The figures of a user's month; no foreign key to users, who may live on another backend."""

    __tablename__ = "business_months"
    __table_args__ = table_arguments(UniqueConstraint("user_id", "month"), choice_check("plan", Plan))

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(Uuid)
    month: Mapped[datetime.date] = mapped_column(Date)
    created_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    revenue_cents: Mapped[int] = mapped_column(BigInteger)
    active_subscribers: Mapped[int] = mapped_column(BigInteger)
    fans: Mapped[int] = mapped_column(BigInteger)
    average_response_seconds: Mapped[int] = mapped_column(BigInteger)
    messages: Mapped[int] = mapped_column(BigInteger)
    ai_messages: Mapped[int] = mapped_column(BigInteger)
    plan: Mapped[str] = mapped_column(Text)
