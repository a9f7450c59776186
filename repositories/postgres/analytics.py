"""Analytics events."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, tuple_

from repositories.entities.analytics import AnalyticsEvent, EventCounts
from repositories.entities.values import encode_json
from repositories.postgres.models import AnalyticsEventRow
from repositories.postgres.statements import Mapper, Statement
from repositories.postgres.unit import Unit

EVENT = Mapper(AnalyticsEvent, AnalyticsEventRow, dump={"event_data": encode_json})
_IS_OWN = AnalyticsEventRow.user_id == bindparam("owner")
_HOUR = func.date_part("hour", func.timezone("UTC", AnalyticsEventRow.created_at))

_ADD = Statement(insert(AnalyticsEventRow))
_COUNT_BY_TYPE = Statement(
    select(AnalyticsEventRow.event_type, func.count()).where(_IS_OWN).group_by(AnalyticsEventRow.event_type)
)
_COUNT_BY_HOUR = Statement(select(_HOUR, func.count()).where(_IS_OWN).group_by(_HOUR))

_OLDEST_FIRST = (AnalyticsEventRow.created_at, AnalyticsEventRow.id)
_PAGE = select(*EVENT.columns).where(_IS_OWN).order_by(*_OLDEST_FIRST).limit(bindparam("most"))
_LIST_OF = Statement(_PAGE)
_LIST_AFTER = Statement(_PAGE.where(tuple_(*_OLDEST_FIRST) > tuple_(bindparam("after_time"), bindparam("after_id"))))
_some = select(AnalyticsEventRow.id).where(_IS_OWN).limit(bindparam("most"))
_ERASE = Statement(delete(AnalyticsEventRow).where(AnalyticsEventRow.id.in_(_some)).returning(AnalyticsEventRow.id))


class PostgresAnalyticsRepository:
    """Analytics events, in the table `analytics_events`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, event: AnalyticsEvent) -> AnalyticsEvent:
        """Store a copy of an event."""
        values = EVENT.dump(event)
        self._unit.write(_ADD, **values)
        return replace(event, event_data=json.loads(values["event_data"]))

    def count(self, user_id: UUID) -> EventCounts:
        """Count a user's events."""
        by_type = {row[0]: row[1] for row in self._unit.fetch_all(_COUNT_BY_TYPE, owner=user_id)}
        by_hour = {int(row[0]): row[1] for row in self._unit.fetch_all(_COUNT_BY_HOUR, owner=user_id)}
        return EventCounts(sum(by_type.values()), by_type, by_hour)

    def list_of(self, user_id: UUID, after: AnalyticsEvent | None, limit: int) -> Sequence[AnalyticsEvent]:
        """List events of a user."""
        given: dict[str, Any] = {"owner": user_id, "most": max(limit, 0)}
        if after is None:
            return tuple(map(EVENT.load, self._unit.fetch_all(_LIST_OF, **given)))
        given |= {"after_time": after.created_at, "after_id": after.id}
        return tuple(map(EVENT.load, self._unit.fetch_all(_LIST_AFTER, **given)))

    def erase(self, user_id: UUID, limit: int) -> int:
        """Delete events of a user."""
        return len(self._unit.write(_ERASE, owner=user_id, most=max(limit, 0)))
