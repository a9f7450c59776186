"""How mails leave the product."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit


class Carrier(StrEnum):
    """Who carries mails."""

    OUTBOX = "outbox"  # a folder, for development
    SMTP = "smtp"
    SES = "ses"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Who carries mails, and under whose name."""

    carrier: Carrier = Carrier.OUTBOX
    sender: str = "Huntaze <bonjour@huntaze.test>"
    server: str | None = field(default=None, repr=False)  # the URL of the SMTP server, with its password
    region: str | None = None  # of Amazon SES
    outbox: Path = Path(".local/outbox")

    @property
    def has_own_sender(self) -> bool:
        """Whether mails can be answered, or bounce, to anybody."""
        return self.sender != MailSettings().sender


def carrier(text: str) -> Carrier:
    """Return a carrier by its name; raises ValueError."""
    if text not in set(Carrier):
        raise ValueError(f"must be one of {', '.join(Carrier)}")
    return Carrier(text)


def sender(text: str) -> str:
    """Return a name and an address, or an address; raises ValueError."""
    name, address = parseaddr(text)
    try:
        Address(name, addr_spec=address)
    except (ValueError, IndexError) as error:  # IndexError: the parser of "" and such
        raise ValueError(_SENDER) from error
    if not address.isascii() or "@" not in address or not text.isprintable():
        raise ValueError(_SENDER)
    return text


_SENDER = "must look like Huntaze <bonjour@huntaze.example>"


def server(text: str) -> str:
    """Return the URL of an SMTP server; raises ValueError."""
    parts = urlsplit(text.strip())
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path not in {"", "/"} or parts.fragment:
        raise ValueError("must look like smtp://user:password@host:587 or smtps://user:password@host:465")
    if parts.query not in {"", "tls=required"}:
        raise ValueError("knows only the option tls=required")
    if parts.port == 0:  # one that is no number raises a ValueError of its own
        raise ValueError("the port must be from 1 to 65535")
    return text.strip()


def faults(settings: MailSettings, *, production: bool) -> list[str]:
    """Say what the settings ask for that cannot work."""
    found = []
    if settings.carrier is Carrier.SMTP and settings.server is None:
        found.append("EMAIL_SERVER: must be set when EMAIL_BACKEND is smtp")
    if settings.carrier is Carrier.OUTBOX and production:
        found.append("EMAIL_BACKEND: outbox delivers nothing; use smtp or ses in production")
    return found
