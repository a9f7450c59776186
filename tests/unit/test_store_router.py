"""Units of work: one at a time, tried again when they may be, and never half done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from config.settings import Toggles
from huntaze_app import stores as module
from huntaze_app.clock import new_id
from huntaze_app.stores import NestedUnit, StoreRouter
from huntaze_app.users.service import UserStores
from repositories.entities.users import User
from repositories.errors import (
    Conflict,
    ConnectionLost,
    EmailTaken,
    OutcomeUnknown,
    ReadOnlyUnit,
    Unavailable,
    WriteCollision,
)
from repositories.memory.backend import MemoryBackend
from repositories.stores import Stores
from tests.conftest import MakeApp

AT = datetime(2026, 1, 1, tzinfo=UTC)


class Failing(MemoryBackend):
    """A backend whose next units fail at COMMIT, as a serialization failure does."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self.errors = list(errors)
        self.opened: list[bool] = []

    @contextmanager
    def unit(self, *, read_only: bool = False) -> Iterator[Stores]:
        self.opened.append(read_only)
        with super().unit(read_only=read_only) as stores:
            yield stores
            if self.errors:
                raise self.errors.pop(0)


def router_on(backend: MemoryBackend) -> StoreRouter:
    return StoreRouter({"memory": backend}, Toggles({"auth": "memory", "users": "memory"}))


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_WAIT", 0.0)


def user(email: str = "a@example.fr") -> User:
    return User(new_id(), email, "A", AT, AT)


def adding(calls: list[int], *people: User) -> Callable[[Stores], str]:
    def work(stores: Stores) -> str:
        calls.append(1)
        for one in people:
            stores.users.add(one)
        return "done"

    return work


def emails(router: StoreRouter, *wanted: str) -> list[bool]:
    def look(stores: Stores) -> list[bool]:
        return [stores.users.find_by_email(email) is not None for email in wanted]

    return router.run("users", look, read_only=True)


@pytest.mark.parametrize("failures", [0, 1, 2, 3])
def test_a_unit_undone_by_no_fault_of_its_own_is_tried_three_times_more(failures: int) -> None:
    backend = Failing(*(WriteCollision() for _ in range(failures)))
    router, calls = router_on(backend), list[int]()

    assert router.run("users", adding(calls, user())) == "done"

    assert len(calls) == len(backend.opened) == failures + 1
    assert emails(router, "a@example.fr") == [True]


def test_after_three_tries_more_the_collision_is_told() -> None:
    backend = Failing(*(WriteCollision() for _ in range(9)))
    router, calls = router_on(backend), list[int]()

    with pytest.raises(WriteCollision):
        router.run("users", adding(calls, user()))

    assert len(calls) == 4
    backend.errors.clear()
    assert emails(router, "a@example.fr") == [False]


@pytest.mark.parametrize("error", [Conflict(), EmailTaken(), Unavailable(), OutcomeUnknown(), RuntimeError()])
def test_nothing_else_is_tried_again(error: Exception) -> None:
    router, calls = router_on(Failing(error)), list[int]()

    with pytest.raises(type(error)):
        router.run("users", adding(calls, user()))

    assert len(calls) == 1
    assert emails(router, "a@example.fr") == [False]


def test_a_connection_lost_before_commit_is_tried_again() -> None:
    router, calls = router_on(Failing(ConnectionLost())), list[int]()

    router.run("users", adding(calls, user()))

    assert len(calls) == 2


def test_a_unit_that_raises_leaves_nothing_behind() -> None:
    router = router_on(MemoryBackend())

    with pytest.raises(EmailTaken):
        router.run("users", adding([], user("a@example.fr"), user("A@EXAMPLE.FR")))

    assert emails(router, "a@example.fr") == [False]


def test_units_never_nest() -> None:
    router = router_on(MemoryBackend())

    with router.unit("users"), pytest.raises(NestedUnit, match="auth inside users"), router.unit("auth"):
        pass


def test_units_never_nest_by_run_either_and_the_outer_one_goes_on() -> None:
    router = router_on(MemoryBackend())

    with router.unit("users") as stores:
        stores.users.add(user())
        with pytest.raises(NestedUnit):
            router.run("auth", lambda inner: inner)
        stores.users.add(user("b@example.fr"))

    assert emails(router, "a@example.fr", "b@example.fr") == [True, True]


def test_a_failed_unit_does_not_block_the_next() -> None:
    router = router_on(MemoryBackend())

    with pytest.raises(ZeroDivisionError), router.unit("users"):
        raise ZeroDivisionError

    assert emails(router, "a@example.fr") == [False]


def test_threads_have_units_of_their_own() -> None:
    router = router_on(MemoryBackend())
    found: list[object] = []

    def other() -> None:
        found.append(router.run("auth", lambda stores: stores.users.find_by_email("x@example.fr"), read_only=True))

    with router.unit("users", read_only=True):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(5)

    assert found == [None]


def test_a_read_only_unit_refuses_to_write() -> None:
    router = router_on(MemoryBackend())

    with pytest.raises(ReadOnlyUnit):
        router.run("users", adding([], user()), read_only=True)


def test_a_route_without_a_toggle_has_no_backend() -> None:
    with pytest.raises(LookupError, match="billing"):
        router_on(MemoryBackend()).backend("billing")


def failing_app(make_app: MakeApp, *errors: Exception) -> tuple[Flask, Failing, list[str]]:
    """An application with a view on a failing backend, which counts its calls."""
    app, calls = make_app("memory"), list[str]()
    backend = Failing(*errors)
    app.extensions["stores"].backends = {"memory": backend}

    @module.with_stores
    def view(stores: UserStores) -> str:
        calls.append("called")
        stores.users.add(user())
        return "done"

    @module.with_stores
    def look(stores: UserStores) -> str:
        return str(stores.users.find_by_email("a@example.fr") is not None)

    app.add_url_rule("/api/users/made", "users.api.made", view, methods=["GET", "HEAD", "POST"])
    app.add_url_rule("/api/users/seen", "users.api.seen", look)
    return app, backend, calls


def test_a_view_runs_again_and_its_effects_are_there_once(make_app: MakeApp) -> None:
    app, _backend, calls = failing_app(make_app, WriteCollision(), WriteCollision())
    client = app.test_client()

    assert client.post("/api/users/made").status_code == 200

    assert len(calls) == 3
    assert client.get("/api/users/seen").text == "True"


def test_a_view_that_collides_for_ever_is_unavailable(make_app: MakeApp) -> None:
    app, backend, calls = failing_app(make_app, *(WriteCollision() for _ in range(9)))
    client = app.test_client()

    response = client.post("/api/users/made")

    assert (response.status_code, response.get_json()["code"]) == (503, "database_unavailable")
    assert len(calls) == 4
    backend.errors.clear()
    assert client.get("/api/users/seen").text == "False"


def test_a_failure_at_commit_still_becomes_an_error_answer(make_app: MakeApp) -> None:
    app, _backend, calls = failing_app(make_app, OutcomeUnknown("lost"))

    response = app.test_client().post("/api/users/made")

    assert response.status_code == 503
    assert "lost" not in response.text
    assert len(calls) == 1


@pytest.mark.parametrize(("method", "read_only"), [("GET", True), ("HEAD", True), ("POST", False)])
def test_safe_methods_open_units_for_reading(make_app: MakeApp, method: str, read_only: bool) -> None:
    app, backend, _calls = failing_app(make_app)

    response: Any = app.test_client().open("/api/users/made", method=method)

    assert backend.opened == [read_only]
    assert response.status_code == (500 if read_only else 200)
