"""The table of routes and backends, and what must hold for it before the product starts."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask

from config.settings import Settings, Toggles
from huntaze_app.stores import Choice, choose

IDENTITY = "auth"  # the route through which session and user are read, whatever the view
IDENTITY_STORES = frozenset({"api_keys", "refresh_tokens", "sessions", "users"})
IMPLICIT_METHODS = frozenset({"HEAD", "OPTIONS"})


class RoutesRefused(Exception):
    """The toggles are impossible; each line says what to change."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(
            "The route toggles (config/routes.toml, ROUTE_BACKENDS) cannot work:\n- " + "\n- ".join(faults)
        )
        self.faults = faults


@dataclass(frozen=True, slots=True)
class RouteRow:
    """A route, the stores it uses, who may call it, and the backend that answers."""

    url: str
    methods: tuple[str, ...]
    endpoint: str
    stores: tuple[str, ...]
    access: str
    choice: Choice | None
    is_split: bool = False
    scope: str | None = None  # what an API key needs to call it; without one none may

    @property
    def backend(self) -> str | None:
        """The backend that answers; None for a route that uses no stores."""
        return self.choice.backend if self.choice else None

    @property
    def rule(self) -> str | None:
        """The toggle that decided."""
        return self.choice.rule if self.choice else None


def route_rows(app: Flask, toggles: Toggles) -> list[RouteRow]:
    """List the routes of an application, by address."""
    split = set(toggles.allow_split)
    rows = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        stores: frozenset[str] = getattr(view, "stores", frozenset())
        choice = choose(rule.endpoint, toggles) if stores else None
        methods = tuple(sorted((rule.methods or set()) - IMPLICIT_METHODS))
        access = getattr(view, "access", "public")
        if not stores and access != "public":  # it reads who is calling, and nothing else
            stores, choice = IDENTITY_STORES, choose(IDENTITY, toggles)
        named = (rule.rule, methods, rule.endpoint, tuple(sorted(stores)))
        rows.append(RouteRow(*named, access, choice, bool(stores & split), getattr(view, "scope", None)))
    return sorted(rows, key=lambda row: (row.url, row.methods))


def check_routes(app: Flask, settings: Settings) -> list[str]:
    """Raise RoutesRefused with every fault, or return the warnings."""
    rows = route_rows(app, settings.toggles)
    faults = [
        *_missing_decorators(app),
        *_missing_backends(rows, settings.toggles),
        *_idle_toggles(app, settings.toggles),
        *_unknown_backends(settings.toggles),
        *_missing_database(rows, settings),
        *_too_many_processes(rows, settings),
    ]
    splits = _splits(rows, settings.toggles)
    faults += [_split_fault(store, used) for store, used in splits.items() if store not in settings.toggles.allow_split]
    if faults:
        raise RoutesRefused(faults)
    return [f"{store} is split over backends: {settings.toggles.allow_split[store]}" for store in splits]


def _missing_decorators(app: Flask) -> Iterable[str]:
    for endpoint, view in app.view_functions.items():
        plain: Callable[..., Any] = inspect.unwrap(view)
        if "stores" in inspect.signature(plain).parameters and not hasattr(view, "stores"):
            yield f"the view {endpoint} takes `stores` without the decorator: put @with_stores on it"


def _missing_backends(rows: Iterable[RouteRow], toggles: Toggles) -> Iterable[str]:
    for row in rows:
        if row.stores and row.choice is None:
            # a route with a toggle of its own that lacks one still asks who is calling
            area = IDENTITY if choose(row.endpoint, toggles) else row.endpoint.split(".")[0]
            yield f'the route {row.endpoint} has no backend: add {area} = "memory" or "postgres" to [routes]'


def _idle_toggles(app: Flask, toggles: Toggles) -> Iterable[str]:
    endpoints = [f"{endpoint}." for endpoint in app.view_functions]
    for key in toggles.routes:
        if not any(endpoint.startswith(f"{key}.") for endpoint in endpoints):
            areas = ", ".join(sorted({endpoint.split(".")[0] for endpoint in endpoints if endpoint.count(".") > 1}))
            yield f"the toggle {key} matches no route: remove it, or name one of {areas}"


def _unknown_backends(toggles: Toggles) -> Iterable[str]:
    for key, backend in toggles.routes.items():
        if backend not in {"memory", "postgres"}:
            yield f"the toggle {key} names the backend {backend}, which does not exist: use memory or postgres"


def _missing_database(rows: Iterable[RouteRow], settings: Settings) -> Iterable[str]:
    wanting = sorted({row.choice.rule for row in rows if row.choice and row.choice.backend == "postgres"})
    if wanting and settings.database_url is None:
        yield f"{', '.join(wanting)} on postgres, but there is no database: set DATABASE_URL, or toggle to memory"


def _too_many_processes(rows: Iterable[RouteRow], settings: Settings) -> Iterable[str]:
    if settings.workers == 1:
        return
    on_memory = {row.choice.rule for row in rows if row.choice and row.choice.backend == "memory"}
    refused = sorted(rule for rule in on_memory if rule.split(".")[0] not in settings.toggles.allow_processes)
    if refused:
        yield (
            f"{', '.join(refused)} on memory with {settings.workers} worker processes, each with its own: "
            "set WEB_WORKERS=1, toggle to postgres, or list the area in [allow_processes]"
        )


def _splits(rows: Iterable[RouteRow], toggles: Toggles) -> dict[str, dict[str, set[str]]]:
    used: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    identity = choose(IDENTITY, toggles)
    for row in rows:
        for store in row.stores:
            if row.choice:
                used[store][row.choice.backend].add(row.choice.rule)
    for store in IDENTITY_STORES if identity else ():
        used[store][identity.backend].add(identity.rule)  # type: ignore[union-attr]  # checked by the condition
    return {store: backends for store, backends in sorted(used.items()) if len(backends) > 1}


def _split_fault(store: str, backends: dict[str, set[str]]) -> str:
    places = [f"{', '.join(sorted(rules))} ({backend})" for backend, rules in sorted(backends.items())]
    return (
        f"the store `{store}` is shared by {' and '.join(places)}: they must move together, "
        f"or [allow_split] must name {store} and say why"
    )
