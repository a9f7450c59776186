"""Accounts at other providers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from repositories.entities.accounts import LinkedAccount, Provider
from repositories.postgres.models.database import Base, choice_check, length_checks, table_arguments


class AccountRow(Base):
    """An account at a provider that signs in as a user."""

    __tablename__ = "accounts"
    __table_args__ = table_arguments(
        UniqueConstraint("provider", "provider_account_id"),
        UniqueConstraint("user_id", "provider"),
        length_checks(LinkedAccount),
        choice_check("provider", Provider),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("users.id", ondelete="CASCADE"))
    provider: Mapped[str] = mapped_column(Text)
    provider_account_id: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
