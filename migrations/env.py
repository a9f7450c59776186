"""Runs the migrations: one migrator at a time, and none that makes readers wait for a lock."""

from __future__ import annotations

from typing import Any

import structlog
from alembic import context
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

MIGRATOR_LOCK = 4_801_746_921  # any number, the same for every migrator of this product
LIMITS = {"lock_timeout": "1s", "statement_timeout": "60s", "idle_in_transaction_session_timeout": "60s"}
WAITING = {"lock_timeout": "120s", "statement_timeout": "120s"}  # for the migrator before; connections come with less

database = current_app.extensions["migrate"].db


def _options() -> dict[str, Any]:
    configured: dict[str, Any] = current_app.extensions["migrate"].configure_args
    return {
        "target_metadata": database.metadata,
        "compare_type": True,
        "include_name": _is_ours,
        "transaction_per_migration": True,
        "on_version_apply": _note,
        **configured,
    }


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "table" or not str(name).startswith("procrastinate_")  # its schema is its own, see revision 0003


def _note(*, step: Any, **_context: Any) -> None:
    reached = ", ".join(step.destination_revision_ids) or "nothing"
    structlog.get_logger().info("migrated", direction="up" if step.is_upgrade else "down", revision=reached)


def _begin(connection: Connection) -> None:
    # A session lock: it outlives the transaction of each migration and ends with the connection.
    _limit(connection, WAITING)
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATOR_LOCK})
    _limit(connection, LIMITS)
    connection.commit()


def _limit(connection: Connection, limits: dict[str, str]) -> None:
    for name, value in limits.items():
        connection.execute(text("SELECT set_config(:name, :value, false)"), {"name": name, "value": value})


def migrate_offline() -> None:
    """Write the SQL, for review or for a linter."""
    context.configure(url=database.engine.url, literal_binds=True, **_options())
    with context.begin_transaction():
        context.run_migrations()


def migrate_online() -> None:
    """Migrate the database."""
    with database.engine.connect() as connection:
        _begin(connection)
        context.configure(connection=connection, **_options())
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    migrate_offline()
else:
    try:
        migrate_online()
    except DBAPIError as error:  # told in one line: a pipeline stops here, and somebody reads why
        raise CommandError(f"the database refused to be migrated: {str(error.orig).strip().splitlines()[0]}") from error
