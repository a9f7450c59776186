"""Analytics events."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Index, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from repositories.entities.analytics import AnalyticsEvent
from repositories.postgres.models.database import Base, length_checks, table_arguments


class AnalyticsEventRow(Base):
    """One event; no foreign key to users, who may live on another backend."""

    __tablename__ = "analytics_events"
    __table_args__ = table_arguments(
        length_checks(AnalyticsEvent),
        Index("ix_analytics_events_user_id_created_at", "user_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(Uuid)
    event_type: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    event_data: Mapped[dict[str, Any]] = mapped_column(JSONB)
