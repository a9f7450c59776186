"""Everything an application has stored, as it is at one moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import psycopg
from flask import Flask

from repositories.memory.schema import Tables

Snapshot = dict[str, list[str]]  # table -> a line for each row
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
USE = "last_seen_at"  # of a session: written down while it is used


def snapshot(app: Flask) -> Snapshot:
    """Return every row of every table; when a session was last used is left out."""
    url: str | None = app.extensions["settings"].database_url
    found = _postgres(url) if url else _memory(app.extensions["stores"].backends["memory"]._database)
    return {name: sorted(map(repr, rows)) for name, rows in found}


def changed(before: Snapshot, after: Snapshot) -> list[str]:
    """Return the names of the tables that are not what they were."""
    return sorted(name for name in before if before[name] != after[name])


def _memory(database: Any) -> Iterator[tuple[str, list[Any]]]:
    for table in fields(Tables):
        rows = getattr(database, table.name).rows.values()
        yield table.name, [{key: getattr(row, key) for key in _names(row) if key != USE} for row in rows]


def _names(row: Any) -> list[str]:
    return [one.name for one in fields(row)]


def _postgres(url: str) -> Iterator[tuple[str, list[Any]]]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        for (table,) in connection.execute(TABLES).fetchall():
            query = f"SELECT to_jsonb({table}) - '{USE}' FROM {table}"  # noqa: S608  # names of ours
            yield table, [row for (row,) in connection.execute(query.encode())]
