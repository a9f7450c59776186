"""Where routes meet backends: each unit of work is opened here, and nowhere else is one committed."""

from __future__ import annotations

import inspect
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, get_type_hints

from flask import current_app, request

from config.settings import Toggles
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


class StoreRouter:
    """Opens units of work on the backend that a route is toggled to."""

    def __init__(self, backends: Mapping[str, Backend], toggles: Toggles) -> None:
        self.backends = backends
        self.toggles = toggles
        self._chosen: dict[str, Backend] = {}
        self._open = threading.local()

    def backend(self, route: str) -> Backend:
        """Return the backend of a blueprint or endpoint."""
        if route not in self._chosen:
            choice = choose(route, self.toggles)
            if choice is None:
                raise LookupError(f"no backend for {route}")
            self._chosen[route] = self.backends[choice.backend]
        return self._chosen[route]

    @contextmanager
    def unit(self, route: str, *, read_only: bool = False) -> Iterator[Stores]:
        """Open a unit of work: it commits when the block ends and rolls back when it raises."""
        if getattr(self._open, "route", None):
            raise NestedUnit(f"{route} inside {self._open.route}")
        self._open.route = route
        try:
            with self.backend(route).unit(read_only=read_only) as stores:
                yield stores
        finally:
            self._open.route = None

    def run(self, route: str, work: Callable[[Stores], T], *, read_only: bool = False) -> T:
        """Do the work in a unit, and again in a new one when it was undone by no fault of its own."""
        for attempt in range(RETRIES):
            try:
                with self.unit(route, read_only=read_only) as stores:
                    return work(stores)
            except Transient:
                time.sleep(FIRST_WAIT * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311  # jitter, not a secret
        with self.unit(route, read_only=read_only) as stores:
            return work(stores)

    def close(self) -> None:
        """Let go of every backend."""
        for backend in self.backends.values():
            backend.close()


def store_router() -> StoreRouter:
    """Return the router of the current application."""
    router: StoreRouter = current_app.extensions["stores"]
    return router


def note_backend(name: str) -> None:
    """Remember which backend answers, for the X-Store-Backend header and the log."""
    request.environ["huntaze.backend"] = name


def with_stores(view: Callable[Concatenate[Any, P], T]) -> Callable[P, T]:
    """Give a view its stores, in a unit of work that is committed before the response is built."""
    used = stores_of(view)

    @wraps(view)
    def in_unit(*args: P.args, **kwargs: P.kwargs) -> T:
        router = store_router()
        route = request.endpoint or ""
        note_backend(router.backend(route).name)
        read_only = request.method in SAFE_METHODS
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
