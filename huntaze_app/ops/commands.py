"""Commands for whoever runs the product."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click
from flask import current_app
from flask.cli import with_appcontext

from huntaze_app.clock import new_invite_code, now
from huntaze_app.extensions import passwords
from huntaze_app.route_table import RouteRow, route_rows
from huntaze_app.seeds import ACCOUNTS, seed
from huntaze_app.stores import store_router
from repositories.stores import Check


@click.command("backends")
@with_appcontext
def backends() -> None:
    """List which backend answers which route, and the toggle that decided."""
    rows = route_rows(current_app, store_router().toggles)
    table = [("URL", "METHODS", "ENDPOINT", "ACCESS", "BACKEND", "RULE", "STORES"), *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _cells(row: RouteRow) -> tuple[str, ...]:
    mark = " (split)" if row.is_split else ""
    choice = (row.backend or "-", row.rule or "-")
    return (row.url, ",".join(row.methods), row.endpoint, row.access, *choice, (", ".join(row.stores) or "-") + mark)


@click.command("seed")
@with_appcontext
def seed_accounts() -> None:
    """Make the two beta accounts, where they are missing, and print an unused invitation code."""
    settings = current_app.extensions["settings"]
    if settings.seed_password is None:
        raise click.ClickException("SEED_PASSWORD: must be set in production, and strong")
    offered = settings.seed_invite_code or new_invite_code()
    hashed = passwords().hash(settings.seed_password)
    code = store_router().run("auth", lambda stores: seed(stores, hashed, offered, now()))
    for email, role in ACCOUNTS:
        click.echo(f"{email} ({role})")
    click.echo(f"invitation {code}")


@click.command("check-database")
@with_appcontext
def check() -> None:
    """Check the database, a line each with cause and fix; exit 1 if anything fails."""
    backend = store_router().backends.get("postgres")
    if backend is None:
        raise click.ClickException("no route is on postgres: nothing to check")
    checks = backend.checks()
    for one in checks:
        click.echo(_line(one))
    sys.exit(0 if all(one.is_passed for one in checks) else 1)


def _line(one: Check) -> str:
    mark = "ok  " if one.is_passed else "FAIL"
    return f"{mark}  {one.name}: {one.found}" + ("" if one.is_passed else f"\n      fix: {one.fix}")


COMMANDS: Iterable[click.Command] = (backends, seed_accounts, check)
