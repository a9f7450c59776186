"""Analytics events."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select

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
