"""Where routes meet backends: each unit of work is opened here, and nowhere else is one committed."""

from __future__ import annotations

import inspect
import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from functools import wraps
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar, get_type_hints

from flask import current_app, request

from config.settings import Toggles
from huntaze_app.problems import Kept
from repositories.errors import Transient
from repositories.stores import Backend, Stores

T = TypeVar("T")
P = ParamSpec("P")

STORE_NAMES = frozenset(field.name for field in fields(Stores))
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
RETRIES = 3
FIRST_WAIT = 0.05  # seconds; doubles with each try


@dataclass(frozen=True, slots=True)
class Choice:
    """The backend of a route, and the toggle that decided it."""

    backend: str
    rule: str


def choose(route: str, toggles: Toggles) -> Choice | None:
    """Return the choice for a blueprint or endpoint, by its most specific toggle."""
    parts = route.split(".")
    for length in range(len(parts), 0, -1):
        rule = ".".join(parts[:length])
        if rule in toggles.routes:
            return Choice(toggles.routes[rule], rule)
    return None


class NestedUnit(RuntimeError):
    """A unit of work was opened inside another: a mistake in the program."""


class _OpenUnit(threading.local):
    """The route whose unit is open in this thread."""

    route: str | None = None


class _Guarded:
    """A unit of work that refuses to be opened inside another."""

    __slots__ = ("_open", "_route", "_unit")

    def __init__(self, route: str, open_unit: _OpenUnit, unit: AbstractContextManager[Stores]) -> None:
        self._route = route
        self._open = open_unit
        self._unit = unit

    def __enter__(self) -> Stores:
        if self._open.route is not None:
            raise NestedUnit(f"{self._route} inside {self._open.route}")
        self._open.route = self._route
        return self._unit.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        self._open.route = None
        if isinstance(error, Kept):
            return self._unit.__exit__(None, None, None)
        return self._unit.__exit__(kind, error, trace)


class StoreRouter:
    """Opens units of work on the backend that a route is toggled to."""

    def __init__(self, backends: Mapping[str, Backend], toggles: Toggles) -> None:
        self.backends = backends
        self.toggles = toggles
        self._chosen: dict[str, Backend] = {}
        self._open = _OpenUnit()

    def backend(self, route: str) -> Backend:
        """Return the backend of a blueprint or endpoint."""
        if route not in self._chosen:
            choice = choose(route, self.toggles)
            if choice is None:
                raise LookupError(f"no backend for {route}")
            self._chosen[route] = self.backends[choice.backend]
        return self._chosen[route]

    def unit(self, route: str, *, read_only: bool = False) -> AbstractContextManager[Stores]:
        """Open a unit of work: it commits when the block ends and rolls back when it raises."""
        return _Guarded(route, self._open, self.backend(route).unit(read_only=read_only))

    def run_on(self, backend: str, work: Callable[[Stores], T]) -> T:
        """Do the work in a unit of a backend, as `run` does: a job stays where it was put on the queue."""
        return _until_done(lambda: _Guarded(backend, self._open, self.backends[backend].unit()), work)

    def run(self, route: str, work: Callable[[Stores], T], *, read_only: bool = False) -> T:
        """Do the work in a unit, and again in a new one when it was undone by no fault of its own."""
        return _until_done(lambda: self.unit(route, read_only=read_only), work)

    def close(self) -> None:
        """Let go of every backend."""
        for backend in self.backends.values():
            backend.close()


def _until_done(open_unit: Callable[[], AbstractContextManager[Stores]], work: Callable[[Stores], T]) -> T:
    for attempt in range(RETRIES):
        try:
            with open_unit() as stores:
                return work(stores)
        except Transient:
            time.sleep(FIRST_WAIT * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311  # jitter, not a secret
    with open_unit() as stores:
        return work(stores)


def store_router() -> StoreRouter:
    """Return the router of the current application."""
    router: StoreRouter = current_app.extensions["stores"]
    return router


def note_backend(name: str) -> None:
    """Remember which backend answers, for the X-Store-Backend header and the log."""
    request.environ["huntaze.backend"] = name


def with_stores(view: Callable[Concatenate[Any, P], T]) -> Callable[P, T]:
    """Give a view its stores, in a unit of work that is committed before the response is built."""
    return _in_unit(view, always_writable=False)


def with_stores_to_write(view: Callable[Concatenate[Any, P], T]) -> Callable[P, T]:
    """Give a view stores it may write to though it answers GET.

    For a redirect of another site, which cannot POST, and for a download that is written down.
    """
    return _in_unit(view, always_writable=True)


def _in_unit(view: Callable[Concatenate[Any, P], T], *, always_writable: bool) -> Callable[P, T]:
    used = stores_of(view)

    @wraps(view)
    def in_unit(*args: P.args, **kwargs: P.kwargs) -> T:
        router = store_router()
        route = request.endpoint or ""
        note_backend(router.backend(route).name)
        read_only = request.method in SAFE_METHODS and not always_writable
        return router.run(route, lambda stores: view(stores, *args, **kwargs), read_only=read_only)

    in_unit.stores = used  # type: ignore[attr-defined]  # read by the route table
    return in_unit


def stores_of(view: Callable[..., Any]) -> frozenset[str]:
    """Return the names of the stores that a view asks for, by the annotation of its parameter `stores`."""
    asked = inspect.get_annotations(view, eval_str=True)["stores"]
    return STORE_NAMES if asked is Stores else frozenset(get_type_hints(asked)) & STORE_NAMES


def are_stores_lasting() -> bool:
    """Say whether what the current view stores outlives the process."""
    return store_router().backend(request.endpoint or "").is_lasting
