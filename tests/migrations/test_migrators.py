"""Migrators: one at a time, and none that makes readers wait."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from alembic.util import CommandError
from sqlalchemy import Engine, text

from config.settings import ROOT
from tests.migrations.conftest import Migrate
from tests.migrations.test_revisions import schema_of

LOCK_TIMEOUT = 1.0  # seconds, of every migration


def start_migrator(url: str) -> subprocess.Popen[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": url.replace("+psycopg", ""),
        "HUNTAZE_ENV": "testing",
        "PYTHONWARNINGS": "ignore",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stderr=subprocess.PIPE)


def revision(engine: Engine) -> Any:
    with engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def test_three_migrators_at_once_all_succeed(bare_url: str, engine: Engine) -> None:
    migrators = [start_migrator(bare_url) for _ in range(3)]

    ended = [(migrator.communicate(timeout=60)[1], migrator.returncode) for migrator in migrators]

    assert [code for _told, code in ended] == [0, 0, 0], ended
    assert sum("migrated" in told for told, _code in ended) == 1
    assert revision(engine) == (ROOT / "migrations" / "HEAD").read_text().strip()


def test_a_migration_gives_up_behind_a_reader_and_leaves_everything_as_it_was(
    engine: Engine, upgrade: Migrate, downgrade: Migrate
) -> None:
    upgrade("0001")  # where every table is one that is read
    before, at = schema_of(engine), revision(engine)

    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM users")).all()
        started = time.perf_counter()
        with pytest.raises(CommandError, match="lock timeout"):
            downgrade("base")
        waited = time.perf_counter() - started

    assert LOCK_TIMEOUT <= waited < LOCK_TIMEOUT + 3
    assert (schema_of(engine), revision(engine)) == (before, at)
    downgrade("base")
    assert schema_of(engine) == set()


def test_readers_wait_no_longer_than_the_migration(engine: Engine, upgrade: Migrate, downgrade: Migrate) -> None:
    upgrade("head")
    stalls: list[float] = []
    done = threading.Event()

    def read() -> None:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not done.is_set():
                started = time.perf_counter()
                connection.execute(text("SELECT count(*) FROM users")).all()
                stalls.append(time.perf_counter() - started)
                time.sleep(0.01)

    thread = threading.Thread(target=read)
    with engine.connect() as idle:
        idle.execute(text("SELECT count(*) FROM users")).all()
        thread.start()
        with pytest.raises(CommandError):
            downgrade("base")
        done.set()
        thread.join()

    assert LOCK_TIMEOUT / 2 < max(stalls) < LOCK_TIMEOUT + 1  # one did wait


def test_a_migration_that_fails_midway_changes_nothing(engine: Engine, upgrade: Migrate) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE sessions (in_the_way int)"))
    before = schema_of(engine)

    with pytest.raises(CommandError, match="already exists"):
        upgrade("head")

    assert schema_of(engine) == before
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE sessions"))
    upgrade("head")
    assert revision(engine) is not None


def test_a_failed_migrator_lets_the_next_one_in(engine: Engine, upgrade: Migrate) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE users (in_the_way int)"))
    with pytest.raises(CommandError):
        upgrade("head")

    with engine.connect() as connection:
        held = connection.execute(
            text(
                "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
                "WHERE locktype = 'advisory' AND datname = current_database()"
            )
        ).scalar()

    assert held == 0
