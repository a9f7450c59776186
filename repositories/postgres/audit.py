"""The audit trail."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, insert, null, or_, select, true, update

from repositories.entities.audit import AuditEvent
from repositories.entities.values import encode_json
from repositories.paging import Page, PageRequest
from repositories.postgres.models import AuditEventRow
from repositories.postgres.statements import Mapper, Statement
from repositories.postgres.unit import Unit

EVENT = Mapper(AuditEvent, AuditEventRow, dump={"details": encode_json})
_NAMES = or_(AuditEventRow.actor_id == bindparam("owner"), AuditEventRow.subject_id == bindparam("owner"))
_ASKED: dict[str, ColumnElement[bool]] = {"action": AuditEventRow.action == bindparam("action"), "owner": _NAMES}

_ADD = Statement(insert(AuditEventRow))
_COUNT_SINCE = Statement(
    select(func.count()).where(
        AuditEventRow.actor_id == bindparam("actor"),
        AuditEventRow.action == bindparam("action"),
        AuditEventRow.created_at >= bindparam("since"),
    )
)
_LIST_OF = Statement(select(*EVENT.columns).where(_NAMES).order_by(AuditEventRow.created_at, AuditEventRow.id))
_FORGET_PLACES = Statement(update(AuditEventRow).where(_NAMES, AuditEventRow.ip.is_not(None)).values(ip=null()))


@cache
def _page_of(*asked: str) -> Statement:
    """Write one statement for a page and its total; a page past the end still has its total."""
    wanted = [_ASKED[name] for name in asked]
    newest_first = (AuditEventRow.created_at.desc(), AuditEventRow.id.desc())
    rows = select(*EVENT.columns).where(*wanted).order_by(*newest_first)
    shown = rows.limit(bindparam("limit")).offset(bindparam("offset")).subquery()
    total = select(func.count().label("n")).select_from(AuditEventRow).where(*wanted).subquery()
    order = (shown.c.created_at.desc(), shown.c.id.desc())
    return Statement(select(total.c.n, *shown.c).select_from(total.join(shown, true(), isouter=True)).order_by(*order))


class PostgresAuditRepository:
    """The audit trail, in the table `audit_events`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, event: AuditEvent) -> AuditEvent:
        """Store a copy of an event."""
        values = EVENT.dump(event)
        self._unit.write(_ADD, **values)
        return replace(event, details=json.loads(values["details"]))

    def list_page(
        self, request: PageRequest, action: str | None = None, user_id: UUID | None = None
    ) -> Page[AuditEvent]:
        """List events, newest first."""
        given: dict[str, Any] = {"action": action, "owner": user_id}
        asked = {name: value for name, value in given.items() if value is not None}
        rows = self._unit.fetch_all(_page_of(*sorted(asked)), limit=request.limit, offset=request.offset, **asked)
        items = tuple(EVENT.load(row, 1) for row in rows if row[1] is not None)
        return Page(items, rows[0][0], request.page, request.limit)

    def count_since(self, action: str, actor_id: UUID, since: datetime) -> int:
        """Count what an account did."""
        count: int = self._unit.fetch_all(_COUNT_SINCE, action=action, actor=actor_id, since=since)[0][0]
        return count

    def list_of(self, user_id: UUID) -> Sequence[AuditEvent]:
        """List every event that names the account."""
        return tuple(map(EVENT.load, self._unit.fetch_all(_LIST_OF, owner=user_id)))

    def forget_places_of(self, user_id: UUID) -> None:
        """Blank the network addresses of the events that name the account."""
        self._unit.write(_FORGET_PLACES, owner=user_id)
