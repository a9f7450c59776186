"""Subscriptions."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from repositories.entities.subscriptions import SubscriptionRecord
from repositories.errors import NotFound
from repositories.postgres.models import SubscriptionRow
from repositories.postgres.statements import Mapper, Statement
from repositories.postgres.unit import Unit

RECORD = Mapper(SubscriptionRecord, SubscriptionRow)
_FIXED = {"id", "user_id", "created_at"}

_ADD = Statement(insert(SubscriptionRow))
_FIND_BY_USER = Statement(select(*RECORD.columns).where(SubscriptionRow.user_id == bindparam("owner")))
_SAVE = Statement(
    update(SubscriptionRow)
    .where(SubscriptionRow.id == bindparam("record_id"), SubscriptionRow.user_id == bindparam("owner"))
    .values({name: bindparam(name) for name in RECORD.names if name not in _FIXED})
    .returning(*RECORD.columns)
)


class PostgresSubscriptionRepository:
    """Subscriptions, in the table `subscription_records`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, record: SubscriptionRecord) -> SubscriptionRecord:
        """Store the record of a user."""
        self._unit.write(_ADD, **RECORD.dump(record))
        return record

    def find_by_user(self, user_id: UUID) -> SubscriptionRecord | None:
        """Return the user's record."""
        row = self._unit.fetch_one(_FIND_BY_USER, owner=user_id)
        return RECORD.load(row) if row else None

    def save(self, record: SubscriptionRecord) -> SubscriptionRecord:
        """Replace the record."""
        rows = self._unit.write(_SAVE, **RECORD.dump(record), record_id=record.id, owner=record.user_id)
        if not rows:
            raise NotFound("subscription")
        return RECORD.load(rows[0])
