"""Commands for whoever runs the product."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import with_appcontext

from huntaze_app.clock import new_invite_code, now
from huntaze_app.commands import line, run
from huntaze_app.extensions import passwords
from huntaze_app.route_table import RouteRow, route_rows
from huntaze_app.seeds import ACCOUNTS, seed
from huntaze_app.stores import store_router
from repositories.stores import Check

NO_ROUTE = "no route is on postgres (config/routes.toml, ROUTE_BACKENDS)"


@click.command("backends")
@with_appcontext
def backends() -> None:
    """List which backend answers which route, and the toggle that decided."""
    rows = route_rows(current_app, store_router().toggles)
    table = [("URL", "METHODS", "ENDPOINT", "ACCESS", "BACKEND", "RULE", "STORES"), *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for cells in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())


def _cells(row: RouteRow) -> tuple[str, ...]:
    mark = " (split)" if row.is_split else ""
    choice = (row.backend or "-", row.rule or "-")
    return (row.url, ",".join(row.methods), row.endpoint, _access(row), *choice, (", ".join(row.stores) or "-") + mark)


def _access(row: RouteRow) -> str:
    """Return who may call a route, and what an API key needs to."""
    return f"{row.access}, {row.scope}" if row.scope else row.access


@click.command("seed")
@with_appcontext
def seed_accounts() -> None:
    """Make the two beta accounts, where they are missing, and print an unused invitation code."""
    settings = current_app.extensions["settings"]
    if settings.seed_password is None:
        raise click.ClickException("SEED_PASSWORD: must be set in production, and strong")
    offered = settings.seed_invite_code or new_invite_code()
    hashed = passwords().hash(settings.seed_password)
    code = run("auth", lambda stores: seed(stores, hashed, offered, now()))
    for email, role in ACCOUNTS:
        click.echo(f"{email} ({role})")
    click.echo(f"invitation {code}")


@click.command("check-database")
@with_appcontext
def check() -> None:
    """Check the database, a line each with cause and fix; exit 1 if anything fails."""
    backend = store_router().backends.get("postgres")
    if backend is None:
        raise click.ClickException(f"nothing to check: {NO_ROUTE}")
    checks = (_address(current_app.extensions["settings"].database_url), *backend.checks())
    for one in checks:
        click.echo(line(one))
    sys.exit(0 if all(one.is_passed for one in checks) else 1)


def _address(url: str) -> Check:
    """Return the check of an address that was good enough to start with, without its password."""
    parts = urlsplit(url)
    place = f"{parts.hostname or 'the local socket'}{f':{parts.port}' if parts.port else ''}"
    return Check("DATABASE_URL", is_passed=True, found=f"{parts.username or 'you'} at {place}{parts.path}")


@click.command("db", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def no_database() -> None:
    """Migrate nothing: in place of Flask-Migrate's commands where there is no database."""
    raise click.ClickException(f"no database to migrate: DATABASE_URL is not set, and {NO_ROUTE}")


COMMANDS: Iterable[click.Command] = (backends, seed_accounts, check)
