"""Both backends give the same answers to the same random calls, and end in the same state."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from repositories.memory.backend import MemoryBackend
from repositories.stores import Backend, Stores
from tests.conftest import EMPTY, postgres_backend
from tests.contract.builders import Undone, given
from tests.contract.operations import FURNITURE, Operation, answer, everything, growing, operations, spending


class OpenUnit:
    """A unit of work that stays open from one step to the next."""

    def __init__(self, backend: Backend, *, read_only: bool) -> None:
        self._stack = ExitStack()
        self.stores = self._stack.enter_context(backend.unit(read_only=read_only))

    def commit(self) -> None:
        """End it well."""
        self._stack.close()

    def roll_back(self) -> None:
        """End it as a failure does."""
        with suppress(Undone), self._stack:
            raise Undone


class Pair(RuleBasedStateMachine):
    """A memory and a Postgres backend, driven alike."""

    def __init__(self, postgres: Backend) -> None:
        super().__init__()
        self.backends: tuple[Backend, Backend] = (MemoryBackend(), postgres)
        self.units: list[OpenUnit] = []

    def compare(self, what: object, answers: list[Any]) -> None:
        """Fail unless both answered the same."""
        memory, postgres = answers
        assert memory == postgres, f"{what}\nmemory:   {memory}\npostgres: {postgres}"

    @contextmanager
    def stores_of(self, number: int) -> Iterator[Stores]:
        """The stores of the open unit of a backend, or of a unit of their own."""
        if self.units:
            yield self.units[number].stores
        else:
            with self.backends[number].unit() as stores:
                yield stores

    @initialize()
    def furnish(self) -> None:
        """Begin with accounts and invitations, so that most calls meet something."""
        for backend in self.backends:
            given(backend, *FURNITURE)

    def seen(self) -> list[Any]:
        """All that another unit sees of each backend."""
        found = []
        for backend in self.backends:
            with backend.unit(read_only=True) as stores:
                found.append(everything(stores))
        return found

    @rule(operation=operations)
    def call(self, operation: Operation) -> None:
        """Make a call, in the open unit or in one of its own."""
        self.ask_both(operation)

    @rule(operation=growing)
    def grow(self, operation: Operation) -> None:
        """Make a call that stores something."""
        self.ask_both(operation)

    @rule(operation=spending)
    def spend(self, operation: Operation) -> None:
        """Make a call about the invitations there are."""
        self.ask_both(operation)

    def ask_both(self, operation: Operation) -> None:
        """Make a call on both, and compare the answers."""

        def ask(number: int) -> Any:
            with self.stores_of(number) as stores:
                return operation.run(stores)

        self.compare(operation, [answer(lambda number=number: ask(number)) for number in (0, 1)])  # type: ignore[misc]

    @precondition(lambda self: not self.units)
    @rule(is_read_only=st.sampled_from([False, False, False, False, True]))
    def open(self, *, is_read_only: bool) -> None:
        """Open a unit for the steps that follow."""
        self.units = [OpenUnit(backend, read_only=is_read_only) for backend in self.backends]

    @precondition(lambda self: self.units)
    @rule()
    def look(self) -> None:
        """Compare all that the open unit sees, and all that another does."""
        self.compare("inside", [everything(unit.stores) for unit in self.units])
        self.compare("outside", self.seen())

    @precondition(lambda self: self.units)
    @rule(is_kept=st.booleans())
    def end(self, *, is_kept: bool) -> None:
        """Commit or roll back."""
        units, self.units = self.units, []
        self.compare("end", [answer(unit.commit if is_kept else unit.roll_back) for unit in units])
        self.compare("ended", self.seen())

    def teardown(self) -> None:
        """Undo what is open, and compare the state that is left."""
        for unit in self.units:
            unit.roll_back()
        self.compare("left", self.seen())


@pytest.fixture
def postgres(empty_database: str) -> Iterator[Backend]:
    """A Postgres backend."""
    made = postgres_backend(empty_database, pool_size=3)
    yield made
    made.close()


def test_both_backends_answer_the_same(postgres: Backend, empty_database: str, pytestconfig: pytest.Config) -> None:
    """X26: step by step, and in all that can be seen at the end; `--sequences` and `--steps` make it longer."""
    asked = settings(
        max_examples=pytestconfig.getoption("sequences"),
        stateful_step_count=pytestconfig.getoption("steps"),
        derandomize=os.environ.get("CI") == "true",
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    with psycopg.connect(empty_database.replace("+psycopg", ""), autocommit=True) as connection:

        class FreshPair(Pair):
            def __init__(self) -> None:
                connection.execute(EMPTY.encode())
                super().__init__(postgres)

        run_state_machine_as_test(FreshPair, settings=asked)
