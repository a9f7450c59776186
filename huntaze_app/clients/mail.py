"""Those who carry mails: a folder, an SMTP server, or Amazon SES."""

from __future__ import annotations

import os
import smtplib
import ssl
import time
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from config.mail import Carrier, MailSettings
from huntaze_app.clients.mailer import Mailer, Outgoing, Refused, Unsent, compose

# Less than a worker may be out of reach before its jobs are given to another (repositories/postgres/worker.py).
DIALOGUE_SECONDS = 12.0
CONNECT_SECONDS = 5.0
SMTP_PORTS = {"smtp": 587, "smtps": 465}
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# What SES says of this mail. MessageRejected is none: it is what an unverified sender is told, too.
SES_REFUSALS = frozenset({"BadRequestException"})


def mailer_for(settings: MailSettings) -> Mailer:
    """Return who carries the mails of this product."""
    if settings.carrier is Carrier.SES:
        return SesMailer(settings.region)
    if settings.carrier is Carrier.SMTP and settings.server:
        return SmtpMailer(settings.server)
    return OutboxMailer(settings.outbox)


class OutboxMailer:
    """Puts mails into a folder, for whoever develops to read; the same mail twice is one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: Outgoing) -> None:
        """Write the mail to a file."""
        message = compose(mail)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            half = self._folder / f".{mail.id}.{os.getpid()}"
            half.write_bytes(message.as_bytes())
            half.replace(self._folder / f"{mail.id}.eml")
        except OSError as error:
            raise Unsent(f"outbox: {error.strerror}") from error


class _Dialogue:
    """What makes an SMTP dialogue end in time: smtplib limits each answer, but not all of them together."""

    sock: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._end = time.monotonic() + DIALOGUE_SECONDS
        super().__init__(*arguments, **options)

    def getreply(self) -> Any:
        """Wait for an answer no longer than the dialogue may last."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the dialogue took too long")
        self.sock.settimeout(left)
        return super().getreply()  # type: ignore[misc]  # of smtplib's class beside this one


class _Smtp(_Dialogue, smtplib.SMTP):
    pass


class _SmtpOverTls(_Dialogue, smtplib.SMTP_SSL):
    pass


class SmtpMailer:
    """Speaks to the server of a URL: smtps://, or smtp:// with STARTTLS when offered, or always with ?tls=required."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._is_tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or SMTP_PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._needs_tls = parts.query == "tls=required" or (bool(self._user) and self._host not in LOOPBACK)

    def send(self, mail: Outgoing) -> None:
        """Hand the mail to the server."""
        message = compose(mail)
        try:
            server = self._open()
        except (OSError, smtplib.SMTPException) as error:
            raise Unsent(f"SMTP: {_told(error)}") from None
        try:
            _hand_over(server, message)
        finally:
            # The mail is theirs, or not. Waiting for a farewell would only put off writing down which.
            with suppress(OSError, smtplib.SMTPException):
                server.putcmd("QUIT")
            server.close()

    def _open(self) -> smtplib.SMTP:
        if self._is_tls:
            server: smtplib.SMTP = _SmtpOverTls(
                self._host, self._port, timeout=CONNECT_SECONDS, context=ssl.create_default_context()
            )
        else:
            server = _Smtp(self._host, self._port, timeout=CONNECT_SECONDS)
        try:
            self._secure(server)
            if self._user:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server

    def _secure(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if not self._is_tls and (self._needs_tls or server.has_extn("starttls")):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        [(code, _text)] = error.recipients.values()
        raise _refusal(code, "recipient") from None
    except smtplib.SMTPDataError as error:
        raise _refusal(error.smtp_code, "text") from None
    except smtplib.SMTPNotSupportedError:  # an address outside ASCII, and a server that knows no others
        raise Refused("SMTP: the server takes no such address") from None
    except (OSError, smtplib.SMTPException) as error:
        raise Unsent(f"SMTP: {_told(error)}") from None


def _refusal(code: int, what: str) -> Exception:
    """Return what a server's code means: 5xx is its last word, 4xx a request to come again (RFC 5321, 4.2.1)."""
    return Refused(f"SMTP {code}: {what}") if code >= 500 else Unsent(f"SMTP {code}: {what}")


def _told(error: Exception) -> str:
    # never the server's own words: they may repeat an address
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


class SesMailer:
    """Speaks to Amazon SES; keys and AWS_ENDPOINT_URL are boto3's own settings."""

    def __init__(self, region: str | None) -> None:
        limits = Config(connect_timeout=4, read_timeout=6, retries={"total_max_attempts": 1, "mode": "standard"})
        self._client: Any = boto3.session.Session().client("sesv2", region_name=region, config=limits)

    def send(self, mail: Outgoing) -> None:
        """Hand the mail to SES."""
        message = compose(mail)
        given = {
            "FromEmailAddress": str(message["From"]),
            "Destination": {"ToAddresses": [str(message["To"])]},
            "Content": {"Raw": {"Data": message.as_bytes()}},
        }
        try:
            self._client.send_email(**given)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            raise (Refused if code in SES_REFUSALS else Unsent)(f"SES: {code}") from None
        except BotoCoreError as error:
            raise Unsent(f"SES: {type(error).__name__}") from None
