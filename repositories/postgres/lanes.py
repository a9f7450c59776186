"""A fixed number of connections, each kept open and prepared; a unit takes one for as short as it can."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, cast

import orjson
import psycopg
from psycopg.types.json import set_json_loads
from sqlalchemy import Engine

from repositories.errors import Unavailable
from repositories.postgres.errors import STALE_STATES
from repositories.postgres.statements import Row, Statement
from repositories.postgres.watchdog import Watchdog, Wire


class Lane:
    """One connection in autocommit, opened when first needed."""

    __slots__ = ("_connection", "_control", "_cursor", "_engine", "_watchdog", "busy_since", "wire")

    def __init__(self, engine: Engine, watchdog: Watchdog) -> None:
        self.busy_since = 0.0
        self.wire: Wire | None = None
        self._watchdog = watchdog
        self._engine = engine
        self._connection: psycopg.Connection[Any] | None = None
        self._cursor: psycopg.Cursor[Row] | None = None
        self._control: psycopg.Cursor[Row] | None = None

    def run(self, statement: Statement, given: dict[str, Any]) -> psycopg.Cursor[Row]:
        """Run a statement, prepared, with binary results."""
        cursor = self._cursor or self._open()
        cursor.execute(statement.sql, statement.parameters(given), prepare=True)
        return cursor

    def run_many(self, statement: Statement, given: Sequence[dict[str, Any]]) -> None:
        """Run a statement for each set of values, without waiting for each answer."""
        cursor = self._cursor or self._open()
        cursor.executemany(statement.sql, [statement.parameters(one) for one in given])

    def control(self, commands: bytes) -> str:
        """Run transaction commands in one round trip and return the tag of the last."""
        if self._control is None:
            self._open()
        assert self._control is not None  # noqa: S101  # _open sets it or raises
        self._control.execute(commands)
        while self._control.nextset():
            pass
        return self._control.statusmessage or ""

    @property
    def is_open(self) -> bool:
        """Whether there is a connection; one that was lost is not."""
        return self._connection is not None

    def is_usable_after(self, error: psycopg.Error) -> bool:
        """Say whether the connection survived an error, and close it if not."""
        survived = self._connection is not None and not self._connection.broken and not self._connection.closed
        if survived and error.sqlstate not in STALE_STATES:
            return True
        self.close()
        return False

    def close(self) -> None:
        """Close the connection; the next use opens another."""
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
        if self.wire is not None:
            self.wire.let_go()
        self.wire = self._connection = self._cursor = self._control = None

    def _open(self) -> psycopg.Cursor[Row]:
        if self._watchdog.is_silent():
            raise Unavailable("the database does not answer")
        try:
            connection = _connect(self._engine)
        except psycopg.Error as error:
            if isinstance(error, psycopg.errors.ConnectionTimeout):
                self._watchdog.hear_nothing()
            # Not to be tried again at once: others wait for this thread, to be told the same.
            raise Unavailable(str(error)) from error
        self.wire = _wire_of(connection)
        self._watchdog.watch(self)
        connection.autocommit = True
        set_json_loads(orjson.loads, connection)
        self._connection = connection
        self._control = connection.cursor()
        self._cursor = connection.cursor(binary=True)
        return self._cursor


def _connect(engine: Engine) -> psycopg.Connection[Any]:
    pooled = engine.raw_connection()
    connection: psycopg.Connection[Any] = cast("psycopg.Connection[Any]", pooled.driver_connection)
    pooled.detach()  # it is ours alone from here on: no pool resets or recycles it
    return connection


def _wire_of(connection: psycopg.Connection[Any]) -> Wire:
    try:
        return Wire(connection.fileno())
    except OSError as error:  # it was lost as soon as it was made
        connection.close()
        raise Unavailable(str(error)) from error


class Lanes:
    """Every connection of this process; who finds none free waits, and then is told so."""

    def __init__(self, engine: Engine, size: int, timeout: float, watchdog: Watchdog | None = None) -> None:
        self._timeout = timeout
        self.watchdog = watchdog or Watchdog()  # lanes to the same server share it: what one learns, all know
        self._all = [Lane(engine, self.watchdog) for _ in range(size)]
        self._free = deque(self._all)
        self._given = threading.Condition()
        self._waiting = 0

    def take(self) -> Lane:
        """Take a lane; raises Unavailable when all are busy for `timeout` seconds."""
        try:
            lane = self._free.pop()  # the last given back, so that no more are opened than are needed at once
        except IndexError:
            lane = self._wait()
        lane.busy_since = time.monotonic()
        return lane

    def give(self, lane: Lane) -> None:
        """Give a lane back."""
        lane.busy_since = 0.0
        self._free.append(lane)
        if self._waiting:
            with self._given:
                self._given.notify()

    def _wait(self) -> Lane:
        # Not a SimpleQueue: its get() waits for ever when it is woken for nothing at the very end of its time.
        deadline = time.monotonic() + self._timeout
        with self._given:
            self._waiting += 1  # from here on, who gives a lane back tells us
            try:
                while (lane := self._pop()) is None:
                    if (left := deadline - time.monotonic()) <= 0:
                        raise Unavailable("every database connection is busy")
                    self._given.wait(left)
                return lane
            finally:
                self._waiting -= 1

    def _pop(self) -> Lane | None:
        try:
            return self._free.pop()
        except IndexError:  # somebody who did not wait was quicker
            return None

    def close(self) -> None:
        """Close every connection."""
        self.watchdog.stop()
        for lane in self._all:
            lane.close()
