"""Several units of work at once, for the contract tests."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from repositories.errors import RepositoryError

CALLERS = 32

T = TypeVar("T")


def race(act: Callable[[int], T], callers: int = CALLERS) -> list[T | RepositoryError]:
    """Call `act` with 0, 1, 2... from as many threads, at the same moment; return each answer or refusal."""
    start = Barrier(callers)

    def call(number: int) -> T | RepositoryError:
        start.wait(timeout=10)
        try:
            return act(number)
        except RepositoryError as error:
            return error

    with ThreadPoolExecutor(callers) as threads:
        return list(threads.map(call, range(callers)))


def elsewhere(act: Callable[[], T]) -> T:
    """Return what `act` returns in another thread."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(act).result(timeout=20)
