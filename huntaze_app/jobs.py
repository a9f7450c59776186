"""Jobs: their handlers, by name, and those who call them.

An area with something to do later has a `tasks.py`: `tasks = Tasks()`, and functions under
`@tasks.handler("area.verb")`. A handler opens units of its own through its desk. It may run twice, for a worker may
be killed after its last unit and before its job is crossed off: what it does must bear that.
"""

from __future__ import annotations

import inspect
import random
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import structlog

from config.settings import Settings
from huntaze_app.clients.mailer import Mailer
from huntaze_app.clock import now
from repositories.entities.values import Json
from repositories.interfaces.work import Work, Worker
from repositories.stores import Backend, Stores

T = TypeVar("T")

ROUTE = "auth"  # jobs are stored where accounts are
MOST_ATTEMPTS = 14  # over about nine hours
FIRST_WAIT = timedelta(seconds=10)  # doubles with each failure
LONGEST_WAIT = timedelta(hours=2)

Handler = Callable[..., None]


class Hopeless(Exception):
    """The job failed, and trying again would not help."""


class Router(Protocol):
    """Opens units of work on a backend."""

    backends: Mapping[str, Backend]

    def run_on(self, backend: str, work: Callable[[Stores], T]) -> T:
        """Do the work in a unit."""
        ...

    def backend(self, route: str) -> Backend:
        """Return the backend of a route."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What a handler works with: the backend its job was put on, settings, and ways into the world."""

    router: Router
    backend: str
    settings: Settings
    mailer: Mailer

    def run(self, work: Callable[[Stores], T]) -> T:
        """Do the work in a unit, and again in a new one when it was undone by no fault of its own."""
        return self.router.run_on(self.backend, work)

    def now(self) -> datetime:
        """Return the present moment."""
        return now()


class Tasks:
    """The handlers of an area."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}
        self.schedule: dict[str, str] = {}

    def handler(self, name: str, *, every: str | None = None) -> Callable[[Handler], Handler]:
        """Register a handler; `every` is a cron line (UTC), for one that is called by the clock, without arguments."""

        def register(function: Handler) -> Handler:
            self.handlers[name] = function
            if every is not None:
                self.schedule[name] = every
            return function

        return register


class Office:
    """All handlers of the product, and the workers that call them."""

    def __init__(
        self, router: Router, settings: Settings, areas: Iterable[Tasks], mailer: Callable[[], Mailer]
    ) -> None:
        self._router = router
        self._settings = settings
        self._mailer = mailer
        self.handlers: dict[str, Handler] = {}
        self.schedule: dict[str, str] = {}
        for tasks in areas:
            self.handlers |= tasks.handlers
            self.schedule |= tasks.schedule

    def work(self, backend: str) -> Work:
        """Return what a worker needs to know to do the jobs of a backend."""
        desk = Desk(self._router, backend, self._settings, self._mailer())
        return Work(
            names=frozenset(self.handlers),
            schedule=self.schedule,
            perform=lambda name, arguments: perform(desk, self.handlers, name, arguments),
            patience=patience,
            most_attempts=MOST_ATTEMPTS,
            now=now,
        )

    def worker(self, backend: str) -> Worker:
        """Return a worker for the jobs of a backend."""
        return self._router.backends[backend].worker(self.work(backend))

    def work_in_memory(self) -> None:
        """Do the jobs of this process's own memory, if accounts live there, in a thread that ends with it."""
        backend = self._router.backend(ROUTE)
        if not backend.is_lasting:
            worker = self.worker(backend.name)
            threading.Thread(target=worker.run, name="jobs", daemon=True).start()


def perform(desk: Desk, handlers: dict[str, Handler], name: str, arguments: Json) -> None:
    """Call a handler and log how it ended; raises what it raises, or Hopeless when there is none to call."""
    log = structlog.get_logger().bind(job=name, **_ids(arguments))
    try:
        _fitting(handlers, name, desk, arguments)(desk, **arguments)
    except Exception as error:
        log.warning("job failed", error=type(error).__name__, cause=str(error)[:200], is_hopeless=_is_hopeless(error))
        raise
    log.info("job done")


def _fitting(handlers: Mapping[str, Handler], name: str, desk: Desk, arguments: Json) -> Handler:
    handler = handlers.get(name)
    if handler is None:
        raise Hopeless("no handler has this name")
    try:
        inspect.signature(handler).bind(desk, **arguments)
    except TypeError as error:  # of another release, or not ours
        raise Hopeless("the arguments do not fit") from error
    return handler


def _ids(arguments: Json) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name.endswith("_id")}


def patience(error: BaseException, failures: int) -> timedelta | None:
    """Return how long to wait after so many failures, with some jitter; None when that was the last."""
    if _is_hopeless(error) or failures >= MOST_ATTEMPTS:
        return None
    wait: timedelta = min(FIRST_WAIT * 2 ** (failures - 1), LONGEST_WAIT)
    return wait * random.uniform(0.75, 1.25)  # noqa: S311  # jitter, not a secret


def _is_hopeless(error: BaseException) -> bool:
    return isinstance(error, Hopeless)
