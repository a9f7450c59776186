"""Sending a mail about something, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from huntaze_app.clock import new_id
from repositories.entities.jobs import Job
from repositories.entities.mails import Mail
from repositories.interfaces.jobs import JobRepository
from repositories.interfaces.mails import MailRepository

SEND = "mail.send"


class MailStores(Protocol):
    """What sending a mail needs."""

    jobs: JobRepository
    mails: MailRepository


def post(
    stores: MailStores,
    at: datetime,
    *,
    event: str,
    template: str,
    locale: str,
    user_id: UUID | None = None,
    recipient: str | None = None,
    values: Mapping[str, Any] | None = None,
) -> bool:
    """Have a mail sent once this unit is committed; False, and none is sent, when there was one for the event.

    To a user, at the address she has when it is sent, or to a recipient. The values hold no secret: a text that
    shows one names what it is derived from (`huntaze_app/mail/letters.py`).
    """
    if (user_id is None) == (recipient is None):
        raise TypeError("a mail goes to a user or to an address")
    mail = Mail(new_id(), event, template, locale, at, user_id, recipient, dict(values or {}))
    if not stores.mails.add(mail):
        return False
    return stores.jobs.add(Job(new_id(), SEND, at, {"mail_id": str(mail.id)}))
