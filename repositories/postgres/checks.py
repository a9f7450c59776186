"""Is the database there, migrated and quick."""

from __future__ import annotations

import time

import psycopg
from sqlalchemy import bindparam, func, select, text

from repositories.errors import RepositoryError
from repositories.postgres.statements import Statement
from repositories.postgres.unit import Unit
from repositories.stores import Check, Health

ESSENTIAL = ("users", "sessions", "subscription_records")  # R5.3
SLOW_MS = 100.0

_PING = Statement(select(1))
_REVISION = Statement(text("SELECT version_num FROM alembic_version"))
_TABLE = Statement(select(func.to_regclass(bindparam("name"))))

MIGRATE = "run `flask db upgrade`"
# What a server or libpq says of a connection that failed (such errors carry no SQLSTATE), and what to do.
FIXES = (
    ("password authentication failed", "correct the user and the password in DATABASE_URL"),
    ("does not exist", "create that database or role, or correct its name in DATABASE_URL"),
    ("Connection refused", "start the server, or correct the host and the port in DATABASE_URL"),
    ("resolve host name", "correct the host in DATABASE_URL"),
    ("timeout expired", "open the network between here and the server (security group, firewall), or correct the host"),
)
ANY_FIX = "is the server running, and do host, port, user, password and database of DATABASE_URL name it?"


def health(unit: Unit, revision: str) -> Health:
    """Say whether the database answers, and is at the revision the code is written for."""
    start = time.perf_counter()
    problem = _problem(unit, revision)
    return Health(problem is None, _since(start), problem)


def checks(unit: Unit, revision: str) -> tuple[Check, ...]:
    """Check connectivity, tables, migrations and latency; nothing after a failed connection."""
    try:
        unit.fetch_one(_PING)
    except RepositoryError as error:
        return (_failed_connection(_first_line(error)),)
    tables = (_table_check(unit, name) for name in ESSENTIAL)
    return (
        Check("connection", is_passed=True, found="SELECT 1 answered"),
        _revision_check(unit, revision),
        *tables,
        _latency_check(unit),
    )


def _failed_connection(cause: str) -> Check:
    fix = next((fix for words, fix in FIXES if words in cause), ANY_FIX)
    return Check("connection", is_passed=False, found=cause, fix=fix)


def _problem(unit: Unit, revision: str) -> str | None:
    try:
        found = _found_revision(unit)
    except RepositoryError:
        return "database unreachable"
    return None if found == revision else "migrations pending"


def _found_revision(unit: Unit) -> str | None:
    try:
        row = unit.fetch_one(_REVISION)
    except psycopg.errors.UndefinedTable:
        return None
    return row[0] if row else None


def _table_check(unit: Unit, name: str) -> Check:
    row = unit.fetch_one(_TABLE, name=name)
    exists = row is not None and row[0] is not None
    return Check(f"table {name}", exists, "exists" if exists else "missing", MIGRATE)


def _revision_check(unit: Unit, revision: str) -> Check:
    found = _found_revision(unit)
    fix = f"{MIGRATE}, or deploy the code that is written for {found}" if found else MIGRATE
    return Check("migrations", found == revision, f"at {found or 'none'}, the code is written for {revision}", fix)


def _latency_check(unit: Unit) -> Check:
    start = time.perf_counter()
    unit.fetch_one(_PING)
    latency = _since(start)
    fix = "is the database in the same region, and is it overloaded?"
    return Check("latency", latency < SLOW_MS, f"{latency} ms (limit {SLOW_MS:g})", fix)


def _since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 2)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
