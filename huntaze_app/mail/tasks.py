"""Sending what was stored."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol
from uuid import UUID

import structlog

from huntaze_app.clients.mailer import Outgoing, Refused
from huntaze_app.jobs import Desk, Hopeless, Tasks
from huntaze_app.mail.facts import Facts, facts_of
from huntaze_app.mail.letters import LETTERS, render
from huntaze_app.mail.service import SEND
from repositories.entities.mails import Mail
from repositories.interfaces.invites import InviteRepository
from repositories.interfaces.mails import MailRepository
from repositories.interfaces.users import UserRepository

KEPT = timedelta(days=90)  # so long is an event known; none of ours comes again after it
BATCH = 500

tasks = Tasks()


class SendingStores(Protocol):
    """What a mail is made from."""

    mails: MailRepository
    users: UserRepository
    invites: InviteRepository


@tasks.handler(SEND)
def send(desk: Desk, *, mail_id: str) -> None:
    """Send a mail, unless it was sent.

    A duplicate can only come of a worker that dies, or loses its database for good, after the other side took the
    mail and before that is written down; it has the Message-ID of the first (decision 14).
    """
    wanted = _id(mail_id)
    found = desk.run(lambda stores: _begin(stores, desk, wanted))
    if found is None:
        return
    mail, facts = found
    if facts is None:
        _drop(desk, mail, "nobody to send it to, or too late")
        return
    try:
        desk.mailer.send(_outgoing(desk, mail, facts))
    except Refused as error:
        _drop(desk, mail, str(error))
        return
    at = desk.now()
    desk.run(lambda stores: stores.mails.mark_sent(mail.id, at))


@tasks.handler("mail.purge", every="17 3 * * *")
def purge(desk: Desk) -> None:
    """Delete mails that were settled long ago, in batches."""
    before = desk.now() - KEPT
    while desk.run(lambda stores: stores.mails.remove_settled(before, BATCH)) == BATCH:
        pass


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Hopeless("not an id") from error


def _begin(stores: SendingStores, desk: Desk, mail_id: UUID) -> tuple[Mail, Facts | None] | None:
    at = desk.now()
    mail = stores.mails.begin(mail_id, at)
    if mail is None:
        return None
    letter = LETTERS.get(mail.template)
    if letter is None:
        raise Hopeless("no letter has this name")
    is_late = letter.lifetime is not None and at >= mail.created_at + letter.lifetime
    return mail, None if is_late else facts_of(stores, mail, desk.settings.secret_key, desk.settings.public_url)


def _outgoing(desk: Desk, mail: Mail, facts: Facts) -> Outgoing:
    subject, text, html = render(LETTERS[mail.template], mail.locale, facts)
    return Outgoing(mail.id, desk.settings.mail.sender, facts.recipient, subject, text, html, mail.created_at)


def _drop(desk: Desk, mail: Mail, cause: str) -> None:
    at = desk.now()
    desk.run(lambda stores: stores.mails.mark_dropped(mail.id, at))
    structlog.get_logger().warning("mail dropped", mail_id=str(mail.id), template=mail.template, cause=cause)
