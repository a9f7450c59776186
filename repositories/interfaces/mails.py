"""Mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from repositories.entities.mails import Mail


class MailRepository(Protocol):
    """Mails that go out, one for each event."""

    def add(self, mail: Mail) -> bool:
        """Store a mail; False, and nothing stored, when there is one for its event.

        Raises BrokenReference when its user does not exist, Conflict for a known id, or InvalidValue.
        """
        ...

    def get(self, mail_id: UUID) -> Mail:
        """Return the mail; raises NotFound."""
        ...

    def begin(self, mail_id: UUID, at: datetime) -> Mail | None:
        """Note an attempt to send, and return the mail; None when there is none, or it is settled."""
        ...

    def mark_sent(self, mail_id: UUID, at: datetime) -> bool:
        """Note that it was sent, and forget address and values; False when there is none, or it was settled before."""
        ...

    def mark_dropped(self, mail_id: UUID, at: datetime) -> bool:
        """Note that it will never be sent, and forget address and values; False as in `mark_sent`."""
        ...

    def remove_settled(self, before: datetime, limit: int) -> int:
        """Delete at most `limit` settled mails made before a time, and return how many they were."""
        ...

    def list_of(self, user_id: UUID) -> Sequence[Mail]:
        """List the mails to a user, also those that are settled, oldest first."""
        ...

    def forget(self, recipient: str, before: datetime) -> None:
        """Delete the mails to an address, in this spelling, that were made by a time."""
        ...
