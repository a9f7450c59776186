"""What only Postgres can do wrong: savepoints, lost connections, busy connections, waits without end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Barrier
from time import monotonic, sleep

import psycopg
import pytest
from sqlalchemy import bindparam, create_engine, text
from sqlalchemy.pool import NullPool

from huntaze_app.factory import CONNECT_ARGS
from repositories.errors import (
    ConnectionLost,
    EmailTaken,
    InvalidValue,
    NotFound,
    OutcomeUnknown,
    Transient,
    Unavailable,
    WriteCollision,
)
from repositories.postgres.backend import PostgresBackend
from repositories.postgres.lanes import Lanes
from repositories.postgres.statements import Statement
from repositories.postgres.unit import Unit
from tests.conftest import postgres_backend
from tests.contract.builders import AT, LATER, make_user, stored_user
from tests.contract.threads import race

OTHERS = "pid <> pg_backend_pid() AND datname = current_database() AND application_name = 'huntaze'"
END_ALL = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {OTHERS}"  # noqa: S608  # a constant
STATE = f"SELECT state FROM pg_stat_activity WHERE {OTHERS} ORDER BY backend_start DESC LIMIT 1"  # noqa: S608
IGNORE = Statement(text("SELECT 1"))

Ask = Callable[[str], object]


@pytest.fixture
def backend(empty_database: str) -> Iterator[PostgresBackend]:
    """A Postgres backend."""
    made = postgres_backend(empty_database, pool_size=3)
    yield made
    made.close()


@pytest.fixture
def ask(empty_database: str) -> Iterator[Ask]:
    """Asks the server one thing, as an administrator."""
    with psycopg.connect(empty_database.replace("+psycopg", ""), autocommit=True) as connection:

        def answer(query: str) -> object:
            row = connection.execute(query.encode()).fetchone()
            return row[0] if row else None

        yield answer


def lanes_with(url: str, *, options: str = "", size: int = 2, timeout: float = 0.3) -> Lanes:
    """Connections with options of their own."""
    arguments = {**CONNECT_ARGS, "options": f"{CONNECT_ARGS['options']} {options}"}
    return Lanes(create_engine(url, poolclass=NullPool, connect_args=arguments), size, timeout)


def test_a_read_survives_its_connection(backend: PostgresBackend, ask: Ask) -> None:
    """X28: it is tried again on a new connection."""
    user = stored_user(backend)
    assert ask(END_ALL)

    with backend.unit() as stores:
        assert stores.users.get(user.id) == user


def test_a_unit_that_has_not_written_survives_its_connection(backend: PostgresBackend, ask: Ask) -> None:
    """X28: its first write opens the transaction on a new connection."""
    with backend.unit() as stores:
        assert stores.users.find_by_email("zoe@example.fr") is None
        assert ask(END_ALL)
        user = stores.users.add(make_user())

    with backend.unit() as stores:
        assert stores.users.get(user.id) == user


def test_a_unit_that_has_written_is_undone_with_its_connection(backend: PostgresBackend, ask: Ask) -> None:
    """X28: it is told that it may be tried again; the second time it works."""
    user = make_user()

    with pytest.raises(ConnectionLost) as failure, backend.unit() as stores:  # noqa: PT012  # the unit fails late
        stores.users.add(user)
        ask(END_ALL)
        stores.users.edit_profile(user.id, {"name": "Léa"}, LATER)

    assert isinstance(failure.value, Transient)
    assert isinstance(failure.value, Unavailable)
    with backend.unit() as stores:
        assert stores.users.find_by_email(user.email) is None
        stores.users.add(user)


def test_a_read_after_a_write_does_not_leave_the_transaction(backend: PostgresBackend, ask: Ask) -> None:
    """X28: it is not tried again elsewhere, where the write would be unseen."""
    user = make_user()

    with pytest.raises(ConnectionLost), backend.unit() as stores:  # noqa: PT012  # the unit fails late
        stores.users.add(user)
        ask(END_ALL)
        stores.users.get(user.id)

    with backend.unit() as stores:
        assert stores.users.find_by_email(user.email) is None


def test_a_connection_lost_at_commit_is_told_as_it_is(backend: PostgresBackend, ask: Ask) -> None:
    """X28: here nothing was written, but from this side nobody can know."""
    user = make_user()

    with pytest.raises(OutcomeUnknown), backend.unit() as stores:  # noqa: PT012  # the unit fails at its end
        stores.users.add(user)
        ask(END_ALL)

    with backend.unit() as stores:
        assert stores.users.find_by_email(user.email) is None


@pytest.mark.parametrize("goes_on", ["nothing", "a read", "a write"])
def test_a_unit_that_lost_its_connection_never_ends_well(backend: PostgresBackend, ask: Ask, goes_on: str) -> None:
    """X15, X28: even when its view swallows the error: what it wrote before is gone, and it must hear of it."""
    user, second = make_user(), make_user()

    with pytest.raises(Unavailable), backend.unit() as stores:  # noqa: PT012  # the unit fails at its end
        stores.users.add(user)
        ask(END_ALL)
        with pytest.raises(ConnectionLost):
            stores.users.get(user.id)
        if goes_on == "a read":
            with pytest.raises(Unavailable):
                stores.users.find_by_email(user.email)
        if goes_on == "a write":
            with pytest.raises(Unavailable):
                stores.users.add(second)

    with backend.unit() as stores:
        assert stores.users.find_by_email(user.email) is None
        assert stores.users.find_by_email(second.email) is None


def test_a_failed_unit_on_a_lost_connection_raises_what_it_raised(backend: PostgresBackend, ask: Ask) -> None:
    """X15: the rollback that cannot be sent hides nothing."""
    with pytest.raises(NotFound), backend.unit() as stores:  # noqa: PT012  # the unit fails at its end
        stores.users.add(make_user())
        ask(END_ALL)
        raise NotFound

    stored_user(backend)


def test_a_refusal_goes_back_to_the_savepoint_before_it(backend: PostgresBackend, ask: Ask) -> None:
    """X3: the transaction stays open, and is not aborted."""
    taken = stored_user(backend)

    with backend.unit() as stores:
        with pytest.raises(EmailTaken):
            stores.users.add(make_user(email=taken.email))
        assert ask(STATE) == "idle in transaction"
        stores.users.add(make_user())

    assert ask(STATE) == "idle"


def test_what_the_driver_refuses_halfway_leaves_nothing(empty_database: str) -> None:
    """X7: of several rows sent at once, those before the bad one go back with it."""
    lanes = lanes_with(empty_database)
    add = Statement(text("INSERT INTO alembic_version VALUES (:name)").bindparams(bindparam("name")))
    count = Statement(text("SELECT count(*) FROM alembic_version WHERE version_num LIKE 'row%'"))

    for bad in ("\ud800", "\x00", "x" * 33):
        unit = Unit(lanes, read_only=False)
        with pytest.raises(InvalidValue):
            unit.write_all(add, [{"name": "row1"}, {"name": "row2"}, {"name": bad}])
        assert unit.fetch_all(count)[0][0] == 0
        unit.end(commit=True)
    lanes.close()


def test_a_write_waits_for_a_locked_row_for_two_seconds(backend: PostgresBackend, empty_database: str) -> None:
    """lock_timeout: and leaves no lock of its own."""
    user = stored_user(backend)

    with psycopg.connect(empty_database.replace("+psycopg", "")) as other:
        other.execute("SELECT 1 FROM users FOR UPDATE")
        start = monotonic()
        with pytest.raises(Unavailable, match="55P03"), backend.unit() as stores:
            stores.users.remove(user.id, AT)
        assert 1.5 < monotonic() - start < 4

    with backend.unit() as stores:
        stores.users.remove(user.id, AT)


def test_a_statement_that_takes_too_long_is_cut(empty_database: str) -> None:
    """statement_timeout: and its connection is as good as before."""
    lanes = lanes_with(empty_database, options="-c statement_timeout=100ms", size=1)
    unit = Unit(lanes, read_only=True)

    start = monotonic()
    with pytest.raises(Unavailable, match="57014"):
        unit.fetch_one(Statement(text("SELECT pg_sleep(30)")))
    assert monotonic() - start < 2
    assert unit.fetch_one(IGNORE) == (1,)
    lanes.close()


def test_a_unit_that_idles_too_long_is_undone(empty_database: str) -> None:
    """idle_in_transaction_session_timeout."""
    lanes = lanes_with(empty_database, options="-c idle_in_transaction_session_timeout=50ms", size=1)
    unit = Unit(lanes, read_only=False)
    unit.write(IGNORE)
    sleep(0.3)

    with pytest.raises(Unavailable):
        unit.write(IGNORE)
    unit.end(commit=False)
    assert Unit(lanes, read_only=True).fetch_one(IGNORE) == (1,)
    lanes.close()


def test_of_two_units_that_lock_each_other_out_one_may_try_again(backend: PostgresBackend) -> None:
    """Deadlock: one goes through, the other hears that it may be tried again."""
    users = stored_user(backend), stored_user(backend)
    both_have_one = Barrier(2)

    def cross(caller: int) -> None:
        with backend.unit() as stores:
            stores.users.edit_profile(users[caller].id, {"name": f"by {caller}"}, LATER)
            both_have_one.wait(timeout=10)
            stores.users.edit_profile(users[1 - caller].id, {"name": f"by {caller}"}, LATER)

    answers = race(cross, callers=2)

    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "WriteCollision"]
    assert issubclass(WriteCollision, Transient)
    with backend.unit() as stores:
        assert len({stores.users.get(user.id).name for user in users}) == 1


def test_who_finds_every_connection_busy_is_told_in_time(empty_database: str) -> None:
    """The wait ends at its limit, for readers and writers; one given back serves the next."""
    lanes = lanes_with(empty_database, size=2, timeout=0.3)

    with ExitStack() as busy:
        for _ in range(2):
            unit = Unit(lanes, read_only=False)
            unit.write(IGNORE)
            busy.callback(unit.end, commit=False)
        start = monotonic()
        for late in (Unit(lanes, read_only=True).fetch_one, Unit(lanes, read_only=False).write):
            with pytest.raises(Unavailable, match="busy"):
                late(IGNORE)
        assert 0.6 <= monotonic() - start < 2

    assert Unit(lanes, read_only=True).fetch_one(IGNORE) == (1,)
    lanes.close()


def test_a_server_that_is_not_there_is_unavailable(backend: PostgresBackend) -> None:
    """For a unit and for its health."""
    lost = postgres_backend("postgresql+psycopg://nobody@127.0.0.1:1/nothing")

    with pytest.raises(Unavailable), lost.unit() as stores:
        stores.users.add(make_user())
    assert lost.health().problem == "database unreachable"
    assert [check.is_passed for check in lost.checks()] == [False]
    lost.close()
