"""Nothing is left anywhere of who is erased, however often that is interrupted."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from config.settings import Toggles
from huntaze_app.clock import now
from huntaze_app.stores import StoreRouter
from huntaze_app.users.erasure import ERASE
from tests.answers import router_of
from tests.conftest import AREAS, MakeApp
from tests.functional.erasing import GRACE, ME, ZOE, by_the_clock, everything, live, may_sign_in, trail
from tests.functional.test_export import give_figures, id_of, opened
from tests.people import PASSWORD, admin, creator, invitation, sign_up
from tests.work import work_off


@pytest.fixture
def zoe(app: Flask) -> FlaskClient:
    """An account, signed in."""
    return creator(app, ZOE)


def test_the_dump_sees_what_is_there(app: Flask, zoe: FlaskClient) -> None:
    """Or the tests below would prove nothing."""
    user_id = live(app, zoe)

    text = everything(app)
    for canary in (ZOE, "Nom-canary", "bio-canary", "agent-canary", "key-canary", "type-canary", "data-canary"):
        assert canary in text, canary
    assert str(user_id) in text


def test_nothing_is_left_of_who_is_erased_at_once(app: Flask, zoe: FlaskClient) -> None:
    user_id = live(app, zoe)
    lea = creator(app, "lea@example.fr")
    give_figures(app, id_of(lea))

    answer = zoe.delete(ME, json={"password": PASSWORD, "now": True})
    at_once = may_sign_in(app)
    work_off(app)

    assert answer.status_code == 202
    assert "huntaze_session=; Max-Age=0" in answer.headers["Set-Cookie"]
    assert at_once is False
    text = everything(app)
    assert "canary" not in text.lower()
    assert "777" in text, "Léa's figures stay"
    (erased,) = trail(app, "account_erased")
    assert (erased.actor_id, erased.subject_id, erased.details) == (None, user_id, {})
    about = router_of(app).run("auth", lambda stores: stores.audit.list_of(user_id), read_only=True)
    assert {event.ip for event in about if event.id != erased.id} == {None}
    assert "signed_in" in {event.action for event in about}
    assert lea.get("/api/auth/me").status_code == 200


def test_what_lives_on_another_backend_is_taken_along_and_erased_there(make_app: MakeApp) -> None:
    """Accounts on Postgres, statistics in memory: as the product is delivered."""
    toggles = Toggles({**dict.fromkeys(AREAS, "postgres"), "analytics": "memory", "metrics": "memory"})
    app = make_app("postgres", toggles=toggles)
    zoe = creator(app, ZOE)
    live(app, zoe)

    told = opened(zoe.get("/api/users/me/export"))
    zoe.delete(ME, json={"now": True})
    work_off(app)

    assert "data-canary" in [one["eventData"].get("a") for one in told["analytics-events.json"]]
    assert len(told["business-months.json"]) == 1
    assert "canary" not in everything(app)


def test_the_address_is_free_again(app: Flask, zoe: FlaskClient) -> None:
    zoe.delete(ME, json={"now": True})
    assert sign_up(app.test_client(), ZOE, invitation(app)).status_code == 201
    app.test_client().post("/api/auth/magic-link", json={"email": ZOE})

    work_off(app)

    assert may_sign_in(app), "the old account is erased, the new one stays"
    assert "zoe-canary" in everything(app)
    assert len(trail(app, "account_erased")) == 1


def test_who_an_administrator_deleted_is_erased_in_time(app: Flask, zoe: FlaskClient) -> None:
    user_id, at = live(app, zoe), now()
    boss = admin(app)
    with time_machine.travel(at, tick=False):
        assert boss.delete(f"/api/users/{user_id}").status_code == 204
        by_the_clock(app)
        assert "canary" in everything(app)
    with time_machine.travel(at + GRACE, tick=False):
        by_the_clock(app)
    assert "canary" not in everything(app)


@pytest.mark.parametrize("step", range(4))
def test_what_was_interrupted_is_done_later(
    app: Flask, zoe: FlaskClient, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Killed before any of its four units: the job fails, and is tried again; the clock would find the rest, too."""
    live(app, zoe)
    work_off(app)
    zoe.delete(ME, json={"now": True})
    run_on, steps = StoreRouter.run_on, count()

    def until_killed(router: StoreRouter, backend: str, work: Any) -> Any:
        if next(steps) >= step:
            raise RuntimeError("killed")
        return run_on(router, backend, work)

    with monkeypatch.context() as patch:
        patch.setattr(StoreRouter, "run_on", until_killed)
        work_off(app)
    assert not may_sign_in(app)
    assert trail(app, "account_erased") == []
    assert "canary" in everything(app)

    with time_machine.travel(now() + timedelta(minutes=1)):
        work_off(app)
    assert "canary" not in everything(app)
    assert len(trail(app, "account_erased")) == 1


def test_the_clock_finds_what_no_job_remembers(app: Flask, zoe: FlaskClient) -> None:
    """Its job given up or lost: the row itself says that there is work."""
    live(app, zoe)
    work_off(app)
    zoe.delete(ME, json={"now": True})
    with router_of(app).backend("auth").unit() as stores:
        claimed = stores.jobs.claim(now())
        assert claimed is not None
        assert claimed.name == ERASE
        stores.jobs.finish(claimed.id)

    by_the_clock(app)
    assert "canary" not in everything(app)
