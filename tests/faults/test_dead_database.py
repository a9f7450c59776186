"""The database is gone: what still answers, how soon the rest says so, and that it comes back by itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from config.embedded_postgres import EmbeddedPostgres
from tests.faults.conftest import StartWeb, make_codes
from tests.faults.http import Answer, Caller, at_once, tell
from tests.faults.signups import statuses
from tests.faults.web import SEED_PASSWORD, WebServer
from tests.peers.tcp_proxy import Line, TcpProxy
from tests.people import ADMIN

LIMIT = 3.0  # seconds within which a dead database is told
VISITORS = 40
UNKNOWN = "huntaze_session=" + "x" * 43  # a cookie of our form, of no session
FIGURES_ON_POSTGRES = "auth=memory,users=memory,billing=memory,admin=memory,analytics=postgres,metrics=postgres"

Outage = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def stopped(cluster: EmbeddedPostgres) -> Iterator[Outage]:
    """Stops Postgres: connections are refused."""

    @contextmanager
    def outage() -> Iterator[None]:
        cluster.kill()
        yield
        cluster.start()

    yield outage
    cluster.start()


@pytest.fixture
def frozen(cluster: EmbeddedPostgres) -> Iterator[Outage]:
    """Freezes every process of Postgres: the kernel still accepts connections and bytes for it."""

    @contextmanager
    def outage() -> Iterator[None]:
        send_to_all(cluster, signal.SIGSTOP)
        yield
        send_to_all(cluster, signal.SIGCONT)

    yield outage
    send_to_all(cluster, signal.SIGCONT)


def send_to_all(cluster: EmbeddedPostgres, number: signal.Signals) -> None:
    """Signal each process of the cluster: those that serve a connection have a session of their own."""
    assert cluster.pid
    work = Path(f"/proc/{cluster.pid}/cwd").resolve()
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and (entry / "comm").read_text() == "postgres\n" and (entry / "cwd").samefile(work):
                os.kill(int(entry.name), number)


def sign_in(caller: Caller) -> str:
    """The cookie of the administrator."""
    return caller.post("/api/auth/signin", {"email": ADMIN, "password": SEED_PASSWORD}).cookie


def check_told_in_time(answers: list[Answer]) -> None:
    """Every answer says that the database is away, within the limit, to a program."""
    assert set(statuses(answers)) == {503}
    for answer in answers:
        assert answer.json["code"] == "database_unavailable"
        assert answer.json.keys() == {"error", "code", "requestId"}
        assert int(answer.headers["retry-after"]) > 0
    slowest = max(answer.seconds for answer in answers)
    tell(f"{len(answers)} answers, slowest {slowest:.2f} s")
    assert slowest < LIMIT


def check_the_rest_answers(web: WebServer) -> None:
    """What needs no database is there, and readiness says that the database is not."""
    alive = web.caller.get("/healthz")
    assert (alive.status, alive.json) == (200, {"status": "ok"})
    assert alive.seconds < 0.5
    ready = web.caller.get("/readyz")
    assert ready.status == 503
    assert ready.json["status"] == "unavailable"
    assert ready.seconds < LIMIT
    assert web.caller.get("/").status == 200
    assert web.caller.get("/static/img/favicon.svg").status == 200


def visit(web: WebServer, cookie: str, codes: list[str]) -> Callable[[int], Answer]:
    """What visitors do: half of them read, half of them sign up."""

    def one(number: int) -> Answer:
        if number % 2:
            return web.caller.get("/api/auth/me", cookie)
        code = codes[number]
        body = {"email": f"{code}@example.fr", "password": "correct horse", "name": "Zoé", "inviteCode": code}
        return web.caller.post("/api/auth/signup", body)

    return one


@pytest.mark.parametrize("kind", ["stopped", "frozen"])
def test_a_dead_database_is_told_in_time_and_comes_back(
    kind: str, request: pytest.FixtureRequest, module_database: str, module_web: WebServer
) -> None:
    outage: Outage = request.getfixturevalue(kind)
    web = module_web
    cookie, codes = sign_in(web.caller), make_codes(module_database, 2 * VISITORS)
    warm = at_once(VISITORS, visit(web, cookie, codes))
    assert set(statuses(warm)) == {200, 201}, "every connection is open"

    with outage():
        check_told_in_time(at_once(VISITORS, visit(web, cookie, codes[VISITORS:])))
        check_told_in_time([web.caller.get("/api/users/profile", cookie)])
        page = web.caller.get("/dashboard", cookie, Accept="text/html")
        assert (page.status, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
        assert page.headers["retry-after"]
        assert page.seconds < LIMIT
        assert web.caller.get("/nowhere", cookie).status == 404, "a page that nobody has needs no database"
        check_the_rest_answers(web)

    assert web.caller.get("/api/auth/me", cookie).status == 200, "the very next request works"
    assert web.caller.get("/readyz").status == 200
    assert "Traceback" not in web.log


def test_a_line_that_swallows_bytes_is_told_in_time_and_comes_back(database: str, start_web: StartWeb) -> None:
    with TcpProxy(urlsplit(database).port or 0) as proxy:
        web = start_web(through(proxy, database))
        cookie, codes = sign_in(web.caller), make_codes(database, 2 * VISITORS)
        warm = at_once(VISITORS, visit(web, cookie, codes))
        assert set(statuses(warm)) == {200, 201}

        proxy.line = Line.BLACK_HOLE
        check_told_in_time(at_once(VISITORS, visit(web, cookie, codes[VISITORS:])))
        check_told_in_time([web.caller.get("/api/users/profile", cookie)])
        check_the_rest_answers(web)
        proxy.line = Line.UP
        assert web.caller.get("/api/auth/me", cookie).status == 200, "the very next request works"

        proxy.cut()
        assert web.caller.get("/api/auth/me", cookie).status == 200, "a connection that was reset is made anew"


def through(proxy: TcpProxy, url: str) -> str:
    """The URL of a database, by way of the proxy."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{proxy.port}")))


