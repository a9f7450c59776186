"""Servers that may be killed: a cluster and web servers of the fault tests alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import psycopg
import pytest

from config.embedded_postgres import EmbeddedPostgres, create_database, drop_database
from config.settings import database_url
from huntaze_app import create_app
from huntaze_app.admin.service import invite
from huntaze_app.clock import now
from scripts.invariants import ALWAYS, UNLESS_ERASED, violations
from tests.conftest import postgres_backend, settings_for
from tests.faults.web import CHEAP_HASHES, WebServer

FAULT_SECRET = "a secret of the fault tests alone"
TEMPLATE = "huntaze_migrated"
OPTIONS = {"deadlock_timeout": "20ms"}  # a deadlock is looked for after so long: 1 s by default

StartWeb = Callable[..., WebServer]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder; one process runs them, for they measure time."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.faults)
            item.add_marker(pytest.mark.xdist_group("faults"))


@pytest.fixture
def fault_rounds(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """How often to do something: so often in CI, or in the full measure; --fault-rounds wins over both."""
    given: int | None = request.config.getoption("--fault-rounds")
    return lambda ci, full: ci if given is None else min(given, full)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A durable server with a migrated template, which a test may kill and start again."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("cluster"), options=OPTIONS)
    url = create_database(server.start(), TEMPLATE)
    app = create_app(settings_for("postgres", database_url(url)))
    with app.app_context():
        flask_migrate.upgrade()
        app.extensions["stores"].close()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def module_database(cluster: EmbeddedPostgres, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a migrated database of this module."""
    yield from _database(cluster, request.module.__name__.rpartition(".")[2])


@pytest.fixture
def database(cluster: EmbeddedPostgres) -> Iterator[str]:
    """The URL of a migrated database of this test, whose invariants hold at the end."""
    yield from _database(cluster, "one_test")


def _database(cluster: EmbeddedPostgres, name: str) -> Iterator[str]:
    server = cluster.start()
    drop_database(server, name)  # of a test that was cut
    url = create_database(server, name, TEMPLATE)
    yield database_url(url)
    check_invariants(url)
    drop_database(cluster.start(), name)


@pytest.fixture(scope="module")
def module_web(
    module_database: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[WebServer]:
    """A web server on the module's database, with the settings that the module names in WEB_SETTINGS."""
    settings: dict[str, str] = getattr(request.module, "WEB_SETTINGS", {})
    web = web_server(tmp_path_factory.mktemp("web") / "web.log", module_database, **settings)
    web.start()
    yield web
    web.kill()


@pytest.fixture
def start_web(tmp_path: Path) -> Iterator[StartWeb]:
    """Starts web servers, and kills what is left of them."""
    started: list[WebServer] = []

    def start(url: str | None = None, **settings: str) -> WebServer:
        web = web_server(tmp_path / f"web-{len(started)}.log", url, **settings)
        started.append(web)
        web.start()
        return web

    yield start
    for web in started:
        web.kill()


def web_server(log: Path, url: str | None, **settings: str) -> WebServer:
    """A web server with cheap password hashes, on a database or on memory."""
    everything_on_memory = {"ROUTE_BACKENDS": "auth=memory,users=memory,billing=memory,admin=memory"}
    where = {"DATABASE_URL": url} if url else everything_on_memory
    return WebServer(log, {"SECRET_KEY": FAULT_SECRET, **CHEAP_HASHES, **where, **settings})


def make_codes(url: str, count: int) -> list[str]:
    """The codes of new invitations that are open to any."""
    backend = postgres_backend(url, pool_size=1)
    with backend.unit() as stores:
        made = invite(stores, [None] * count, now())
    backend.close()
    return [one.invite.code for one in made]


def rows(url: str, query: str, *values: object) -> list[tuple[object, ...]]:
    """What a query finds."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(query.encode(), values)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def pausing(url: str, table: str, verb: str, seconds: float) -> Iterator[None]:
    """Make each such statement take so long, after its work."""
    body = f"BEGIN PERFORM pg_sleep({seconds}); RETURN NULL; END"
    rows(url, f"CREATE FUNCTION pause_{table}() RETURNS trigger LANGUAGE plpgsql AS '{body}'")
    rows(url, f"CREATE TRIGGER pausing AFTER {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION pause_{table}()")
    yield
    rows(url, f"DROP FUNCTION pause_{table} CASCADE")


def check_invariants(url: str) -> None:
    """Fail when a row exists that must not."""
    assert violations(url, {**ALWAYS, **UNLESS_ERASED}) == []
