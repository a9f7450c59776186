"""The outbox, to read mails that were not sent: outside production, and only where mails go into a folder."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from huntaze_app.edge import OWN_POLICY

# A mail is no page of ours: nothing in it runs or loads, and only our own page may show it.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
SHOWN = 100

blueprint = Blueprint("outbox", __name__, url_prefix="/dev/outbox", template_folder="templates")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the newest mails."""
    newest = sorted(_folder().glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
    mails = [(file.stem, _read(file)) for file in newest[:SHOWN]]
    return render_template("outbox/index.html", mails=mails)


@blueprint.get("/<uuid:mail_id>")
def show(mail_id: UUID) -> ResponseReturnValue:
    """Show one mail in both its forms."""
    mail = _find(mail_id)
    return render_template("outbox/show.html", mail=mail, mail_id=mail_id, text=_body(mail, "plain"))


@blueprint.get("/<uuid:mail_id>/html")
def html(mail_id: UUID) -> ResponseReturnValue:
    """Give the HTML of a mail, to be shown in a frame."""
    mail = _find(mail_id)
    request.environ[OWN_POLICY] = MAIL_POLICY
    return _body(mail, "html")


def _folder() -> Path:
    folder: Path = current_app.extensions["settings"].mail.outbox
    return folder


def _find(mail_id: UUID) -> EmailMessage:
    file = _folder() / f"{mail_id}.eml"
    if not file.is_file():
        abort(404)
    return _read(file)


def _read(file: Path) -> EmailMessage:
    return message_from_bytes(file.read_bytes(), policy=policy.default)


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""
