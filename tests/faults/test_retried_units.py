"""Units that Postgres undoes for no fault of theirs are done again, whole, and a limited number of times."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from config.settings import Toggles
from huntaze_app import create_app
from huntaze_app.stores import RETRIES, StoreRouter
from repositories.errors import WriteCollision
from repositories.postgres.statements import Statement
from repositories.postgres.users import PostgresUserRepository
from repositories.stores import Stores
from tests.conftest import postgres_backend, settings_for
from tests.faults.conftest import make_codes, rows
from tests.faults.http import at_once
from tests.faults.web import wait_until
from tests.people import sign_up

DEADLOCKS = 50

# Fails with a state, at COMMIT, as often as `failures` says: a sequence is not rolled back.
FAILING = """
    CREATE SEQUENCE attempts;
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('attempts') <= {failures} THEN RAISE EXCEPTION 'undone' USING ERRCODE = '{state}'; END IF;
        RETURN NEW;
    END $$;
    CREATE CONSTRAINT TRIGGER failing AFTER INSERT ON subscription_records
        DEFERRABLE INITIALLY {moment} FOR EACH ROW EXECUTE FUNCTION fail()"""


@pytest.fixture
def app(database: str) -> Iterator[Flask]:
    """An application on the cluster of these tests."""
    app = create_app(settings_for("postgres", database))
    yield app
    app.extensions["stores"].close()


def fail_sign_ups(database: str, failures: int, state: str, moment: str) -> None:
    """Make the next sign-ups fail so often."""
    for statement in FAILING.format(failures=failures, state=state, moment=moment).split(";\n    C"):
        rows(database, statement if statement.lstrip().startswith("CREATE") else f"C{statement}")


@pytest.mark.parametrize("state", ["40001", "40P01"])
@pytest.mark.parametrize("moment", ["IMMEDIATE", "DEFERRED"])
def test_a_sign_up_that_was_undone_is_done_again_as_a_whole(app: Flask, database: str, state: str, moment: str) -> None:
    [code] = make_codes(database, 1)
    fail_sign_ups(database, RETRIES, state, moment)

    answer = sign_up(app.test_client(), "zoe@example.fr", code)

    assert answer.status_code == 201
    assert rows(database, "SELECT last_value FROM attempts") == [(RETRIES + 1,)]
    for table in ("users", "sessions", "subscription_records"):
        assert rows(database, f"SELECT count(*) FROM {table}") == [(1,)]  # noqa: S608 -- the names are above


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_a_sign_up_that_is_undone_each_time_is_refused_and_leaves_nothing(
    app: Flask, database: str, state: str
) -> None:
    [code] = make_codes(database, 1)
    fail_sign_ups(database, 100, state, "DEFERRED")

    answer = sign_up(app.test_client(), "zoe@example.fr", code)

    assert answer.status_code == 503
    assert answer.get_json()["code"] == "database_unavailable"
    assert answer.headers["Retry-After"]
    assert rows(database, "SELECT last_value FROM attempts") == [(RETRIES + 1,)]
    for table in ("users", "sessions", "subscription_records", "beta_invites WHERE used_at IS NOT NULL"):
        assert rows(database, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608 -- the names are above


def test_an_error_that_is_no_collision_is_not_tried_again(app: Flask, database: str) -> None:
    [code] = make_codes(database, 1)
    fail_sign_ups(database, 100, "57014", "IMMEDIATE")  # as a statement that took too long

    assert sign_up(app.test_client(), "zoe@example.fr", code).status_code == 503
    assert rows(database, "SELECT last_value FROM attempts") == [(1,)]


@pytest.fixture
def purses(database: str) -> Iterator[StoreRouter]:
    """A router over a table of two purses."""
    rows(database, "CREATE TABLE purses (id int PRIMARY KEY, cents int NOT NULL)")
    rows(database, "INSERT INTO purses VALUES (1, 0), (2, 0)")
    backend = postgres_backend(database, pool_size=4)
    yield StoreRouter({"postgres": backend}, Toggles({"purses": "postgres"}))
    backend.close()


_PUT_IN = Statement(text("UPDATE purses SET cents = cents + :cents WHERE id = :id").bindparams(cents=1, id=1))


def put_in(stores: Stores, purse: int, cents: int) -> None:
    """Add to a purse, in the unit of the stores."""
    assert isinstance(stores.users, PostgresUserRepository)
    stores.users._unit.write(_PUT_IN, id=purse, cents=cents)


def test_two_units_that_deadlock_both_succeed_and_no_cent_is_lost(purses: StoreRouter, database: str) -> None:
    def move(first: int, second: int, meet: threading.Barrier) -> int:
        tries = []

        def work(stores: Stores) -> None:
            tries.append(1)
            put_in(stores, first, +1)
            if len(tries) == 1:
                meet.wait(10)  # both hold one purse, and want the other
            put_in(stores, second, -1)

        purses.run("purses", work)
        return len(tries)

    with ThreadPoolExecutor(2) as pool:
        for _ in range(DEADLOCKS):
            meet = threading.Barrier(2)
            one, two = pool.submit(move, 1, 2, meet), pool.submit(move, 2, 1, meet)
            assert sorted((one.result(30), two.result(30))) == [1, 2], "one is chosen to yield, once"

    assert rows(database, "SELECT id, cents FROM purses ORDER BY id") == [(1, 0), (2, 0)]
    purses.close()  # a connection that ends hands in its figures
    counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    wait_until(lambda: rows(database, counted) == [(DEADLOCKS,)], 10, "Postgres counted every deadlock")


def test_a_unit_that_cannot_be_serialized_is_done_again(purses: StoreRouter, database: str) -> None:
    rows(database, "INSERT INTO purses VALUES (3, 0)")
    rows(database, "ALTER ROLE CURRENT_USER IN DATABASE one_test SET default_transaction_isolation = 'repeatable read'")
    meet = threading.Barrier(2)

    def add(own: int) -> list[int]:
        tries: list[int] = []

        def work(stores: Stores) -> None:
            tries.append(own)
            put_in(stores, own, 1)  # from here on the unit sees one moment
            if len(tries) == 1:
                meet.wait(10)
            put_in(stores, 3, 1)  # 40001 for whoever comes second: the row has changed since

        purses.run("purses", work)
        return tries

    tries = at_once(2, lambda number: add(number + 1))

    assert sorted(map(len, tries)) == [1, 2]
    assert rows(database, "SELECT cents FROM purses ORDER BY id") == [(1,), (1,), (2,)]


def test_a_unit_that_collides_each_time_says_so_in_the_end(purses: StoreRouter, database: str) -> None:
    tries = []

    def work(stores: Stores) -> None:
        tries.append(1)
        put_in(stores, 1, 5)
        raise WriteCollision

    with pytest.raises(WriteCollision):
        purses.run("purses", work)
    assert len(tries) == RETRIES + 1
    assert rows(database, "SELECT sum(cents) FROM purses") == [(0,)]


def test_money_moved_by_many_at_once_is_all_there(purses: StoreRouter, database: str) -> None:
    def move(number: int) -> None:
        there, back = (1, 2) if number % 2 else (2, 1)

        def work(stores: Stores) -> None:
            put_in(stores, there, number)
            put_in(stores, back, -number)

        for _ in range(10):
            purses.run("purses", work)

    at_once(4, move)

    assert rows(database, "SELECT sum(cents) FROM purses") == [(0,)]
    with psycopg.connect(database.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT cents FROM purses WHERE id = 1").fetchone() == (10 * (1 + 3 - 2 - 0),)
