"""Having one's account erased: who may ask, the time of grace, and that nothing is left of her anywhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from config.settings import Toggles
from huntaze_app.clock import now
from huntaze_app.stores import StoreRouter
from huntaze_app.users.erasure import ERASE
from repositories.entities.jobs import Job
from repositories.memory.tables import Table
from repositories.paging import PageRequest
from tests.answers import assert_error, assert_invalid, router_of
from tests.conftest import AREAS, MakeApp
from tests.functional.test_export import give_figures, id_of, opened
from tests.people import ADMIN, PASSWORD, admin, bearer, creator, invitation, new_key, sign_up, token_pair
from tests.work import body, outbox, work_off

ME, CANCEL = "/api/users/me", "/api/users/me/erasure/cancel"
ZOE = "zoe-canary@example.fr"
GRACE = timedelta(days=14)


@pytest.fixture
def zoe(app: Flask) -> FlaskClient:
    """An account, signed in."""
    return creator(app, ZOE)


def sign_in(app: Flask, email: str = ZOE) -> FlaskClient:
    client = app.test_client()
    response = client.post("/api/auth/signin", json={"email": email, "password": PASSWORD})
    assert response.status_code == 200, response.text
    return client


def may_sign_in(app: Flask, email: str = ZOE) -> bool:
    given = {"email": email, "password": PASSWORD}
    return app.test_client().post("/api/auth/signin", json=given).status_code == 200


def by_the_clock(app: Flask) -> None:
    """Do what the clock asks for, and what comes of it."""
    backend = router_of(app).backend("auth")
    with backend.unit() as stores:
        stores.jobs.add(Job(UUID(int=now().microsecond), "users.erase_due", now()))
    work_off(app)


def trail(app: Flask, action: str) -> list[Any]:
    page = PageRequest(limit=100)
    return list(router_of(app).run("auth", lambda stores: stores.audit.list_page(page, action), read_only=True).items)


def everything(app: Flask) -> str:
    """All that is stored anywhere, as text: every column of every table, or every row in memory."""
    router, texts = router_of(app), []
    for name in {router.backend(route).name for route in ("auth", "analytics", "metrics")}:
        if name == "memory":
            database = router.backends[name]._database  # type: ignore[attr-defined]
            tables = [table for table in vars(database).values() if isinstance(table, Table)]
            assert len(tables) >= 14
            texts += [repr((table.rows, table.keys)) for table in tables]
        else:
            texts += dump(app.extensions["settings"].database_url)
    return "\n".join(texts)


def dump(url: str) -> list[str]:
    tables = """SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
                WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        names = [row[0] for row in connection.execute(tables).fetchall()]
        assert {"public.users", "public.procrastinate_jobs", "public.rate_hits"} <= set(names)
        return [copied(connection, name) for name in names]


def copied(connection: psycopg.Connection[Any], table: str) -> str:
    with connection.cursor().copy(f"COPY {table} TO STDOUT".encode()) as copy:
        return table + "\n" + b"".join(bytes(part) for part in copy).decode()


def live(app: Flask, zoe: FlaskClient) -> UUID:
    """Leave traces everywhere."""
    user_id = id_of(zoe)
    zoe.patch("/api/users/profile", json={"name": "Nom-canary", "bio": "bio-canary", "timezone": "UTC"})
    zoe.get("/profile", headers={"User-Agent": "agent-canary"})
    app.test_client().post(
        "/api/auth/signin", json={"email": ZOE, "password": PASSWORD}, headers={"User-Agent": "agent-canary"}
    )
    new_key(zoe, "profile:read", name="key-canary")
    token_pair(app, ZOE)
    app.test_client().post("/api/auth/magic-link", json={"email": ZOE})
    app.test_client().post("/api/auth/password/forgot", json={"email": ZOE.upper()})
    app.test_client().post("/api/auth/signin", json={"email": ZOE, "password": "wrong"})
    zoe.post("/api/analytics/events", json={"eventType": "type-canary", "eventData": {"a": "data-canary"}})
    give_figures(app, user_id)
    invitation(app, ZOE)
    app.test_client().post("/api/waitlist", json={"email": ZOE.upper(), "locale": "en"})
    return user_id


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


def test_an_account_is_erased_after_fourteen_days(app: Flask, zoe: FlaskClient) -> None:
    at = now()
    with time_machine.travel(at, tick=False):
        answer = zoe.delete(ME, json={"password": PASSWORD})
        by_the_clock(app)
    erase_at = datetime.fromisoformat(answer.get_json()["eraseAt"])
    assert (answer.status_code, erase_at) == (202, at + GRACE)

    with time_machine.travel(at + GRACE - timedelta(seconds=1), tick=False):
        by_the_clock(app)
        assert may_sign_in(app)
    with time_machine.travel(at + GRACE, tick=False):
        by_the_clock(app)
        assert not may_sign_in(app)
    assert "canary" not in everything(app)


def test_asking_ends_every_other_sign_in(app: Flask, zoe: FlaskClient) -> None:
    other, key, pair = sign_in(app), new_key(zoe, "profile:read")["key"], token_pair(app, ZOE)

    assert zoe.delete(ME, json={}).status_code == 202, "a sign-in just made is proof enough"

    program = app.test_client()
    assert zoe.get("/api/auth/me").status_code == 200
    assert other.get("/api/auth/me").status_code == 401
    for token in (key, pair["accessToken"]):
        assert program.get("/api/auth/me", headers=bearer(token)).status_code == 401


