"""The audit trail."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from repositories.entities.audit import AuditEvent
from repositories.entities.values import encode_json
from repositories.memory.tables import check_characters
from repositories.memory.unit import Unit
from repositories.paging import Page, PageRequest


class MemoryAuditRepository:
    """The audit trail, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, event: AuditEvent) -> AuditEvent:
        """Store a copy of an event."""
        copy = replace(event, details=json.loads(encode_json(event.details)))
        self._unit.begin_writing()
        return self._unit.audit.insert(copy)

    def list_page(
        self, request: PageRequest, action: str | None = None, user_id: UUID | None = None
    ) -> Page[AuditEvent]:
        """List events, newest first."""
        check_characters((action,))
        found = [event for event in self._sorted() if action is None or event.action == action]
        found = [event for event in reversed(found) if user_id is None or _names(event, user_id)]
        shown = found[request.offset : request.offset + request.limit]
        return Page(tuple(shown), len(found), request.page, request.limit)

    def count_since(self, action: str, actor_id: UUID, since: datetime) -> int:
        """Count what an account did."""
        check_characters((action,))
        done = [event for event in self._sorted() if event.actor_id == actor_id and event.action == action]
        return sum(event.created_at >= since for event in done)

    def list_of(self, user_id: UUID) -> Sequence[AuditEvent]:
        """List every event that names the account."""
        return tuple(event for event in self._sorted() if _names(event, user_id))

    def forget_places_of(self, user_id: UUID) -> None:
        """Blank the network addresses of the events that name the account."""
        self._unit.begin_writing()
        for event in self.list_of(user_id):
            if event.ip is not None:
                self._unit.audit.update(replace(event, ip=None))

    def _sorted(self) -> list[AuditEvent]:
        with self._unit.reading:
            return sorted(self._unit.audit.all(), key=lambda event: (event.created_at, event.id))


def _names(event: AuditEvent, user_id: UUID) -> bool:
    return user_id in (event.actor_id, event.subject_id)
