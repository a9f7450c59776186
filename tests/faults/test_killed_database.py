"""Postgres dies while people sign up, and while they read."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from config.embedded_postgres import EmbeddedPostgres
from tests.faults.conftest import StartWeb, make_codes, rows
from tests.faults.http import Answer, Load, tell
from tests.faults.signups import SignUps, statuses
from tests.faults.web import WebServer
from tests.people import PASSWORD

Rounds = Callable[[int, int], int]
BETWEEN_KILLS = 2.0
DOWN = 0.7  # seconds: longer than a unit of work is tried again


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_the_cluster_of_these_tests_keeps_what_it_acknowledges(database: str, setting: str) -> None:
    assert rows(database, f"SHOW {setting}") == [("on",)], "else the tests below would prove nothing"


def test_sign_ups_survive_kills_of_postgres(
    cluster: EmbeddedPostgres, database: str, start_web: StartWeb, fault_rounds: Rounds
) -> None:
    kills = fault_rounds(2, 5)
    web = start_web(database)
    sign_ups = SignUps(web.caller, database, most=kills * 3000)
    back_at = []

    with sign_ups.load() as load:
        for _ in range(kills):
            time.sleep(BETWEEN_KILLS / 2)
            cluster.kill()
            time.sleep(DOWN)
            url = cluster.start()
            back_at.append(time.monotonic())
            assert url.rpartition("/")[0] in database.replace("+psycopg", ""), "it came back at the same address"
            time.sleep(BETWEEN_KILLS / 2)
    answers = load.answers

    assert load.unanswered == 0
    assert set(statuses(answers)) <= {201, 503}, statuses(answers)
    assert statuses(answers)[201] > BETWEEN_KILLS * kills * 50, "most of the time it works"
    assert sign_ups.lost() == set()
    recoveries = [recovery(answers, moment) for moment in back_at]
    slowest = max(answer.seconds for answer in answers)
    tell(f"{dict(statuses(answers))}; recoveries {[f'{r:.3f}' for r in recoveries]} s; slowest {slowest:.2f} s")
    assert max(recoveries) < 2
    assert slowest < 5
    assert all(answer.headers["retry-after"] for answer in answers if answer.status == 503)


def recovery(answers: list[Answer], back_at: float) -> float:
    """Seconds from a server that takes connections to the first sign-up that works."""
    return min(answer.read_at for answer in answers if answer.status == 201 and answer.read_at > back_at) - back_at


def test_terminated_backends_are_not_noticed_by_readers(module_database: str, module_web: WebServer) -> None:
    database, web = module_database, module_web
    sign_ups = SignUps(web.caller, database, most=2000)
    [code] = make_codes(database, 1)
    body = {"email": "reader@example.fr", "password": PASSWORD, "name": "Zoé", "inviteCode": code}
    cookie = web.caller.post("/api/auth/signup", body).cookie
    reads = Load(lambda _: web.caller.get("/api/auth/me", cookie), a_second=50, threads=32)

    with reads, sign_ups.load(50, 32) as writes:
        cut = sum(terminate(database) for _ in range(15))

    assert cut >= 10
    assert set(statuses(reads.answers)) == {200}
    assert set(statuses(writes.answers)) <= {201, 503}
    assert statuses(writes.answers)[201] > len(writes.answers) * 0.9
    assert sign_ups.lost() == set()
    tell(f"{cut} backends cut; reads {dict(statuses(reads.answers))}; writes {dict(statuses(writes.answers))}")


def terminate(database: str) -> int:
    """Cut every connection of the product; return how many."""
    time.sleep(0.2)
    query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'huntaze'"
    return int(str(rows(database, query)[0][0]))


def test_an_idle_server_does_not_notice_a_restart_of_postgres(
    cluster: EmbeddedPostgres, module_database: str, module_web: WebServer
) -> None:
    web = module_web
    sign_ups = SignUps(web.caller, module_database, most=200)
    with sign_ups.load(200, 20) as load:
        time.sleep(0.1)
    assert set(statuses(load.answers)) == {201}

    cluster.kill()
    cluster.start()

    cookie = load.answers[0].cookie
    assert [web.caller.get("/api/auth/me", cookie).status for _ in range(10)] == [200] * 10
    assert sign_ups(199).status == 201
