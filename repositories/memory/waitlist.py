"""The waitlist."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from repositories.entities.values import email_key, is_storable, stored_email_key
from repositories.entities.waitlist import WaitlistCounts, WaitlistEntry, WaitlistState
from repositories.memory.tables import check_values
from repositories.memory.unit import Unit
from repositories.paging import Page, PageRequest


class MemoryWaitlistRepository:
    """The waitlist, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def join(self, entry: WaitlistEntry) -> bool:
        """Store the entry, unless its address is on the list."""
        key = stored_email_key(entry.email)
        self._unit.begin_writing()
        check_values(entry)
        if self._unit.waitlist.find("email", key) is not None:
            return False
        self._unit.waitlist.insert(entry)
        return True

    def list_page(self, request: PageRequest, state: WaitlistState | None = None) -> Page[WaitlistEntry]:
        """List all, or those in one state."""
        with self._unit.reading:
            every = _first_come(self._unit.waitlist.all())
        found = [one for one in every if state is None or (one.invited_at is None) == (state is WaitlistState.WAITING)]
        shown = found[request.offset : request.offset + request.limit]
        return Page(tuple(shown), len(found), request.page, request.limit)

    def count(self) -> WaitlistCounts:
        """Count the addresses."""
        with self._unit.reading:
            every = self._unit.waitlist.all()
            known = [self._unit.users.find("email", email_key(one.email)) for one in every]
        invited = sum(one.invited_at is not None for one in every)
        return WaitlistCounts(len(every), invited, sum(user is not None for user in known))

    def invite(self, ids: Collection[UUID], at: datetime) -> Sequence[WaitlistEntry]:
        """Mark entries as invited."""
        return self._mark([one for one in self._waiting() if one.id in ids], at)

    def invite_oldest(self, count: int, at: datetime) -> Sequence[WaitlistEntry]:
        """Mark those who have waited longest."""
        return self._mark(self._waiting()[: max(count, 0)], at)

    def note_invited(self, emails: Collection[str], at: datetime) -> Sequence[WaitlistEntry]:
        """Note that these addresses were invited."""
        keys = {email_key(email) for email in emails}
        self._unit.begin_writing()
        return self._mark([one for one in self._unit.waitlist.all() if email_key(one.email) in keys], at)

    def find(self, email: str) -> WaitlistEntry | None:
        """Return the entry of an address."""
        if not is_storable(email):
            return None
        with self._unit.reading:
            return self._unit.waitlist.find("email", email_key(email))

    def forget(self, email: str) -> None:
        """Delete the entry of an address."""
        if not is_storable(email):
            return
        self._unit.begin_writing()
        entry = self._unit.waitlist.find("email", email_key(email))
        if entry is not None:
            self._unit.waitlist.delete(entry.id)

    def _waiting(self) -> list[WaitlistEntry]:
        self._unit.begin_writing()
        return _first_come(one for one in self._unit.waitlist.all() if one.invited_at is None)

    def _mark(self, entries: Sequence[WaitlistEntry], at: datetime) -> tuple[WaitlistEntry, ...]:
        marked = [self._unit.waitlist.update(replace(one, invited_at=one.invited_at or at)) for one in entries]
        return tuple(_first_come(marked))


def _first_come(entries: Iterable[WaitlistEntry]) -> list[WaitlistEntry]:
    return sorted(entries, key=lambda entry: (entry.created_at, entry.id))
