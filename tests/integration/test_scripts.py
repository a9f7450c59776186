"""The operators' scripts, run as operators run them, on databases of their own."""

from __future__ import annotations

import csv
import io
import itertools
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.embedded_postgres import create_database, drop_database
from config.embedded_postgres.databases import database_url as with_name
from repositories.postgres.checks import ANY_FIX, FIXES

CHECKOUT = Path(__file__).parents[2]
DEAD = "postgresql://huntaze:secret-of-nobody@127.0.0.1:1/huntaze"
INHERITED = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
ON_MEMORY = "auth=memory,users=memory,billing=memory,admin=memory"
WAITING = """
    SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted
"""
names = (f"huntaze_scripts_{os.getpid()}_{number}" for number in itertools.count())

Done = subprocess.CompletedProcess[str]


def run(command: str, url: str | None, *options: str, cwd: Path = CHECKOUT, **environment: Any) -> Done:
    """Run a script or a program of .venv with this DATABASE_URL, and with nothing else that was set."""
    env = {**INHERITED, **({} if url is None else {"DATABASE_URL": url}), **environment}
    program = CHECKOUT / ("scripts" if command.endswith(".sh") else ".venv/bin") / command
    return subprocess.run(
        [program, *options], cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def one_line(text: str) -> str:
    """The only line of a text."""
    (line,) = text.strip().splitlines()
    return line


@pytest.fixture
def bare_url(server_url: str) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    name = next(names)
    yield create_database(server_url, name).replace("+psycopg", "")
    drop_database(server_url, name)


@pytest.fixture(scope="module")
def ready_url(server_url: str) -> Iterator[str]:
    """The URL of a database that scripts/init-database.sh prepared."""
    name = next(names)
    url = create_database(server_url, name).replace("+psycopg", "")
    assert run("init-database.sh", url).returncode == 0
    yield url
    drop_database(server_url, name)


@pytest.fixture
def rows(ready_url: str) -> Callable[[str], list[tuple[object, ...]]]:
    """What a query finds in the prepared database."""

    def fetch(query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(ready_url) as connection:
            return connection.execute(query.encode()).fetchall()

    return fetch


def test_a_database_is_migrated_and_seeded_and_a_second_time_nothing_changes(bare_url: str) -> None:
    first = run("init-database.sh", bare_url)
    second = run("init-database.sh", bare_url)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "creatrice@huntaze.test (CREATOR)" in first.stdout
    assert "admin@huntaze.test (ADMIN)" in first.stdout
    assert first.stdout == second.stdout  # the same unused invitation, too
    assert "migrated" in first.stderr
    assert "migrated" not in second.stderr


def test_production_is_initialised_with_its_own_password(bare_url: str) -> None:
    production: dict[str, Any] = {"HUNTAZE_ENV": "production", "SECRET_KEY": "k" * 32}

    refused = run("init-database.sh", bare_url, **production)
    done = run("init-database.sh", bare_url, **production, SEED_PASSWORD="a strong one")

    assert refused.returncode == 1
    assert "SEED_PASSWORD" in one_line(refused.stderr)
    assert done.returncode == 0, done.stderr
    assert '"event":"migrated"' in done.stderr


@pytest.mark.parametrize("script", ["init-database.sh", "validate-database.sh"])
@pytest.mark.parametrize("url", [None, "", "mysql://root@localhost/huntaze", "sqlite:///huntaze.db", "localhost"])
def test_no_postgres_address_is_told_in_one_line(script: str, url: str | None) -> None:
    done = run(script, url)

    assert done.returncode == 1
    assert done.stdout == ""
    assert re.match(r"FAIL  DATABASE_URL: not .+\. Fix: set it to postgresql://", one_line(done.stderr))


@pytest.mark.parametrize("script", ["init-database.sh", "validate-database.sh", "generate-beta-codes.sh"])
def test_a_dead_server_is_told_without_a_traceback_or_a_password(script: str) -> None:
    done = run(script, DEAD)

    assert done.returncode == 1
    assert "Connection refused" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "secret-of-nobody" not in done.stdout + done.stderr


def test_a_port_that_is_none_is_a_fault_of_the_address() -> None:
    done = run("validate-database.sh", "postgresql://huntaze:secret-of-nobody@127.0.0.1:abc/huntaze")

    assert done.returncode == 1
    assert "DATABASE_URL: must look like" in done.stderr
    assert "secret-of-nobody" not in done.stderr


def test_a_database_that_does_not_exist_is_told_with_what_to_do(server_url: str) -> None:
    done = run("validate-database.sh", with_name(server_url, "nowhere").replace("+psycopg", ""))

    assert done.returncode == 1
    assert 'database "nowhere" does not exist' in done.stdout
    assert "Fix: create that database" in done.stdout


def test_a_ready_database_passes_every_check(ready_url: str) -> None:
    done = run("validate-database.sh", ready_url)

    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert all(line.startswith("ok    ") for line in lines)
    checked = [line.removeprefix("ok    ").partition(":")[0] for line in lines]
    tables = ["table users", "table sessions", "table subscription_records"]
    assert checked == ["DATABASE_URL", "connection", "migrations", *tables, "latency"]


def test_an_unmigrated_database_fails_each_check_that_a_migration_mends(bare_url: str) -> None:
    done = run("validate-database.sh", bare_url)

    assert done.returncode == 1
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert len(failed) == 4  # migrations, and three tables
    assert all(line.endswith("Fix: run `flask db upgrade`") for line in failed)


def test_a_database_of_another_revision_is_not_valid(bare_url: str) -> None:
    assert run("init-database.sh", bare_url).returncode == 0
    with psycopg.connect(bare_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")

    done = run("validate-database.sh", bare_url)

    assert done.returncode == 1
    assert "FAIL  migrations: at 0000" in done.stdout


def test_a_migration_that_fails_stops_before_the_seeds(bare_url: str) -> None:
    with psycopg.connect(bare_url) as connection:
        connection.execute("CREATE TABLE users (id int)")

    done = run("init-database.sh", bare_url)

    assert done.returncode == 1
    assert 'Error: the database refused to be migrated: relation "users" already exists' in done.stderr
    assert "Traceback" not in done.stderr
    assert "Seeding" not in done.stderr


def test_a_second_migrator_waits_for_the_first(bare_url: str) -> None:
    with psycopg.connect(bare_url, autocommit=True) as first, ThreadPoolExecutor() as elsewhere:
        first.execute("SELECT pg_advisory_lock(4801746921)")
        second = elsewhere.submit(run, "flask", bare_url, "db", "upgrade")
        while not first.execute(WAITING).fetchone():
            assert not second.done(), second.result().stderr
            time.sleep(0.05)
        time.sleep(3)  # longer than the lock_timeout of ordinary connections
        first.execute("SELECT pg_advisory_unlock(4801746921)")

        assert second.result().returncode == 0, second.result().stderr


@pytest.mark.parametrize("command", [("seed",), ("invites", "create")])
def test_commands_that_store_say_that_migrations_are_pending(bare_url: str, command: tuple[str, ...]) -> None:
    done = run("flask", bare_url, *command)

    assert done.returncode == 1
    assert done.stdout == ""
    assert one_line(done.stderr).startswith("Error: migrations: at none")


@pytest.mark.parametrize("command", [("seed",), ("invites", "create")])
def test_commands_refuse_to_store_what_nobody_would_find(command: tuple[str, ...]) -> None:
    done = run("flask", None, *command, ROUTE_BACKENDS=ON_MEMORY)

    assert done.returncode == 1
    assert "is on memory" in one_line(done.stderr)


@pytest.mark.parametrize("command", [("db", "upgrade"), ("db", "migrate", "-m", "more"), ("db",), ("check-database",)])
def test_without_a_database_there_is_nothing_to_migrate_or_check(command: tuple[str, ...]) -> None:
    done = run("flask", None, *command, ROUTE_BACKENDS=ON_MEMORY)

    assert done.returncode == 1
    assert "no route is on postgres" in one_line(done.stderr)


def test_fifty_open_codes_are_made_unless_told_otherwise(
    ready_url: str, rows: Callable[[str], list[tuple[object, ...]]]
) -> None:
    done = run("generate-beta-codes.sh", ready_url)

    assert done.returncode == 0, done.stderr
    made = list(csv.DictReader(io.StringIO(done.stdout)))
    stored = {row[0] for row in rows("SELECT code FROM beta_invites WHERE email IS NULL AND used_at IS NULL")}
    assert len({row["code"] for row in made}) == 50
    assert all(re.fullmatch("[0-9A-F]{16}", row["code"]) and row["email"] == "" for row in made)
    assert {row["code"] for row in made} <= stored


def test_a_count_of_codes_is_made(ready_url: str) -> None:
    done = run("generate-beta-codes.sh", ready_url, "--count", "3")

    assert (done.returncode, len(done.stdout.splitlines())) == (0, 4)


def test_a_file_of_addresses_is_found_from_where_the_caller_is(
    ready_url: str, tmp_path: Path, rows: Callable[[str], list[tuple[object, ...]]]
) -> None:
    (tmp_path / "beta.txt").write_text("\ufeff# the first two\nZoe@Example.fr\n\nléa@example.fr\nzoe@example.fr\n")

    done = run("generate-beta-codes.sh", ready_url, "--emails", "beta.txt", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    made = [(row["email"], row["code"]) for row in csv.DictReader(io.StringIO(done.stdout))]
    assert [email for email, _ in made] == ["zoe@example.fr", "léa@example.fr"]
    assert set(made) == set(rows("SELECT email, code FROM beta_invites WHERE email IS NOT NULL"))


def test_a_file_with_a_fault_makes_no_code_and_names_the_fault(
    ready_url: str, tmp_path: Path, rows: Callable[[str], list[tuple[object, ...]]]
) -> None:
    (tmp_path / "beta.txt").write_text("fine@example.fr\nnot an address\n")

    done = run("generate-beta-codes.sh", ready_url, "--emails", str(tmp_path / "beta.txt"))

    assert done.returncode == 1
    assert done.stdout == ""
    assert "beta.txt: not an address : " in one_line(done.stderr)
    assert rows("SELECT 1 FROM beta_invites WHERE email = 'fine@example.fr'") == []


@pytest.mark.parametrize(
    "options", [("--count", "0"), ("--count", "201"), ("--count", "ten"), ("--emails", "missing.txt")]
)
def test_impossible_options_are_refused(ready_url: str, options: tuple[str, ...]) -> None:
    done = run("generate-beta-codes.sh", ready_url, *options)

    assert (done.returncode, done.stdout) == (2, "")


def test_a_count_and_a_file_are_one_too_many(ready_url: str, tmp_path: Path) -> None:
    (tmp_path / "beta.txt").write_text("fine@example.fr\n")

    done = run("generate-beta-codes.sh", ready_url, "--count", "2", "--emails", str(tmp_path / "beta.txt"))

    assert (done.returncode, done.stdout) == (2, "")
    assert "one of the two" in done.stderr


def test_every_known_cause_of_a_failed_connection_has_its_own_fix() -> None:
    fixes = [fix for _, fix in FIXES]
    assert len({*fixes, ANY_FIX}) == len(fixes) + 1
