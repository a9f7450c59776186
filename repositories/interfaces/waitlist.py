"""The waitlist."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from repositories.entities.waitlist import WaitlistCounts, WaitlistEntry, WaitlistState
from repositories.paging import Page, PageRequest


class WaitlistRepository(Protocol):
    """Addresses that wait for an invitation, each once; an address is compared in any spelling."""

    def join(self, entry: WaitlistEntry) -> bool:
        """Store the entry; False, nothing changed and the same work done, when its address is on the list.

        Raises Conflict for a known id, or InvalidValue.
        """
        ...

    def list_page(self, request: PageRequest, state: WaitlistState | None = None) -> Page[WaitlistEntry]:
        """List all, or those in one state; who came first is first."""
        ...

    def count(self) -> WaitlistCounts:
        """Count the addresses, and those whose invitation or account there is."""
        ...

    def invite(self, ids: Collection[UUID], at: datetime) -> Sequence[WaitlistEntry]:
        """Mark entries as invited, each once whoever else tries; return those just marked, first come first."""
        ...

    def invite_oldest(self, count: int, at: datetime) -> Sequence[WaitlistEntry]:
        """Mark those who have waited longest as invited, as `invite` does; at most `count`."""
        ...

    def note_invited(self, emails: Collection[str], at: datetime) -> Sequence[WaitlistEntry]:
        """Note that these addresses were invited, if they are on the list; return their entries, marked now or before.

        The first time stays.
        """
        ...

    def find(self, email: str) -> WaitlistEntry | None:
        """Return the entry of an address, or None."""
        ...

    def forget(self, email: str) -> None:
        """Delete the entry of an address."""
        ...