def test_a_line_that_was_never_good_is_told_in_time(database: str, start_web: StartWeb) -> None:
    with TcpProxy(urlsplit(database).port or 0) as proxy:
        web = start_web(through(proxy, database))  # its worker has no connection yet
        proxy.line = Line.BLACK_HOLE
        check_told_in_time(at_once(VISITORS, lambda _: web.caller.get("/api/auth/me", UNKNOWN)))


def test_memory_routes_answer_while_the_database_of_the_others_is_dead(
    stopped: Outage, database: str, start_web: StartWeb
) -> None:
    web = start_web(database, ROUTE_BACKENDS=FIGURES_ON_POSTGRES)
    cookie = sign_in(web.caller)
    on_memory = ("/api/auth/me", "/api/users/profile", "/api/billing/subscription", "/api/admin/invites", "/profile")
    on_postgres = ("/api/analytics/overview", "/api/metrics")
    assert {web.caller.get(path, cookie).status for path in on_memory + on_postgres} == {200}

    with stopped():
        assert {web.caller.get(path, cookie).status for path in on_memory} == {200}
        check_told_in_time([web.caller.get(path, cookie) for path in on_postgres])
        check_the_rest_answers(web)

    assert {web.caller.get(path, cookie).status for path in on_postgres} == {200}


def test_who_is_calling_cannot_be_told_without_the_database_of_accounts(stopped: Outage, module_web: WebServer) -> None:
    """With the shipped toggles analytics is on memory; its routes are for who is signed in, and that is asked first."""
    web = module_web
    cookie = sign_in(web.caller)
    assert web.caller.get("/api/analytics/overview", cookie).headers["x-store-backend"] == "memory"

    with stopped():
        check_told_in_time([web.caller.get("/api/analytics/overview", cookie)])
        assert web.caller.get("/api/analytics/overview").status == 401, "who brings no cookie needs no database"
