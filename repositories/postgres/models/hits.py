"""Hits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, LargeBinary
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from repositories.postgres.models.database import Base


class HitRow(Base):
    """The times of a key's last hits, the latest first; room in each page lets a row change in its place.

    No index on `expires_at`: every hit would have to change it, too.
    """

    __tablename__ = "rate_hits"
    __table_args__ = (
        CheckConstraint("octet_length(key) = 16", name="key_length"),
        {"postgresql_with": {"fillfactor": "60"}},
    )

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    hits: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
