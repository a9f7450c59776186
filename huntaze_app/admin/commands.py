"""Invitations from the command line."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from marshmallow import ValidationError

from huntaze_app.admin import service
from huntaze_app.admin.schemas import MOST_INVITES
from huntaze_app.clock import now
from huntaze_app.fields import Emails
from huntaze_app.stores import store_router

commands = AppGroup("invites", help="Invitations to the closed beta.")


@commands.command("create")
@click.option("--count", type=click.IntRange(1, 200), default=50, show_default=True, help="Codes that are open to any.")
@click.option(
    "--emails", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file: an address a line."
)
def create(count: int, emails: Path | None) -> None:
    """Make invitations and write them as CSV to standard output."""
    wanted: list[str | None] = [None] * count
    if emails is not None:
        wanted = [*_addresses(emails)]
    made = store_router().run("admin", lambda stores: service.invite(stores, wanted, now()))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["email", "code"])
    out.writerows([one.invite.email or "", one.invite.code] for one in made)


def _addresses(file: Path) -> list[str]:
    lines = [line.strip() for line in file.read_text(encoding="utf-8-sig").splitlines()]
    try:
        return Emails(MOST_INVITES).parse([line for line in lines if line and not line.startswith("#")])
    except ValidationError as error:
        raise click.ClickException(f"{file}: {error}") from error
