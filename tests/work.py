"""Doing the jobs of an application, in the test's own thread."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from flask import Flask

from huntaze_app.jobs import ROUTE
from repositories.work import do_next


def work_off(app: Flask) -> int:
    """Do every job that is due, and return how many there were."""
    backend = app.extensions["stores"].backend(ROUTE)
    work = app.extensions["jobs"].work(backend.name)
    done = 0
    while do_next(backend, work):
        done += 1
    return done


def outbox(app: Flask) -> list[EmailMessage]:
    """The mails that were sent, by the time they were."""
    files = sorted(app.extensions["settings"].mail.outbox.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def body(mail: EmailMessage, kind: str = "plain") -> str:
    """One of the two forms of a mail."""
    part = mail.get_body((kind,))
    assert part is not None, f"no {kind} in it"
    return str(part.get_content())
