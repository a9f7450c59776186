"""Mails."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from repositories.entities.mails import Mail
from repositories.postgres.models.database import Base, length_checks, table_arguments


class MailRow(Base):
    """A mail about one event; `event` is unique, so that nothing is ever told twice."""

    __tablename__ = "mails"
    __table_args__ = table_arguments(
        length_checks(Mail),
        CheckConstraint("sent_at IS NULL OR dropped_at IS NULL", name="settled_once"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    event: Mapped[str] = mapped_column(Text, unique=True)
    template: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    user_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    recipient: Mapped[str | None] = mapped_column(Text)
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    attempts: Mapped[int] = mapped_column(BigInteger)
    sending_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    dropped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
