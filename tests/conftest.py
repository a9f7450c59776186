"""A real Postgres for the whole run, both backends, and applications on either."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import flask_migrate
import psycopg
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from config.embedded_postgres import EmbeddedPostgres, create_database, drop_database
from config.mail import MailSettings
from config.settings import ROOT, Environment, Settings, Toggles, database_url
from huntaze_app import create_app
from huntaze_app.factory import CONNECT_ARGS, HIT_ARGS, MIGRATIONS
from repositories.interfaces.hits import HitRepository
from repositories.memory.backend import MemoryBackend
from repositories.memory.hits import MemoryHitRepository
from repositories.postgres.backend import PostgresBackend
from repositories.postgres.models import db
from repositories.stores import Backend

AREAS = ("auth", "users", "billing", "admin", "analytics", "metrics")
BACKENDS = ("memory", "postgres")
QUEUE_TABLES = ("procrastinate_jobs", "procrastinate_workers", "procrastinate_periodic_defers")

# Without triggers, for the audit trail lets nobody empty it, and DELETE, for TRUNCATE makes a file for each table.
EMPTY = "; ".join(
    (
        "SET session_replication_role = replica",
        *(f"DELETE FROM {table}" for table in (*db.metadata.tables, *QUEUE_TABLES)),  # noqa: S608  # names of ours
    )
)

MakeApp = Callable[..., Flask]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of this suite."""
    parser.addoption(
        "--fault-rounds", type=int, help="how often fault tests race, kill and cut; a few times by default"
    )
    parser.addoption("--sequences", type=int, default=200, help="how many random sequences drive both backends")
    parser.addoption("--steps", type=int, default=30, help="how many steps each of them has")


@pytest.fixture(scope="session", autouse=True)
def _compiled_catalogues() -> None:
    """Compile the translations that changed: pytest may be run without scripts/test."""
    for source in (ROOT / "huntaze_app" / "translations").glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime <= source.stat().st_mtime:
            half = compiled.with_suffix(f".{os.getpid()}")  # another worker may be at it
            with source.open("rb") as po, half.open("wb") as mo:
                write_mo(mo, read_po(po))
            half.replace(compiled)


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server for this run: TEST_DATABASE_URL, or an embedded one that the workers share."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with EmbeddedPostgres(folder / "postgres", durable=False) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_url(server_url: str) -> Iterator[str]:
    """The URL of a database with every migration applied, of this worker alone."""
    name = f"huntaze_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    url = database_url(create_database(server_url, name))
    app = create_app(settings_for("postgres", url))
    with app.app_context():
        flask_migrate.upgrade()
        app.extensions["stores"].close()
    yield url
    drop_database(server_url, name)


@pytest.fixture
def empty_database(migrated_url: str) -> str:
    """The URL of the migrated database, with no row in it."""
    with psycopg.connect(migrated_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(EMPTY.encode())
    return migrated_url


@pytest.fixture(params=BACKENDS)
def backend_name(request: pytest.FixtureRequest) -> str:
    """The name of a backend: the test runs once on each."""
    return str(request.param)


@pytest.fixture
def backend(backend_name: str, request: pytest.FixtureRequest) -> Iterator[Backend]:
    """An empty backend."""
    if backend_name == "memory":
        yield MemoryBackend()
        return
    made = postgres_backend(request.getfixturevalue("empty_database"))
    yield made
    made.close()


def postgres_backend(url: str, *, pool_size: int = 10) -> PostgresBackend:
    """A Postgres backend on a migrated database."""
    engine = create_engine(url, poolclass=NullPool, connect_args=CONNECT_ARGS)
    revision = Path(MIGRATIONS / "HEAD").read_text().strip()
    return PostgresBackend(engine, pool_size=pool_size, pool_timeout=2.0, revision=revision)


@pytest.fixture
def hits(backend_name: str, request: pytest.FixtureRequest) -> Iterator[HitRepository]:
    """Where hits are counted, empty."""
    if backend_name == "memory":
        yield MemoryHitRepository()
        return
    made, holder = postgres_hits(request.getfixturevalue("empty_database"))
    yield made
    holder.close()


def postgres_hits(url: str) -> tuple[HitRepository, PostgresBackend]:
    """Hits on Postgres, and the backend to close."""
    backend = postgres_backend(url, pool_size=1)
    return backend.hits(create_engine(url, poolclass=NullPool, connect_args=HIT_ARGS)), backend


def settings_for(backend: str, url: str | None = None, **changes: object) -> Settings:
    """Settings of a test: every area on one backend, and cheap password hashes."""
    chosen: dict[str, object] = {
        "environment": Environment.TESTING,
        "toggles": Toggles(dict.fromkeys(AREAS, backend)),
        "secret_key": "a secret of the tests, and of nobody else",
        "database_url": url if backend == "postgres" else None,
        "ratelimit_enabled": False,
        "password_memory_kib": 64,
        "password_time_cost": 1,
        **changes,
    }
    return Settings(**chosen)  # type: ignore[arg-type]  # the names are those of Settings


@pytest.fixture
def make_app(request: pytest.FixtureRequest) -> Iterator[MakeApp]:
    """Makes applications with every area on one backend, on an empty database, and closes them."""
    with ExitStack() as stack:

        def make(backend: str, **changes: object) -> Flask:
            url = request.getfixturevalue("empty_database") if backend == "postgres" else None
            outbox = MailSettings(outbox=request.getfixturevalue("tmp_path") / "outbox")
            app = create_app(settings_for(backend, url, **{"mail": outbox, **changes}))
            stack.callback(app.extensions["stores"].close)
            return app

        yield make


@pytest.fixture
def app(backend_name: str, make_app: MakeApp) -> Flask:
    """An application, once on each backend."""
    return make_app(backend_name)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor of the application."""
    return app.test_client()
