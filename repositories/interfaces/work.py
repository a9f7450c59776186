"""Doing jobs: what a worker is told, and what it can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from repositories.entities.values import Json


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs to know of the product."""

    names: frozenset[str]  # of the handlers
    schedule: Mapping[str, str]  # the cron line of each that is called without being asked
    perform: Callable[[str, Json], None]  # calls a handler; raises what it raises
    patience: Callable[[BaseException, int], timedelta | None]  # how long after so many failures, if ever again
    most_attempts: int
    now: Callable[[], datetime]
    threads: int = 4


class Worker(Protocol):
    """Does the jobs of one backend."""

    def run(self) -> None:
        """Do jobs as they come, until told to stop; what is begun is finished."""
        ...

    def stop(self) -> None:
        """Have `run` return soon; callable from any thread."""
        ...
