"""The waitlist."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from repositories.entities.waitlist import WaitlistEntry
from repositories.postgres.models.database import Base, length_checks, table_arguments


class WaitlistRow(Base):
    """An address that waits for an invitation; `email_key` is it in the form compared."""

    __tablename__ = "waitlist"
    __table_args__ = table_arguments(
        length_checks(WaitlistEntry),
        Index("ix_waitlist_created_at_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text, unique=True)
    locale: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    invited_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
