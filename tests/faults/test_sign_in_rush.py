"""A hundred people sign in at one moment, at the real cost of a password; nobody else should notice."""

from __future__ import annotations

import time

from tests.faults.conftest import StartWeb
from tests.faults.http import Load, at_once, percentile, tell
from tests.faults.signups import statuses
from tests.faults.web import REAL_HASHES, SEED_PASSWORD
from tests.people import ADMIN

PEOPLE = 100
UNNOTICED = 0.2  # seconds


def test_a_rush_of_sign_ins_is_served_and_starves_nobody(database: str, start_web: StartWeb) -> None:
    web = start_web(database, **REAL_HASHES)
    body = {"email": ADMIN, "password": SEED_PASSWORD}
    cookie = web.caller.post("/api/auth/signin", body).cookie
    alive = Load(lambda _: web.caller.get("/healthz"), a_second=25, threads=32)
    me = Load(lambda _: web.caller.get("/api/auth/me", cookie), a_second=25, threads=32)

    start = time.monotonic()
    with alive, me:
        answers = at_once(PEOPLE, lambda _: web.caller.post("/api/auth/signin", body))
    took = time.monotonic() - start

    p95 = {
        name: percentile([one.seconds for one in load.answers], 0.95) for name, load in (("alive", alive), ("me", me))
    }
    tell(f"{PEOPLE} sign-ins in {took:.2f} s, slowest {max(a.seconds for a in answers):.2f} s; p95 {p95} s")
    assert statuses(answers) == {200: PEOPLE}
    assert set(statuses(alive.answers)) == set(statuses(me.answers)) == {200}
    assert p95["alive"] < UNNOTICED
    assert p95["me"] < 2 * UNNOTICED  # it asks the database, which shares the processors with the hashing


def test_more_sign_ins_than_there_is_room_for_are_refused_at_once(database: str, start_web: StartWeb) -> None:
    web = start_web(database, WEB_THREADS="16", **{**REAL_HASHES, "PASSWORD_HASH_TIME_COST": "6"})
    body = {"email": ADMIN, "password": SEED_PASSWORD}
    alive = Load(lambda _: web.caller.get("/healthz"), a_second=25, threads=32)

    with alive:
        answers = at_once(PEOPLE, lambda _: web.caller.post("/api/auth/signin", body))

    assert set(statuses(answers)) == {200, 503}
    refused = [answer for answer in answers if answer.status == 503]
    assert {answer.json["code"] for answer in refused} == {"service_unavailable"}
    assert all(answer.headers["retry-after"] for answer in refused)
    p95 = percentile([answer.seconds for answer in alive.answers], 0.95)
    tell(f"{dict(statuses(answers))}; p95 of /healthz {p95 * 1000:.0f} ms")
    assert p95 < 5 * UNNOTICED, "a small server may be slow, and is not stuck behind the hashing"
