"""What sending a mail means, whoever carries it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from typing import Protocol
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

ID_HEADER = "X-Huntaze-Mail"


class Refused(Exception):
    """The mail will never be taken: there is no such address, or its text is unwelcome."""


class Unsent(Exception):
    """The mail was not taken this time; later it may be."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail, ready to go; its Message-ID is made from its id, so that a second copy can be told from another mail."""

    id: UUID
    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    at: datetime


class Mailer(Protocol):
    """Carries mails."""

    def send(self, mail: Outgoing) -> None:
        """Hand a mail over; raises Refused or Unsent. Their texts name no address: they are logged."""
        ...


def compose(mail: Outgoing) -> EmailMessage:
    """Return the message, text and HTML; raises Refused for what cannot be an address, or a header."""
    name, sender = parseaddr(mail.sender)
    local, _at, domain = address(mail.recipient).rpartition("@")
    message = EmailMessage(policy=SMTP if local.isascii() else SMTPUTF8)
    try:
        message["From"] = Address(name, addr_spec=sender)
        message["To"] = Address(username=local, domain=domain)
        message["Subject"] = mail.subject
        message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    except ValueError as error:  # a line break, for one: the policy lets none into a header
        raise Refused("not fit for a header") from error
    message["Date"] = format_datetime(mail.at)
    message["Auto-Submitted"] = "auto-generated"
    message[ID_HEADER] = str(mail.id)  # some services put a Message-ID of their own
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def address(recipient: str) -> str:
    """Return an address with its domain as DNS knows it (IDNA); raises Refused for what is none."""
    try:
        found = validate_email(recipient, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Refused("not an address") from None
    return f"{found.local_part}@{found.ascii_domain}"
