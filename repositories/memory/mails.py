"""Mails."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from repositories.entities.mails import Mail
from repositories.entities.values import encode_json
from repositories.errors import NotFound
from repositories.memory.tables import check_characters, check_values
from repositories.memory.unit import Unit


class MemoryMailRepository:
    """Mails, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, mail: Mail) -> bool:
        """Store a mail."""
        values = json.loads(encode_json(mail.values))  # a copy, as a database makes one
        self._unit.begin_writing()
        check_values(mail)
        if self._unit.mails.find("event", mail.event) is not None:
            return False
        self._unit.mails.insert(replace(mail, values=values))
        return True

    def get(self, mail_id: UUID) -> Mail:
        """Return the mail."""
        with self._unit.reading:
            mail = self._unit.mails.get(mail_id)
        if mail is None:
            raise NotFound("mail")
        return mail

    def begin(self, mail_id: UUID, at: datetime) -> Mail | None:
        """Note an attempt to send."""
        mail = self._unsettled(mail_id)
        return mail and self._unit.mails.update(replace(mail, attempts=mail.attempts + 1, sending_at=at))

    def mark_sent(self, mail_id: UUID, at: datetime) -> bool:
        """Note that it was sent."""
        return self._settle(mail_id, sent_at=at)

    def mark_dropped(self, mail_id: UUID, at: datetime) -> bool:
        """Note that it will never be sent."""
        return self._settle(mail_id, dropped_at=at)

    def remove_settled(self, before: datetime, limit: int) -> int:
        """Delete old settled mails."""
        self._unit.begin_writing()
        old = [mail.id for mail in self._unit.mails.all() if mail.is_settled and mail.created_at < before]
        old = old[: max(limit, 0)]
        for mail_id in old:
            self._unit.mails.delete(mail_id)
        return len(old)

    def list_of(self, user_id: UUID) -> Sequence[Mail]:
        """List the mails to a user."""
        with self._unit.reading:
            own = [mail for mail in self._unit.mails.all() if mail.user_id == user_id]
        return tuple(sorted(own, key=lambda mail: (mail.created_at, mail.id)))

    def forget(self, recipient: str, before: datetime) -> None:
        """Delete the mails to an address."""
        check_characters((recipient,))
        self._unit.begin_writing()
        for mail in self._unit.mails.all():
            if mail.recipient == recipient and mail.created_at <= before:
                self._unit.mails.delete(mail.id)

    def _unsettled(self, mail_id: UUID) -> Mail | None:
        self._unit.begin_writing()
        mail = self._unit.mails.get(mail_id)
        return None if mail is None or mail.is_settled else mail

    def _settle(self, mail_id: UUID, **changes: Any) -> bool:
        mail = self._unsettled(mail_id)
        if mail is not None:
            self._unit.mails.update(replace(mail, recipient=None, values={}, **changes))
        return mail is not None
