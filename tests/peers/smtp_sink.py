"""An SMTP server that keeps what it is given, and may refuse, dawdle or vanish."""

from __future__ import annotations

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope


@dataclass
class Sink:
    """What was delivered, in order, and how the next deliveries go."""

    messages: list[EmailMessage] = field(default_factory=list)
    kept_at: list[float] = field(default_factory=list)  # time.monotonic() of each
    answers: dict[str, str] = field(default_factory=dict)  # recipient -> a refusal at RCPT
    at_data: list[str] = field(default_factory=list)  # refusals of the next messages
    before: float = 0.0  # seconds until a message is kept
    after: float = 0.0  # seconds from then until its sender hears of it
    port: int = 0

    async def handle_RCPT(  # noqa: N802  # aiosmtpd calls it so
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or refuse."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        """Keep a message, or refuse; once it is kept the sender may die without hearing of it."""
        if self.at_data:
            return self.at_data.pop(0)
        assert isinstance(envelope.content, bytes)
        await asyncio.sleep(self.before)
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        self.kept_at.append(time.monotonic())
        await asyncio.sleep(self.after)
        return "250 OK"

    @property
    def url(self) -> str:
        """Where it listens, as EMAIL_SERVER wants it."""
        return f"smtp://127.0.0.1:{self.port}"

    def copies(self) -> Counter[str]:
        """How often each Message-ID came."""
        return Counter(str(message["Message-ID"]) for message in self.messages)

    def first_kept_at(self, message_id: str) -> float:
        """When the first copy came."""
        ids = [str(message["Message-ID"]) for message in self.messages]
        return self.kept_at[ids.index(message_id)]

    def wait_for(self, count: int, seconds: float) -> None:
        """Wait until so many different mails came."""
        end = time.monotonic() + seconds
        while len(self.copies()) < count:
            assert time.monotonic() < end, f"{len(self.copies())} of {count} mails after {seconds:g} s"
            time.sleep(0.05)


@contextmanager
def listening(**how: Any) -> Iterator[Sink]:
    """A sink on a free port of this machine, in a thread of its own."""
    sink = Sink(**how)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        sink.port = probe.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, enable_SMTPUTF8=True)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
