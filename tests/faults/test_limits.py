"""Limits hold over processes and restarts, and say what happens when nobody can count."""

from __future__ import annotations

import socket
import time
from collections import Counter

import psycopg
import pytest

from config.embedded_postgres import EmbeddedPostgres
from tests.faults.conftest import StartWeb
from tests.faults.http import Answer, at_once, tell
from tests.faults.signups import statuses
from tests.faults.web import SEED_PASSWORD, WebServer
from tests.people import ADMIN

TWO = {"WEB_WORKERS": "2", "RATELIMIT_ENABLED": "true"}
WRONG = {"email": ADMIN, "password": "wrong password"}
BUDGET = 10
SOON = 0.1  # seconds
CLOSED = ("/api/auth/signin", "/api/auth/signup")


def cookie_of(web: WebServer) -> str:
    return web.caller.post("/api/auth/signin", {"email": ADMIN, "password": SEED_PASSWORD}).cookie


@pytest.mark.parametrize("budget", [BUDGET, 37])
def test_five_times_the_budget_over_two_processes_lets_in_exactly_the_budget(
    database: str, start_web: StartWeb, budget: int
) -> None:
    web = start_web(database, **TWO, RATELIMIT_DEFAULT=f"{budget} per 10 minutes")
    assert len(web.workers()) >= 2
    cookie = cookie_of(web)

    answers = at_once(5 * budget, lambda _: web.caller.get("/api/auth/me", cookie))
    assert statuses(answers) == {200: budget, 429: 4 * budget}
    remaining = sorted(int(answer.headers["x-ratelimit-remaining"]) for answer in answers if answer.status == 200)
    assert remaining == [*range(budget)]

    assert web.stop() == 0
    web.start()
    assert statuses(at_once(budget, lambda _: web.caller.get("/api/auth/me", cookie))) == {429: budget}
    tell(
        f"{5 * budget} calls over two processes: {dict(Counter(one.status for one in answers))}; after a restart: none"
    )


def test_guesses_over_two_processes_share_the_account_s_budget(database: str, start_web: StartWeb) -> None:
    web = start_web(database, **TWO, RATELIMIT_DEFAULT="1000 per 1 minute")

    answers = at_once(5 * BUDGET, lambda _: web.caller.post("/api/auth/signin", WRONG))

    found = statuses(answers)
    assert found[401] + found[503] == BUDGET  # a rush of hashes is cut short, and has been counted
    assert found[429] == 4 * BUDGET
    assert web.caller.post("/api/auth/signin", {**WRONG, "password": SEED_PASSWORD}).status == 429
    web.kill()
    web.start()
    assert web.caller.post("/api/auth/signin", {**WRONG, "password": SEED_PASSWORD}).status == 429


def test_waiting_as_long_as_told_works(database: str, start_web: StartWeb) -> None:
    web = start_web(database, **TWO, RATELIMIT_DEFAULT="3 per 2 seconds")
    refused: list[Answer] = []
    while not refused:
        refused = [one for one in at_once(6, lambda _: web.caller.get("/api/auth/me")) if one.status == 429]

    wait = int(refused[-1].headers["retry-after"])
    assert 1 <= wait <= 2
    assert abs(int(refused[-1].headers["x-ratelimit-reset"]) - time.time() - wait) <= 1
    time.sleep(max(0.0, refused[-1].read_at + wait - time.monotonic()))
    assert web.caller.get("/api/auth/me").status == 401


def test_a_lock_on_the_counts_closes_sign_in_and_nothing_else(database: str, start_web: StartWeb) -> None:
    web = start_web(database, **TWO)
    cookie = cookie_of(web)
    with psycopg.connect(database.replace("+psycopg", "")) as holder:
        holder.execute("LOCK TABLE rate_hits IN ACCESS EXCLUSIVE MODE")
        closed = [web.caller.post(path, WRONG) for path in CLOSED]
        others = [web.caller.get("/api/auth/me", cookie) for _ in range(12)]
        holder.rollback()

    assert {answer.status for answer in closed} == {503}
    assert all(answer.headers["retry-after"] for answer in closed)
    assert set(statuses(others)) == {200}
    assert not [answer for answer in others if "x-ratelimit-limit" in answer.headers]
    assert max(answer.seconds for answer in (*closed, *others)) < 1.5
    assert web.caller.post("/api/auth/signin", WRONG).status == 401


def test_a_dead_database_closes_sign_in_at_once_and_leaves_the_rest_as_it_was(
    cluster: EmbeddedPostgres, database: str, start_web: StartWeb
) -> None:
    web = start_web(database, **TWO)
    web.caller.post("/api/auth/signin", WRONG)
    cluster.stop()
    try:
        web.caller.post("/api/auth/signin", WRONG)  # learns that its connection is gone
        answers = [web.caller.post(path, WRONG) for path in CLOSED]
        others = [web.caller.get(path) for path in ("/api/auth/me", "/healthz", "/signin") for _ in range(12)]
    finally:
        cluster.start()

    assert [(answer.status, answer.json["code"]) for answer in answers] == [(503, "database_unavailable")] * 2
    assert all(answer.headers["retry-after"] for answer in answers)
    assert max(answer.seconds for answer in answers) < SOON
    assert set(statuses(others)) == {401, 200}
    tell(f"closed within {max(answer.seconds for answer in answers) * 1000:.0f} ms")


REQUESTS = {
    "another host": b"GET /signin HTTP/1.1\r\nHost: evil.example\r\n",
    "no host": b"GET /signin HTTP/1.1\r\n",
    "two hosts, ours first": b"GET /signin HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n",
    "two hosts, ours last": b"GET /signin HTTP/1.1\r\nHost: evil.example\r\nHost: 127.0.0.1\r\n",
    "absolute form and host": b"GET http://evil.example/signin HTTP/1.1\r\nHost: evil.example\r\n",
    "http 1.0": b"GET /signin HTTP/1.0\r\n",
}


def ask_raw(web: WebServer, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", web.port), timeout=5) as line:
        line.sendall(request + b"Connection: close\r\n\r\n")
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.mark.parametrize("name", REQUESTS)
def test_a_poisoned_host_is_refused_by_the_real_server(module_web: WebServer, name: str) -> None:
    answer = ask_raw(module_web, REQUESTS[name])

    assert answer.split(b" ")[1] == b"400"
    assert b"evil" not in answer


def test_the_host_of_an_absolute_address_leads_nowhere(module_web: WebServer) -> None:
    answer = ask_raw(module_web, b"GET http://evil.example/dashboard HTTP/1.1\r\nHost: 127.0.0.1\r\n")

    assert answer.split(b" ")[1] == b"302"
    assert b"location: /signin?" in answer.lower()
    assert b"evil" not in answer
