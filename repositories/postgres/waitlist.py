"""The waitlist."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Text,
    Uuid,
    any_,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from repositories.entities.values import email_key, is_storable, stored_email_key
from repositories.entities.waitlist import WaitlistCounts, WaitlistEntry, WaitlistState
from repositories.paging import Page, PageRequest
from repositories.postgres.models import UserRow, WaitlistRow
from repositories.postgres.statements import Mapper, Row, Statement
from repositories.postgres.unit import Unit

ENTRY = Mapper(WaitlistEntry, WaitlistRow)
_FIRST_COME = (WaitlistRow.created_at, WaitlistRow.id)
_IS_WAITING = WaitlistRow.invited_at.is_(None)
_IN_STATE: dict[WaitlistState | None, ColumnElement[bool]] = {
    None: true(),
    WaitlistState.WAITING: _IS_WAITING,
    WaitlistState.INVITED: WaitlistRow.invited_at.is_not(None),
}

_new = insert(WaitlistRow)
# An address on the list is written again as it is: who measures the time must not see that there was nothing to do.
_JOIN = Statement(
    _new.on_conflict_do_update(
        constraint="uq_waitlist_email_key", set_={"email_key": _new.excluded.email_key}
    ).returning(literal_column("xmax = 0"))  # Postgres's sign that the row is new
)
_COUNT = Statement(
    select(func.count(), func.count(WaitlistRow.invited_at), func.count(UserRow.id)).select_from(
        WaitlistRow.__table__.outerjoin(
            UserRow.__table__, (UserRow.email_key == WaitlistRow.email_key) & UserRow.deleted_at.is_(None)
        )
    )
)
_FIND = Statement(select(*ENTRY.columns).where(WaitlistRow.email_key == bindparam("key")))
_FORGET = Statement(delete(WaitlistRow).where(WaitlistRow.email_key == bindparam("key")))


def _marking(*wanted: ColumnElement[bool], most: Any = None) -> Statement:
    """Write a statement that marks entries; it locks them in one order, so that two never wait for each other."""
    chosen = select(WaitlistRow.id).where(*wanted).order_by(*_FIRST_COME).limit(most).with_for_update().cte("chosen")
    return Statement(
        update(WaitlistRow)
        .where(WaitlistRow.id.in_(select(chosen.c.id)))
        .values(invited_at=func.coalesce(WaitlistRow.invited_at, bindparam("at")))
        .returning(*ENTRY.columns)
    )


_INVITE = _marking(WaitlistRow.id == any_(bindparam("ids", type_=ARRAY(Uuid))), _IS_WAITING)
_INVITE_OLDEST = _marking(_IS_WAITING, most=bindparam("most", type_=BigInteger))
_NOTE_INVITED = _marking(WaitlistRow.email_key == any_(bindparam("keys", type_=ARRAY(Text))))


@cache
def _page_in(state: WaitlistState | None) -> Statement:
    """Write one statement for a page and its total; a page past the end still has its total."""
    wanted = _IN_STATE[state]
    rows = select(*ENTRY.columns).where(wanted).order_by(*_FIRST_COME)
    shown = rows.limit(bindparam("limit")).offset(bindparam("offset")).subquery()
    total = select(func.count().label("n")).select_from(WaitlistRow).where(wanted).subquery()
    order = (shown.c.created_at, shown.c.id)
    return Statement(select(total.c.n, *shown.c).select_from(total.join(shown, true(), isouter=True)).order_by(*order))


class PostgresWaitlistRepository:
    """The waitlist, in the table `waitlist`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def join(self, entry: WaitlistEntry) -> bool:
        """Store the entry, unless its address is on the list."""
        return bool(self._unit.write(_JOIN, **ENTRY.dump(entry), email_key=stored_email_key(entry.email))[0][0])

    def list_page(self, request: PageRequest, state: WaitlistState | None = None) -> Page[WaitlistEntry]:
        """List all, or those in one state."""
        rows = self._unit.fetch_all(_page_in(state), limit=request.limit, offset=request.offset)
        items = tuple(ENTRY.load(row, 1) for row in rows if row[1] is not None)
        return Page(items, rows[0][0], request.page, request.limit)

    def count(self) -> WaitlistCounts:
        """Count the addresses."""
        return WaitlistCounts(*self._unit.fetch_all(_COUNT)[0])

    def invite(self, ids: Collection[UUID], at: datetime) -> Sequence[WaitlistEntry]:
        """Mark entries as invited."""
        return _loaded(self._unit.write(_INVITE, ids=list(ids), at=at))

    def invite_oldest(self, count: int, at: datetime) -> Sequence[WaitlistEntry]:
        """Mark those who have waited longest."""
        return _loaded(self._unit.write(_INVITE_OLDEST, most=max(count, 0), at=at))

    def note_invited(self, emails: Collection[str], at: datetime) -> Sequence[WaitlistEntry]:
        """Note that these addresses were invited."""
        keys = [email_key(email) for email in emails if is_storable(email)]
        return _loaded(self._unit.write(_NOTE_INVITED, keys=keys, at=at))

    def find(self, email: str) -> WaitlistEntry | None:
        """Return the entry of an address."""
        row = self._unit.fetch_one(_FIND, key=email_key(email)) if is_storable(email) else None
        return ENTRY.load(row) if row else None

    def forget(self, email: str) -> None:
        """Delete the entry of an address."""
        if is_storable(email):
            self._unit.write(_FORGET, key=email_key(email))


def _loaded(rows: Sequence[Row]) -> tuple[WaitlistEntry, ...]:
    return tuple(sorted(map(ENTRY.load, rows), key=lambda entry: (entry.created_at, entry.id)))
