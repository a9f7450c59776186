"""Invitations from the command line."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from marshmallow import ValidationError

from huntaze_app.admin import service
from huntaze_app.admin.schemas import MOST_INVITES
from huntaze_app.clock import now
from huntaze_app.commands import run
from huntaze_app.fields import Emails

COUNT = 50  # R11.5

commands = AppGroup("invites", help="Invitations to the closed beta.")


@commands.command("create")
@click.option("--count", type=click.IntRange(1, MOST_INVITES), help=f"Codes that are open to any. [default: {COUNT}]")
@click.option(
    "--emails",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file: an address a line; each is mailed its code.",
)
def create(count: int | None, emails: Path | None) -> None:
    """Make invitations and write them as CSV to standard output; those for an address are mailed."""
    if count and emails:
        raise click.UsageError("--count and --emails: one of the two")
    wanted = [*_addresses(emails)] if emails else [None] * (count or COUNT)
    made = run("admin", lambda stores: service.invite(stores, wanted, now()))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["email", "code"])
    out.writerows([one.invite.email or "", one.invite.code] for one in made)


def _addresses(file: Path) -> list[str]:
    """Read the addresses of a file; raises ClickException that names each one that is none."""
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8-sig").splitlines()]
        with force_locale("en"):  # as every word to operators
            return Emails(MOST_INVITES).parse([line for line in lines if line and not line.startswith("#")])
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file}: not a text in UTF-8") from error
    except ValidationError as error:
        raise click.ClickException(f"{file}: {'; '.join(_texts(error))}") from error


def _texts(error: ValidationError) -> list[str]:
    # `Emails` reports by place in the list, or one fault of the whole list
    faults = error.messages_dict.values() if isinstance(error.messages, dict) else [error.messages]
    return [str(text) for texts in faults for text in texts]
