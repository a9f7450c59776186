"""Accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from repositories.entities.users import Plan, Role, User
from repositories.postgres.models.database import Base, choice_check, length_checks, table_arguments


class UserRow(Base):
    """An account; `email_key` and `name_key` are address and name in the form compared."""

    __tablename__ = "users"
    __table_args__ = table_arguments(
        length_checks(User),
        choice_check("role", Role),
        choice_check("subscription", Plan),
        Index("uq_users_email_key", "email_key", unique=True, postgresql_where=text("deleted_at IS NULL")),
        Index("ix_users_created_at_id", "created_at", "id", postgresql_where=text("deleted_at IS NULL")),
        Index("ix_users_deleted_at", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
        Index("ix_users_erase_at", "erase_at", postgresql_where=text("erase_at IS NOT NULL")),
        Index("uq_users_stripe_customer_id", "stripe_customer_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    role: Mapped[str] = mapped_column(Text)
    subscription: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    avatar: Mapped[str | None] = mapped_column(Text)
    bio: Mapped[str | None] = mapped_column(Text)
    timezone: Mapped[str | None] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    stripe_customer_id: Mapped[str | None] = mapped_column(Text)
    onboarding: Mapped[dict[str, Any]] = mapped_column(JSONB)
    email_verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    is_active: Mapped[bool]
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    erase_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