def test_a_mail_tells_the_day_and_how_to_stay(app: Flask, zoe: FlaskClient) -> None:
    with time_machine.travel(datetime.fromisoformat("2031-05-01T12:00:00+00:00"), tick=False):
        zoe = sign_in(app)
        zoe.delete(ME, json={})
        zoe.delete(ME, json={})
        work_off(app)

    letters = [mail for mail in outbox(app) if "effacé" in str(mail["Subject"])]
    assert [mail["To"] for mail in letters] == [ZOE]
    assert "15 mai 2031" in body(letters[0])
    assert "/profile" in body(letters[0])


def test_who_changes_her_mind_stays(app: Flask, zoe: FlaskClient) -> None:
    at = now()
    with time_machine.travel(at, tick=False):
        zoe.delete(ME, json={})
    with time_machine.travel(at + timedelta(days=13), tick=False):
        again = sign_in(app)
        assert [again.post(CANCEL).status_code for _ in range(2)] == [204, 204]
    with time_machine.travel(at + timedelta(days=20), tick=False):
        by_the_clock(app)
        assert may_sign_in(app)
    assert len(trail(app, "erasure_cancelled")) == 1


def test_who_asked_for_it_at_once_cannot_go_back(app: Flask, zoe: FlaskClient) -> None:
    zoe.delete(ME, json={"now": True})

    assert_error(zoe.post(CANCEL), 401, "unauthenticated")
    assert not may_sign_in(app)


def test_a_later_wish_is_no_delay_and_an_earlier_one_is_heard(app: Flask, zoe: FlaskClient) -> None:
    at = now()
    with time_machine.travel(at, tick=False):
        first = zoe.delete(ME, json={}).get_json()
    with time_machine.travel(at + timedelta(days=2), tick=False):
        again = zoe.delete(ME, json={"password": PASSWORD}).get_json()
        assert zoe.delete(ME, json={"password": PASSWORD, "now": True}).status_code == 202
        work_off(app)
    assert first == again
    assert "canary" not in everything(app)


def test_an_old_sign_in_proves_nothing(app: Flask, zoe: FlaskClient) -> None:
    with time_machine.travel(now() + timedelta(minutes=10), tick=False):
        assert_error(zoe.delete(ME, json={}), 403, "fresh_sign_in_required")
        details = assert_invalid(zoe.delete(ME, json={"password": "not it"}), "password")
        assert details["password"]
        assert zoe.delete(ME, json={"password": PASSWORD}).status_code == 202
    (refused,) = trail(app, "erasure_refused")
    assert refused.actor_id == id_of(zoe)
    assert "not it" not in everything(app)


def test_a_wrong_password_is_wrong_however_fresh_the_sign_in(app: Flask, zoe: FlaskClient) -> None:
    assert_invalid(zoe.delete(ME, json={"password": "not it"}), "password")


def test_a_program_gives_the_password(app: Flask, zoe: FlaskClient) -> None:
    program, token = app.test_client(), bearer(token_pair(app, ZOE)["accessToken"])

    assert_invalid(program.delete(ME, json={}, headers=token), "password")
    answer = program.delete(ME, json={"password": PASSWORD}, headers=token)

    assert answer.status_code == 202
    assert "Set-Cookie" not in answer.headers
    assert program.get("/api/auth/me", headers=token).status_code == 401
    assert may_sign_in(app)


def test_ten_wrong_passwords_are_enough(backend_name: str, make_app: MakeApp) -> None:
    app = make_app(backend_name, ratelimit_enabled=True, ratelimit_default=(1000, 1))
    with time_machine.travel(now(), tick=False):
        zoe = creator(app, ZOE)
        answers = [zoe.delete(ME, json={"password": "not it"}).status_code for _ in range(11)]
        assert answers == [400] * 10 + [429]
        assert zoe.delete(ME, json={"password": PASSWORD}).status_code == 429


@pytest.mark.parametrize("wanted", [{}, {"now": True}])
def test_the_last_administrator_stays(app: Flask, wanted: dict[str, bool]) -> None:
    boss = admin(app)

    assert_error(boss.delete(ME, json=wanted), 409, "last_admin")

    assert boss.get("/api/auth/me").status_code == 200
    by_the_clock(app)
    assert may_sign_in(app, ADMIN)


def test_who_became_the_last_administrator_meanwhile_stays_until_there_is_another(app: Flask) -> None:
    at = now()
    with time_machine.travel(at, tick=False):
        boss, other = admin(app), creator(app, ZOE)
        boss.patch(f"/api/users/{id_of(other)}", json={"role": "ADMIN"})
        other = sign_in(app)
        assert boss.delete(ME, json={}).status_code == 202
        assert other.delete(f"/api/users/{id_of(other)}").status_code == 204
    with time_machine.travel(at + GRACE, tick=False):
        by_the_clock(app)
        assert may_sign_in(app, ADMIN)
        boss = sign_in(app, ADMIN)
        boss.post("/api/users", json={"email": "next@example.fr", "name": "Next", "role": "ADMIN"})
        by_the_clock(app)
        assert not may_sign_in(app, ADMIN)


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
