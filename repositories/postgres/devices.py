"""Devices somebody has signed in from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from repositories.entities.devices import KnownDevice
from repositories.postgres.models import KnownDeviceRow
from repositories.postgres.statements import Mapper, Statement
from repositories.postgres.unit import Unit

DEVICE = Mapper(KnownDevice, KnownDeviceRow)

_new = insert(KnownDeviceRow)
_NOTE = Statement(
    _new.on_conflict_do_update(
        constraint="uq_known_devices_user_id_mark_hash", set_={"seen_at": _new.excluded.seen_at}
    ).returning(literal_column("xmax <> 0"))  # Postgres's sign that the row was there before
)
_LIST_OF = Statement(
    select(*DEVICE.columns)
    .where(KnownDeviceRow.user_id == bindparam("owner"))
    .order_by(KnownDeviceRow.created_at, KnownDeviceRow.id)
)
_oldest = (
    select(KnownDeviceRow.id)
    .where(KnownDeviceRow.seen_at < bindparam("before"))
    .order_by(KnownDeviceRow.seen_at, KnownDeviceRow.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_REMOVE_UNSEEN = Statement(delete(KnownDeviceRow).where(KnownDeviceRow.id.in_(_oldest)).returning(KnownDeviceRow.id))


class PostgresDeviceRepository:
    """Known devices, in the table `known_devices`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def note(self, device: KnownDevice) -> bool:
        """Store the mark of a device, or when it was seen again."""
        return bool(self._unit.write(_NOTE, **DEVICE.dump(device))[0][0])

    def list_of(self, user_id: UUID) -> Sequence[KnownDevice]:
        """List the marks of a user's devices."""
        return tuple(map(DEVICE.load, self._unit.fetch_all(_LIST_OF, owner=user_id)))

    def remove_unseen(self, before: datetime, limit: int) -> int:
        """Delete marks that were not seen for long."""
        return len(self._unit.write(_REMOVE_UNSEEN, before=before, most=limit))
