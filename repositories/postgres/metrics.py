"""Business metrics."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from repositories.entities.metrics import BusinessMonth
from repositories.postgres.models import BusinessMonthRow
from repositories.postgres.statements import Mapper, Statement
from repositories.postgres.unit import Unit

MONTH = Mapper(BusinessMonth, BusinessMonthRow)
_FIXED = {"id", "user_id", "month", "created_at"}

_new = insert(BusinessMonthRow)
_SAVE = Statement(
    _new.on_conflict_do_update(
        constraint="uq_business_months_user_id_month",
        set_={name: _new.excluded[name] for name in MONTH.names if name not in _FIXED},
    ).returning(*MONTH.columns)
)
_LIST_MONTHS = Statement(
    select(*MONTH.columns).where(BusinessMonthRow.user_id == bindparam("owner")).order_by(BusinessMonthRow.month)
)

_ERASE = Statement(
    delete(BusinessMonthRow).where(BusinessMonthRow.user_id == bindparam("owner")).returning(BusinessMonthRow.id)
)


class PostgresMetricsRepository:
    """Monthly figures, in the table `business_months`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def save(self, month: BusinessMonth) -> BusinessMonth:
        """Store the figures of a user's month."""
        return MONTH.load(self._unit.write(_SAVE, **MONTH.dump(month))[0])

    def list_months(self, user_id: UUID) -> tuple[BusinessMonth, ...]:
        """List a user's months, oldest first."""
        return tuple(map(MONTH.load, self._unit.fetch_all(_LIST_MONTHS, owner=user_id)))

    def erase(self, user_id: UUID) -> int:
        """Delete a user's months."""
        return len(self._unit.write(_ERASE, owner=user_id))
