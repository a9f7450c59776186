"""The database lives and is slow: no connection is free, a row is locked, a statement takes too long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import text

from repositories.errors import Unavailable
from repositories.postgres.backend import PostgresBackend
from repositories.postgres.statements import Statement
from repositories.postgres.unit import Unit
from tests.conftest import postgres_backend
from tests.faults.conftest import pausing
from tests.faults.http import Answer, at_once, tell
from tests.faults.signups import SignUps, statuses
from tests.faults.web import SEED_PASSWORD, WebServer
from tests.people import ADMIN

POOL = 2
WEB_SETTINGS = {"DATABASE_POOL_SIZE": str(POOL), "WEB_THREADS": "16"}  # more who wait than connections
POOL_TIMEOUT = 2.0  # seconds, as tests.conftest.postgres_backend sets it
LOCK_TIMEOUT = 2.0
STATEMENT_TIMEOUT = 5.0
_SLEEP = Statement(text("SELECT pg_sleep(:seconds)").bindparams(seconds=0.0))


@pytest.fixture
def backend(database: str) -> Iterator[PostgresBackend]:
    """A backend with two connections."""
    made = postgres_backend(database, pool_size=POOL)
    yield made
    made.close()


def sleep(backend: PostgresBackend, seconds: float) -> float:
    """Read something that takes so long; return how long it took, negative if it was refused."""
    start = time.monotonic()
    try:
        Unit(backend._lanes, read_only=True).fetch_one(_SLEEP, seconds=seconds)
    except Unavailable:
        return start - time.monotonic()
    return time.monotonic() - start


def check_no_lane_is_lost(backend: PostgresBackend) -> None:
    """Every connection is free, works, and holds no transaction."""
    assert len(backend._lanes._free) == POOL
    assert min(at_once(POOL, lambda _: sleep(backend, 0.05))) > 0
    assert backend.health().is_healthy


def test_who_finds_no_free_connection_is_told_within_the_limit(backend: PostgresBackend) -> None:
    with ThreadPoolExecutor(POOL + 8) as pool:
        slow = [pool.submit(sleep, backend, 3.0) for _ in range(POOL)]
        time.sleep(0.2)
        refused = [pool.submit(sleep, backend, 0.0) for _ in range(8)]

        assert all(POOL_TIMEOUT - 0.1 < -one.result() < POOL_TIMEOUT + 0.5 for one in refused)
        assert all(2.9 < one.result() < 4 for one in slow), "they were slow, not dead"

    check_no_lane_is_lost(backend)


def test_who_waits_while_others_are_quicker_is_still_told_within_the_limit(backend: PostgresBackend) -> None:
    """Connections come free at the very moment at which the wait ends: lock_timeout is as long as the pool's."""
    lanes = backend._lanes
    held = [lanes.take() for _ in range(POOL)]
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(sleep, backend, 0.3) for _ in range(20)]
        time.sleep(POOL_TIMEOUT - 0.001)
        for lane in held:
            lanes.give(lane)
        waits = [abs(one.result()) for one in waiting]

    assert max(waits) < POOL_TIMEOUT + 0.8
    check_no_lane_is_lost(backend)


def test_a_pool_that_was_exhausted_over_http_answers_503_and_recovers(
    module_database: str, module_web: WebServer
) -> None:
    database, web = module_database, module_web
    cookie = web.caller.post("/api/auth/signin", {"email": ADMIN, "password": SEED_PASSWORD}).cookie

    with locked(database, "LOCK TABLE users IN ACCESS EXCLUSIVE MODE"):
        answers = at_once(12, lambda _: web.caller.get("/api/auth/me", cookie))

    check_refused(answers, within=POOL_TIMEOUT + LOCK_TIMEOUT + 0.7)
    first = min(answer.seconds for answer in answers)
    assert first == pytest.approx(POOL_TIMEOUT, abs=0.5)
    assert [web.caller.get("/api/auth/me", cookie).status for _ in range(2 * POOL)] == [200] * 2 * POOL


class locked:  # noqa: N801 -- used as a statement
    """Holds a lock in another transaction."""

    def __init__(self, url: str, statement: str) -> None:
        self._connection = psycopg.connect(url.replace("+psycopg", ""))
        self._statement = statement

    def __enter__(self) -> None:
        self._connection.execute(self._statement.encode())

    def __exit__(self, *_exc: object) -> None:
        self._connection.close()


def check_refused(answers: list[Answer], *, within: float) -> None:
    """They were told that the database is away, in time."""
    tell(f"{dict(statuses(answers))}, slowest {max(answer.seconds for answer in answers):.2f} s")
    assert set(statuses(answers)) == {503}
    assert {answer.json["code"] for answer in answers} == {"database_unavailable"}
    assert all(answer.headers["retry-after"] for answer in answers)
    assert max(answer.seconds for answer in answers) < within


def test_a_row_locked_elsewhere_is_waited_for_within_the_limit(module_database: str, module_web: WebServer) -> None:
    database, web = module_database, module_web
    sign_ups = SignUps(web.caller, database, most=2)
    lock = f"SELECT 1 FROM beta_invites WHERE code = '{sign_ups._codes[0]}' FOR UPDATE"  # noqa: S608 -- hexadecimal

    with locked(database, lock):
        refused, other = at_once(2, sign_ups)

    check_refused([refused], within=LOCK_TIMEOUT + 0.7)
    assert refused.seconds > LOCK_TIMEOUT - 0.1
    assert other.status == 201, "nobody else waits"
    assert other.seconds < 1
    assert statuses([sign_ups(0)]) == {201: 1}, "the refused one left nothing behind"


def test_a_sign_up_whose_statement_takes_too_long_leaves_nothing(module_database: str, module_web: WebServer) -> None:
    database, web = module_database, module_web
    sign_ups = SignUps(web.caller, database, most=1)

    with pausing(database, "subscription_records", "INSERT", 30):
        check_refused([sign_ups(0)], within=STATEMENT_TIMEOUT + 0.7)

    assert sign_ups(0).status == 201, "the address and the code were still free"


def test_a_slow_statement_on_a_live_server_is_not_cut(module_database: str, module_web: WebServer) -> None:
    database, web = module_database, module_web

    with pausing(database, "subscription_records", "INSERT", 3):
        answers = at_once(2, SignUps(web.caller, database, most=2))

    assert statuses(answers) == {201: 2}
    assert min(answer.seconds for answer in answers) >= 3
