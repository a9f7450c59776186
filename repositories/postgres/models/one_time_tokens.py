"""One-time tokens."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, LargeBinary, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from repositories.entities.one_time_tokens import OneTimeToken, Purpose
from repositories.postgres.models.database import Base, choice_check, length_checks, table_arguments


class OneTimeTokenRow(Base):
    """A mailed token; `email_key` is the address in the form compared, and the account, if any, is found by it."""

    __tablename__ = "one_time_tokens"
    __table_args__ = table_arguments(
        length_checks(OneTimeToken),
        choice_check("purpose", Purpose),
        UniqueConstraint("email_key", "purpose"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(BigInteger)
