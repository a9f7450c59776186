"""A unit of work on Postgres.

Until its first write a unit reads in autocommit, one round trip a statement, and holds no connection in
between (hashing a password must not hold one). The first write opens the transaction; under READ COMMITTED
the reads before it could not have been protected by it anyway. A savepoint stands before every write, so
that a conflict leaves the unit usable; the first travels with BEGIN, and each further one takes the place of the
one before in a single round trip.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from repositories.errors import ConnectionLost, InvalidValue, OutcomeUnknown, ReadOnlyUnit, Unavailable
from repositories.postgres.errors import translate
from repositories.postgres.lanes import Lane, Lanes
from repositories.postgres.statements import Row, Statement

FIRST_WRITE = b"BEGIN; SAVEPOINT w"
NEXT_WRITE = b"RELEASE SAVEPOINT w; SAVEPOINT w"
UNDO_WRITE = b"ROLLBACK TO SAVEPOINT w"


class Unit:
    """Statements of one unit of work."""

    __slots__ = ("_lane", "_lanes", "_read_only")

    def __init__(self, lanes: Lanes, *, read_only: bool) -> None:
        self._lanes = lanes
        self._read_only = read_only
        self._lane: Lane | None = None

    def fetch_one(self, statement: Statement, **given: Any) -> Row | None:
        """Read the first row, or None."""
        row: Row | None = self._read(statement, given, first=True)
        return row

    def fetch_all(self, statement: Statement, **given: Any) -> list[Row]:
        """Read every row."""
        rows: list[Row] = self._read(statement, given, first=False)
        return rows

    def write(self, statement: Statement, **given: Any) -> list[Row]:
        """Change rows and return what the statement returns; raises Conflict and such, and stays usable."""
        lane = self._begin()
        try:
            cursor = lane.run(statement, given)
            return cursor.fetchall() if cursor.description else []
        except (psycopg.Error, UnicodeEncodeError) as error:
            raise _refusal(lane, error) from error

    def write_all(self, statement: Statement, given: Sequence[dict[str, Any]]) -> None:
        """Run a statement once for each set of values, all or none; raises as `write` does."""
        lane = self._begin()
        try:
            lane.run_many(statement, given)
        except (psycopg.Error, UnicodeEncodeError) as error:
            raise _refusal(lane, error) from error

    def end(self, *, commit: bool) -> None:
        """Commit or roll back, and give the connection back."""
        lane, self._lane = self._lane, None
        if lane is None:
            return
        try:
            if commit:
                _commit(lane)
            else:
                _roll_back(lane)
        finally:
            self._lanes.give(lane)

    def _read(self, statement: Statement, given: dict[str, Any], *, first: bool) -> Any:
        if self._lane is not None:
            return _fetch(_unbroken(self._lane), statement, given, first=first)
        lane = self._lanes.take()
        try:
            return _fetch(lane, statement, given, first=first)
        except ConnectionLost:
            # A pooled connection may have died in its sleep: a read may be tried again on a new one.
            return _fetch(lane, statement, given, first=first)
        finally:
            self._lanes.give(lane)

    def _begin(self) -> Lane:
        if self._read_only:
            raise ReadOnlyUnit
        if self._lane is not None:
            _control(_unbroken(self._lane), NEXT_WRITE)
            return self._lane
        lane = self._lanes.take()
        try:
            _begin_on(lane)
        except BaseException:
            self._lanes.give(lane)
            raise
        self._lane = lane
        return lane


def _refusal(lane: Lane, error: psycopg.Error | UnicodeEncodeError) -> Exception:
    if isinstance(error, psycopg.Error) and not lane.is_usable_after(error):
        return ConnectionLost(str(error))
    _control(lane, UNDO_WRITE)
    return translate(error) if isinstance(error, psycopg.Error) else InvalidValue("lone surrogate in text")


def _fetch(lane: Lane, statement: Statement, given: dict[str, Any], *, first: bool) -> Any:
    try:
        cursor = lane.run(statement, given)
        return cursor.fetchone() if first else cursor.fetchall()
    except UnicodeEncodeError as error:
        raise InvalidValue("lone surrogate in text") from error
    except psycopg.Error as error:
        if not lane.is_usable_after(error):
            raise ConnectionLost(str(error)) from error
        raise translate(error) from error


def _control(lane: Lane, commands: bytes) -> str:
    try:
        return lane.control(commands)
    except psycopg.Error as error:
        if not lane.is_usable_after(error):
            raise ConnectionLost(str(error)) from error
        raise translate(error) from error


def _begin_on(lane: Lane) -> None:
    try:
        _control(lane, FIRST_WRITE)
    except ConnectionLost:
        _control(lane, FIRST_WRITE)  # nothing has happened yet, so a new connection will do


def _unbroken(lane: Lane) -> Lane:
    # A lane that lost its connection opens another when it is used: the unit's transaction is not on that one.
    if not lane.is_open:
        raise ConnectionLost("the transaction was lost with its connection")
    return lane


def _commit(lane: Lane) -> None:
    try:
        tag = _unbroken(lane).control(b"COMMIT")
    except psycopg.Error as error:
        if not lane.is_usable_after(error):
            raise OutcomeUnknown(str(error)) from error
        raise translate(error) from error
    if tag != "COMMIT":  # Postgres answers ROLLBACK when a statement had failed
        raise Unavailable(f"the transaction ended with {tag}")


def _roll_back(lane: Lane) -> None:
    if not lane.is_open:
        return
    try:
        lane.control(b"ROLLBACK")
    except psycopg.Error:
        lane.close()  # a closed connection is rolled back by the server
