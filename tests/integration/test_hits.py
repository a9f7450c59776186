"""Where hits are counted: what it costs to keep them, and what happens when nobody can count."""

from __future__ import annotations

import hashlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from huntaze_app.clock import now
from repositories.errors import Unavailable
from repositories.interfaces.hits import HitRepository
from repositories.memory.hits import MemoryHitRepository
from repositories.postgres.hits import PRUNE_EVERY
from repositories.redis.hits import RedisHitRepository
from tests.conftest import MakeApp, postgres_hits
from tests.faults.http import at_once
from tests.faults.web import free_port, wait_until

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WINDOW = timedelta(seconds=1)
KEY = b"k" * 16


def key(number: int) -> bytes:
    """A key, as far from any other as real ones are."""
    return hashlib.blake2b(str(number).encode(), digest_size=16).digest()


def stored(url: str, query: bytes = b"SELECT count(*) FROM rate_hits") -> object:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(query).fetchone()
        assert row is not None
        return row[0]


@pytest.fixture
def postgres(empty_database: str) -> Iterator[HitRepository]:
    made, holder = postgres_hits(empty_database)
    yield made
    holder.close()


def test_rows_that_count_no_longer_go_by_themselves(postgres: HitRepository, empty_database: str) -> None:
    for number in range(150):
        postgres.take(key(number), 3, WINDOW, AT)
    for second in range(60, 60 + 30 * PRUNE_EVERY):
        postgres.take(KEY, 3, WINDOW, AT + timedelta(seconds=second))

    assert int(str(stored(empty_database))) < 30


def test_a_row_holds_no_more_hits_than_its_budget(postgres: HitRepository, empty_database: str) -> None:
    for second in range(50):
        postgres.take(KEY, 3, WINDOW, AT + timedelta(seconds=second))

    assert stored(empty_database, b"SELECT cardinality(hits) FROM rate_hits") == 3


def test_hits_survive_who_counted_them(empty_database: str) -> None:
    for is_let_in in (True, False):
        hits, holder = postgres_hits(empty_database)
        with closing(holder):
            assert hits.take(KEY, 1, WINDOW, AT).is_let_in is is_let_in


def test_a_missing_table_is_told_as_what_cannot_be_counted(postgres: HitRepository, empty_database: str) -> None:
    with psycopg.connect(empty_database.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("ALTER TABLE rate_hits RENAME TO elsewhere")
        try:
            with pytest.raises(Unavailable):
                postgres.take(KEY, 1, WINDOW, AT)
        finally:
            connection.execute("ALTER TABLE elsewhere RENAME TO rate_hits")
    assert postgres.take(KEY, 1, WINDOW, AT).is_let_in


def test_memory_holds_so_many_keys_and_forgets_the_oldest() -> None:
    hits = MemoryHitRepository(most_keys=100)
    for number in range(250):
        hits.take(key(number), 1, WINDOW, AT)

    assert not hits.take(key(249), 1, WINDOW, AT).is_let_in
    assert hits.take(key(0), 1, WINDOW, AT).is_let_in
    assert hits.purge(AT + WINDOW) == 100


def test_memory_forgets_by_itself_what_counts_no_longer() -> None:
    hits = MemoryHitRepository()
    for number in range(300):
        hits.take(key(number), 1, WINDOW, AT)
    for second in range(1, 400):
        hits.take(KEY, 1, WINDOW, AT + timedelta(seconds=second))

    assert hits.purge(AT + timedelta(seconds=400)) == 1


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    port, folder = free_port(), tmp_path_factory.mktemp("redis")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with Path(folder / "log").open("wb") as log:
        server = subprocess.Popen([program, *options], stdout=log, stderr=log)
    wait_until(lambda: _is_listening(port), 10, "Redis listens")
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(10)


def _is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_redis_lets_in_exactly_the_budget(redis_url: str) -> None:
    with closing(RedisHitRepository(redis_url)) as hits:
        tallies = at_once(35, lambda _: hits.take(KEY, 7, timedelta(seconds=60), now()))
        assert sum(tally.is_let_in for tally in tallies) == 7
        wait = (tallies[0].frees_at - now()).total_seconds()
        assert 58 < wait <= 60
        hits.forget(KEY)
        assert hits.take(KEY, 7, timedelta(seconds=60), now()).remaining == 6
        hits.forget(KEY)


def test_redis_lets_in_again_when_it_says(redis_url: str) -> None:
    with closing(RedisHitRepository(redis_url)) as hits:
        hits.take(KEY, 1, WINDOW, now())
        refused = hits.take(KEY, 1, WINDOW, now())
        assert (refused.is_let_in, refused.remaining) == (False, 0)
        time.sleep(max(0.0, (refused.frees_at - now()).total_seconds()) + 0.01)
        assert hits.take(KEY, 1, WINDOW, now()).is_let_in


def test_processes_share_what_redis_counts(redis_url: str, make_app: MakeApp) -> None:
    settings = {"ratelimit_enabled": True, "redis_url": redis_url, "ratelimit_default": (3, 60)}
    first, second = (make_app("memory", **settings) for _ in range(2))

    found = [app.test_client().get("/api/auth/me").status_code for app in (first, second, first, second)]

    for app in (first, second):
        app.extensions["gate"].hits.close()
    assert found == [401, 401, 401, 429]


def test_a_refused_redis_closes_sign_in_and_nothing_else(make_app: MakeApp) -> None:
    app = make_app("memory", ratelimit_enabled=True, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    client = app.test_client()
    start = time.monotonic()
    closed = client.post("/api/auth/signin", json={"email": "zoe@example.fr", "password": "x"})
    took = time.monotonic() - start

    assert (closed.status_code, closed.headers["Retry-After"]) == (503, "2")
    assert took < 1  # a few hundredths, where nothing else runs
    assert {client.get("/api/auth/me").status_code for _ in range(12)} == {401}


def test_a_silent_redis_is_asked_once_a_second_and_no_more() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with closing(RedisHitRepository(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")) as hits:
            start = time.monotonic()
            for _ in range(20):
                with pytest.raises(Unavailable):
                    hits.take(KEY, 1, WINDOW, now())
        assert time.monotonic() - start < 2
