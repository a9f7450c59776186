"""Who carries mails, against servers that speak the real protocols."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import boto3
import pytest

from config.mail import Carrier, MailSettings
from huntaze_app.clients import mail as clients
from huntaze_app.clients.mail import OutboxMailer, SesMailer, SmtpMailer, mailer_for
from huntaze_app.clients.mailer import Outgoing, Refused, Unsent, compose
from tests.contract.builders import AT
from tests.peers.aws import ask, aws
from tests.peers.smtp_sink import Sink, listening

SENDER = "bonjour@huntaze.example"


def outgoing(**given: Any) -> Outgoing:
    """A mail that is ready to go."""
    fields = {"sender": f"Huntaze <{SENDER}>", "recipient": "zoe@example.fr", "subject": "Été à Huntaze"}
    return Outgoing(
        **{"id": uuid4(), "text": "Bonjour, Zoé.\n.\n", "html": "<p>Bonjour, Zoé.", "at": AT, **fields, **given}
    )


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server."""
    with listening() as sink:
        yield sink


def test_a_mail_arrives_in_both_its_forms(sink: Sink) -> None:
    mail = outgoing()

    SmtpMailer(sink.url).send(mail)

    [message] = sink.messages
    assert (message["From"], message["To"]) == (f"Huntaze <{SENDER}>", "zoe@example.fr")
    assert message["Subject"] == "Été à Huntaze"
    assert message["Message-ID"] == f"<{mail.id}@huntaze.example>"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == "Bonjour, Zoé.\n.\n", "the lone dot, too"
    assert html.get_content().strip() == "<p>Bonjour, Zoé."


@pytest.mark.parametrize(("answer", "error"), [("550 no such user", Refused), ("451 come again", Unsent)])
def test_a_refused_recipient_is_refused_for_good_or_for_now(sink: Sink, answer: str, error: type[Exception]) -> None:
    sink.answers["zoe@example.fr"] = answer

    with pytest.raises(error) as caught:
        SmtpMailer(sink.url).send(outgoing())

    assert "zoe" not in str(caught.value), "it is logged"
    assert "user" not in str(caught.value)


@pytest.mark.parametrize(("answer", "error"), [("554 spam", Refused), ("452 full", Unsent)])
def test_a_refused_text_is_refused_for_good_or_for_now(sink: Sink, answer: str, error: type[Exception]) -> None:
    sink.at_data.append(answer)

    with pytest.raises(error):
        SmtpMailer(sink.url).send(outgoing())
    SmtpMailer(sink.url).send(outgoing())

    assert len(sink.messages) == 1


def test_an_address_outside_ascii_arrives_where_such_are_known(sink: Sink) -> None:
    SmtpMailer(sink.url).send(outgoing(recipient="zoé@exämple.fr"))

    assert [message["To"] for message in sink.messages] == ["zoé@xn--exmple-cua.fr"]


def test_nobody_listening_is_no_refusal() -> None:
    with pytest.raises(Unsent):
        SmtpMailer("smtp://127.0.0.1:1").send(outgoing())


def test_a_password_is_not_said_in_the_clear(sink: Sink) -> None:
    """The server offers no TLS, and is not on this machine by its name."""
    mailer = SmtpMailer(f"smtp://user:hush@127.0.0.1.nip.invalid:{sink.port}")
    assert mailer._needs_tls
    mailer._host = "127.0.0.1"

    with pytest.raises(Unsent, match="SMTPNotSupported"):
        mailer.send(outgoing())
    assert sink.messages == []


def test_tls_can_be_required(sink: Sink) -> None:
    with pytest.raises(Unsent, match="SMTPNotSupported"):
        SmtpMailer(f"{sink.url}?tls=required").send(outgoing())


def test_a_server_that_falls_silent_does_not_hold_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(clients, "DIALOGUE_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(Unsent):
            SmtpMailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}").send(outgoing())

    assert time.monotonic() - began < 3


def test_a_server_that_answers_ever_so_slowly_does_not_hold_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "DIALOGUE_SECONDS", 1.0)
    began = time.monotonic()

    with slowly(seconds=0.4) as port, pytest.raises(Unsent):
        SmtpMailer(f"smtp://127.0.0.1:{port}").send(outgoing())

    assert time.monotonic() - began < 3


class slowly:  # noqa: N801  # used as a verb
    """A server that takes its time for each answer, and never comes to an end."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._listener = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> int:
        threading.Thread(target=self._answer, daemon=True).start()
        port: int = self._listener.getsockname()[1]
        return port

    def __exit__(self, *_error: object) -> None:
        self._listener.close()

    def _answer(self) -> None:
        connection, _peer = self._listener.accept()
        with connection:
            connection.sendall(b"220 hello\r\n")
            while connection.recv(4096):
                time.sleep(self._seconds)
                connection.sendall(b"250 go on\r\n")


def test_the_outbox_keeps_one_file_a_mail(tmp_path: Path) -> None:
    mail = outgoing()
    mailer = OutboxMailer(tmp_path / "new" / "outbox")

    mailer.send(mail)
    mailer.send(mail)

    [file] = (tmp_path / "new" / "outbox").iterdir()
    assert message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"] == "Été à Huntaze"
    (tmp_path / "file").touch()
    with pytest.raises(Unsent):
        OutboxMailer(tmp_path / "file" / "outbox").send(mail)


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": "Hello\r\nBcc: eve@example.org"},
        {"recipient": "a@example.fr\r\nBcc: eve@example.org"},
        {"recipient": "a@example.fr, eve@example.org"},
        {"recipient": "<a@example.fr>"},
    ],
)
def test_no_value_can_add_a_header_or_a_recipient(wrong: dict[str, str]) -> None:
    """B4."""
    with pytest.raises(Refused):
        compose(outgoing(**wrong))


def test_the_same_mail_is_composed_with_the_same_id_and_date() -> None:
    mail = outgoing(id=UUID(int=7))

    assert compose(mail)["Message-ID"] == compose(mail)["Message-ID"]
    assert compose(mail)["Date"] == "Sun, 29 Mar 2026 00:59:59 +0000"
    assert compose(mail)["X-Huntaze-Mail"] == str(UUID(int=7))


def test_ses_takes_mails_of_a_sender_it_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with aws(tmp_path / "aws.log") as endpoint:
        for name, value in {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
        }.items():
            monkeypatch.setenv(name, value)
        mailer = mailer_for(MailSettings(carrier=Carrier.SES, region="eu-west-3"))
        assert isinstance(mailer, SesMailer)
        with pytest.raises(Unsent, match="MessageRejected"):
            mailer.send(outgoing())

        with closing(boto3.client("sesv2", region_name="eu-west-3")) as administrator:
            administrator.create_email_identity(EmailIdentity=SENDER)
        mailer.send(outgoing())

        [sent] = _sent(ask(endpoint, "/_ministack/ses/messages"))
        assert (sent["To"], sent["Subject"]) == (["zoe@example.fr"], "Été à Huntaze")
        assert "Bonjour, Zoé." in sent["BodyText"]

    with pytest.raises(Unsent, match="EndpointConnectionError"):
        mailer.send(outgoing())
    mailer._client.close()


def _sent(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The mails of every account that the server tells of."""
    messages = answer["messages"]
    return messages if isinstance(messages, list) else [one for group in messages.values() for one in group]
