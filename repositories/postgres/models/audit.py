"""The audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Index, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from repositories.entities.audit import AuditEvent
from repositories.postgres.models.database import Base, length_checks, table_arguments


class AuditEventRow(Base):
    """One event; no foreign keys, for it outlives accounts, and a trigger that refuses to change or delete it."""

    __tablename__ = "audit_events"
    __table_args__ = table_arguments(
        length_checks(AuditEvent),
        Index("ix_audit_events_created_at_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    action: Mapped[str] = mapped_column(Text, index=True)
    actor_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    subject_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    ip: Mapped[str | None] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
