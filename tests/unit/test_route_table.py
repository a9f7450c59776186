"""What the product refuses to start with, in sentences a developer can act on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from config.settings import Settings, Toggles
from huntaze_app import create_app
from huntaze_app.route_table import RoutesRefused, check_routes, route_rows
from huntaze_app.stores import STORE_NAMES, Choice, choose, with_stores
from huntaze_app.users.service import UserStores
from repositories.stores import Stores
from tests.answers import json_lines
from tests.conftest import AREAS, settings_for

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
MEMORY = dict.fromkeys(AREAS, "memory")


def settings(changes: dict[str, str | None] | None = None, **others: object) -> Settings:
    routes = {key: value for key, value in {**MEMORY, **(changes or {})}.items() if value is not None}
    given = {"toggles": Toggles(routes), "database_url": NOWHERE, **others}
    return replace(settings_for("memory"), **given)  # type: ignore[arg-type]  # the names are those of Settings


def refused(chosen: Settings) -> list[str]:
    with pytest.raises(RoutesRefused) as caught:
        create_app(chosen)
    assert str(caught.value).startswith("The route toggles (config/routes.toml, ROUTE_BACKENDS) cannot work:\n- ")
    return caught.value.faults


def test_the_most_specific_toggle_decides() -> None:
    toggles = Toggles({"auth": "postgres", "auth.api": "memory", "auth.api.me": "postgres"})

    assert choose("auth.api.me", toggles) == Choice("postgres", "auth.api.me")
    assert choose("auth.api.sign_in", toggles) == Choice("memory", "auth.api")
    assert choose("auth.pages.sign_in", toggles) == Choice("postgres", "auth")
    assert choose("auth", toggles) == Choice("postgres", "auth")
    assert choose("auth.apidocs", toggles) == Choice("postgres", "auth")


@pytest.mark.parametrize("route", ["users.api.profile", "", "authentic.api", "api.auth"])
def test_there_is_no_default(route: str) -> None:
    assert choose(route, Toggles({"auth": "postgres"})) is None


def test_a_route_without_a_backend_is_told_what_to_add() -> None:
    faults = refused(settings({"billing": None}))

    assert faults == [
        'the route billing.api.subscription has no backend: add billing = "memory" or "postgres" to [routes]'
    ]


def test_a_toggle_without_a_route_is_told_which_areas_there_are() -> None:
    (fault,) = refused(settings({"bling": "memory"}))

    assert fault.startswith("the toggle bling matches no route: remove it, or name one of ")
    assert all(area in fault for area in AREAS)


@pytest.mark.parametrize("key", ["auth.api.sign", "aut", "auth.api.sign_in.more", "static.more", "auth."])
def test_half_a_name_is_no_toggle(key: str) -> None:
    faults = refused(settings({key: "memory"}))

    assert len(faults) == 1
    assert f"the toggle {key} matches no route" in faults[0]


def test_an_unknown_backend_is_told_which_ones_exist() -> None:
    faults = refused(settings({"billing": "mongodb"}))

    expected = "the toggle billing names the backend mongodb, which does not exist: use memory or postgres"
    assert expected in faults


def test_users_alone_on_memory_are_refused_and_told_to_move_with_auth() -> None:
    chosen = {**dict.fromkeys(AREAS, "postgres"), "users": "memory"}

    faults = refused(settings(chosen))  # type: ignore[arg-type]  # no key is None

    named = {fault.split("`")[1]: fault for fault in faults}
    assert named.keys() >= {"accounts", "api_keys", "audit", "invites", "sessions", "subscriptions"}
    assert named["users"] == (
        "the store `users` is shared by users (memory) and admin, auth (postgres): they must move together, "
        "or [allow_split] must name users and say why"
    )


def test_a_split_store_is_told_once_with_every_toggle_that_uses_it() -> None:
    faults = refused(settings({"analytics": "postgres"}))

    assert faults == [
        (
            "the store `metrics` is shared by metrics (memory) and analytics (postgres): they must move together, "
            "or [allow_split] must name metrics and say why"
        )
    ]


def test_one_endpoint_on_another_backend_splits_its_stores() -> None:
    faults = refused(settings({"auth.api.sign_up": "postgres"}))

    split = ["audit", "devices", "invites", "jobs", "mails", "sessions", "subscriptions", "users"]
    assert [fault.split("`")[1] for fault in faults] == split
    assert all("auth.api.sign_up (postgres)" in fault for fault in faults)


def test_a_split_on_purpose_is_a_warning_with_its_reason_and_a_mark(capfd: pytest.CaptureFixture[str]) -> None:
    toggles = Toggles({**MEMORY, "analytics": "postgres"}, allow_split={"metrics": "the figures are copied at night"})

    app = create_app(settings(toggles=toggles, log_json=True))

    lines = json_lines(capfd.readouterr().err)
    told = [line["event"] for line in lines if line.get("level") == "warning"]
    assert told == ["metrics is split over backends: the figures are copied at night"]
    marked = {row.endpoint for row in route_rows(app, toggles) if row.is_split}
    assert "analytics.api.overview" in marked
    assert "metrics.api.totals" in marked
    assert "auth.api.me" not in marked


def test_postgres_without_a_database_names_the_toggles() -> None:
    chosen = settings(dict.fromkeys(AREAS, "postgres"), database_url=None)

    (fault,) = refused(chosen)

    assert fault == (
        "admin, analytics, auth, billing, metrics, users on postgres, but there is no database: "
        "set DATABASE_URL, or toggle to memory"
    )


def test_memory_in_several_processes_is_refused() -> None:
    (fault,) = refused(settings(workers=2))

    assert fault == (
        "admin, analytics, auth, billing, metrics, users on memory with 2 worker processes, each with its own: "
        "set WEB_WORKERS=1, toggle to postgres, or list the area in [allow_processes]"
    )


def test_sample_areas_may_be_on_memory_in_several_processes() -> None:
    routes = {**dict.fromkeys(AREAS, "postgres"), "analytics": "memory", "metrics": "memory"}
    toggles = Toggles(routes, allow_processes=frozenset({"analytics", "metrics"}))

    app = create_app(settings(toggles=toggles, workers=4))

    app.extensions["stores"].close()
    assert check_routes(app, settings(toggles=toggles, workers=4)) == []


def test_every_fault_is_told_at_once() -> None:
    faults = refused(settings({"billing": None, "nothing": "mongodb", "analytics": "postgres"}, database_url=None))

    assert len(faults) == 5
    assert len([fault for fault in faults if "nothing" in fault]) == 2


def test_a_view_that_takes_stores_without_the_decorator_is_refused() -> None:
    app = Flask(__name__)

    @app.get("/forgotten")
    def forgotten(stores: UserStores) -> str:
        return str(stores)

    with pytest.raises(RoutesRefused) as caught:
        check_routes(app, settings_for("memory", toggles=Toggles({})))
    assert caught.value.faults == ["the view forgotten takes `stores` without the decorator: put @with_stores on it"]


def test_the_stores_of_a_view_are_read_from_its_annotation() -> None:
    @with_stores
    def some(stores: UserStores) -> str:
        return str(stores)

    @with_stores
    def every(stores: Stores) -> str:
        return str(stores)

    assert some.stores == {"users"}  # type: ignore[attr-defined]  # set by the decorator
    assert every.stores == STORE_NAMES  # type: ignore[attr-defined]


def test_identity_needs_a_backend_even_where_every_endpoint_has_one() -> None:
    routes = {**MEMORY, "auth.api": "memory", "auth.pages": "memory"}
    del routes["auth"]

    faults = refused(settings(toggles=Toggles(routes)))

    assert faults
    assert all('add auth = "memory" or "postgres"' in fault for fault in faults)
