"""What the server reports, by SQLSTATE, and the fact the product hears."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from huntaze_app.factory import CONNECT_ARGS
from repositories.errors import (
    BrokenReference,
    Conflict,
    ConnectionLost,
    InvalidValue,
    NotFound,
    OutcomeUnknown,
    RepositoryError,
    Transient,
    Unavailable,
    WriteCollision,
)
from repositories.postgres.lanes import Lanes
from repositories.postgres.statements import Statement
from repositories.postgres.unit import Unit

STATES: list[tuple[str, type[RepositoryError]]] = [
    ("23505", Conflict),
    ("23503", BrokenReference),
    ("23502", InvalidValue),
    ("23514", InvalidValue),
    ("22001", InvalidValue),
    ("22003", InvalidValue),
    ("22P02", InvalidValue),
    ("22P05", InvalidValue),
    ("22008", InvalidValue),
    ("2201W", InvalidValue),
    ("42804", InvalidValue),
    ("42846", InvalidValue),
    ("54000", InvalidValue),
    ("54001", InvalidValue),
    ("42501", NotFound),
    ("40001", WriteCollision),
    ("40P01", WriteCollision),
    ("57014", Unavailable),
    ("55P03", Unavailable),
    ("53100", Unavailable),
    ("53200", Unavailable),
    ("53300", Unavailable),
    ("57P03", Unavailable),
    ("58030", Unavailable),
    ("08006", Unavailable),
]
STALE = ["25P03", "25006"]
FAULTS_OF_THE_PROGRAM = ["42P01", "42703", "42601", "XX000"]
REAL: list[tuple[str, type[RepositoryError]]] = [
    ("SELECT 'x'::uuid", InvalidValue),
    ("SELECT 10000000000::int", InvalidValue),
    ("SELECT 1/0", InvalidValue),
    ("SELECT '\"\\u0000\"'::jsonb->>0", InvalidValue),
    ("SELECT repeat('[', 100000)::jsonb", InvalidValue),
    ("SELECT 1 LIMIT -1", InvalidValue),
    ("SELECT true::bigint", InvalidValue),
    ("SELECT to_date('2026-02-31', 'YYYY-MM-DD')", InvalidValue),
]


@pytest.fixture
def unit(empty_database: str) -> Iterator[Unit]:
    """A unit of work that statements of a test's own can be run in."""
    lanes = Lanes(create_engine(empty_database, poolclass=NullPool, connect_args=CONNECT_ARGS), 1, 0.3)
    made = Unit(lanes, read_only=False)
    yield made
    made.end(commit=False)
    lanes.close()


def failing_with(state: str) -> Statement:
    """A statement that the server refuses with this SQLSTATE."""
    return Statement(text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$"))


@pytest.mark.parametrize(("state", "fact"), STATES)
def test_a_state_is_told_as_a_fact(unit: Unit, state: str, fact: type[RepositoryError]) -> None:
    """In a read outside a transaction, in a write, and in a read after it; and the unit goes on."""
    failing = failing_with(state)

    for act in (unit.fetch_all, unit.write, unit.write):
        with pytest.raises(fact) as refusal:
            act(failing)
        assert type(refusal.value) is fact
        assert unit.fetch_one(Statement(text("SELECT 1"))) == (1,)


@pytest.mark.parametrize("state", STALE)
def test_a_server_that_takes_no_more_writes_is_left(unit: Unit, state: str) -> None:
    """After a failover or an idle timeout the connection is of no use: the next is a new one."""
    who = Statement(text("SELECT pg_backend_pid()"))
    before = unit.fetch_one(who)

    with pytest.raises(ConnectionLost):
        unit.write(failing_with(state))
    unit.end(commit=False)

    assert unit.fetch_one(who) != before


@pytest.mark.parametrize("state", FAULTS_OF_THE_PROGRAM)
def test_a_fault_of_the_program_is_not_dressed_up(unit: Unit, state: str) -> None:
    """A missing table is no fault of whoever asks, and not a passing one: it comes out as it is."""
    with pytest.raises(psycopg.Error) as failure:
        unit.write(failing_with(state))

    assert failure.value.sqlstate == state


@pytest.mark.parametrize(("statement", "fact"), REAL, ids=[statement for statement, _ in REAL])
def test_a_value_the_server_refuses_is_invalid(unit: Unit, statement: str, fact: type[RepositoryError]) -> None:
    """Whatever class of error the driver chose for it."""
    with pytest.raises(fact):
        unit.fetch_all(Statement(text(statement.replace(":", "\\:"))))


def test_only_what_left_nothing_behind_may_be_tried_again() -> None:
    """An unknown outcome may have been a success."""
    assert issubclass(WriteCollision, Transient)
    assert issubclass(ConnectionLost, Transient)
    assert issubclass(OutcomeUnknown, Unavailable)
    assert not issubclass(OutcomeUnknown, Transient)
