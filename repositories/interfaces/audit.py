"""The audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from repositories.entities.audit import AuditEvent
from repositories.paging import Page, PageRequest


class AuditRepository(Protocol):
    """What happened, in a trail that is only ever added to."""

    def add(self, event: AuditEvent) -> AuditEvent:
        """Store an event; the accounts it names are not checked; raises InvalidValue."""
        ...

    def list_page(
        self, request: PageRequest, action: str | None = None, user_id: UUID | None = None
    ) -> Page[AuditEvent]:
        """List events, newest first; of one action, and of one account as actor or subject, where they are given."""
        ...

    def count_since(self, action: str, actor_id: UUID, since: datetime) -> int:
        """Count what an account did of one action from a moment on."""
        ...

    def list_of(self, user_id: UUID) -> Sequence[AuditEvent]:
        """List every event that names the account as actor or subject, oldest first."""
        ...

    def forget_places_of(self, user_id: UUID) -> None:
        """Blank the network addresses of the events that name the account; nothing else of an event ever changes."""
        ...
