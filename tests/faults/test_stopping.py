"""Every way in which `scripts.serve` ends, in a checkout of its own with its own embedded Postgres."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from config.embedded_postgres import EmbeddedPostgres
from scripts.invariants import violations
from tests.faults.conftest import make_codes, pausing
from tests.faults.http import Load, tell
from tests.faults.signups import statuses
from tests.faults.web import CHEAP_HASHES, CHECKOUT, SEED_PASSWORD, WebServer, wait_until
from tests.people import ADMIN, PASSWORD

IN_THE_BACKLOG = 0.05  # seconds a call may have been on its way, unread, when the listener closed
IN_TIME = 8.0  # seconds; after 10 the server kills a worker that does not end
PARTS = ("config", "huntaze_app", "migrations", "repositories", "scripts", "wsgi.py")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the product; its Postgres is killed at the end."""
    copy = tmp_path_factory.mktemp("checkout")
    for part in PARTS:
        source = CHECKOUT / part
        if source.is_dir():
            shutil.copytree(source, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy)
    yield copy
    EmbeddedPostgres(copy / ".local" / "postgres").kill()


@pytest.fixture
def web(checkout: Path, tmp_path: Path) -> Iterator[WebServer]:
    """The product of the copy, started without a DATABASE_URL."""
    web = WebServer(tmp_path / "web.log", CHEAP_HASHES, checkout)
    web.start()
    yield web
    web.kill()


def postgres(checkout: Path) -> EmbeddedPostgres:
    """The embedded Postgres of the copy, to look at."""
    return EmbeddedPostgres(checkout / ".local" / "postgres")


def sign_in(web: WebServer) -> str:
    """The cookie of the administrator."""
    return web.caller.post("/api/auth/signin", {"email": ADMIN, "password": SEED_PASSWORD}).cookie


def check_quiet_end(web: WebServer, checkout: Path) -> None:
    """Nothing is left of it, and it ended without a complaint."""
    wait_until(lambda: not web.members(), 5, "every process of the server is gone")
    assert postgres(checkout).pid is None, "its Postgres stopped with it"
    for noise in ("Traceback", "Exception", "KeyboardInterrupt", "rror"):
        assert noise not in web.log, web.log[-2000:]


def test_a_sigterm_lets_requests_under_way_finish(web: WebServer, checkout: Path) -> None:
    with postgres(checkout) as url:
        [code] = make_codes(url.replace("postgresql:", "postgresql+psycopg:"), 1)
        slowly = ExitStack()
        slowly.enter_context(pausing(url, "sessions", "INSERT", 1.0))
    body = {"email": "slow@example.fr", "password": PASSWORD, "name": "Zoé", "inviteCode": code}
    with ThreadPoolExecutor(1) as pool, socket.create_connection(("127.0.0.1", web.port)) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")  # and keeps its connection
        assert b"200 OK" in idle.recv(4096)
        slow = pool.submit(web.caller.post, "/api/auth/signup", body)
        time.sleep(0.4)
        told_at = time.monotonic()
        web.signal(signal.SIGTERM)

        assert slow.result().status == 201, "it was under way"
        assert web.exit_code(IN_TIME) == 0
    tell(f"gone {time.monotonic() - told_at:.2f} s after SIGTERM")
    check_quiet_end(web, checkout)

    web.start()
    assert web.caller.post("/api/auth/signin", {"email": "slow@example.fr", "password": PASSWORD}).status == 200
    with postgres(checkout) as url:
        slowly.close()
        assert violations(url) == []


def test_a_sigterm_under_load_drops_no_request_that_was_read(web: WebServer, checkout: Path) -> None:
    cookie = sign_in(web)
    with Load(lambda _: web.caller.get("/api/auth/me", cookie), a_second=100, threads=32) as load:
        time.sleep(0.7)
        told_at = time.monotonic()
        web.signal(signal.SIGTERM)
        assert web.exit_code() == 0
    answers = load.answers
    tell(f"{dict(statuses(answers))}, {load.unanswered} found nobody; {len(answers)} answered")
    assert set(statuses(answers)) == {200}
    assert sum(answer.asked_at < told_at for answer in answers) > 50
    dropped = [told_at - began for began in load.unanswered_at if began < told_at - IN_THE_BACKLOG]
    assert dropped == [], "seconds before SIGTERM at which a call began that nobody answered"
    check_quiet_end(web, checkout)


def test_ctrl_c_ends_everything_quietly(web: WebServer, checkout: Path) -> None:
    sign_in(web)
    web.interrupt()
    assert web.exit_code(IN_TIME) == 0
    check_quiet_end(web, checkout)


def test_ctrl_c_while_it_starts_ends_everything_quietly(checkout: Path, tmp_path: Path) -> None:
    web = WebServer(tmp_path / "web.log", CHEAP_HASHES, checkout)
    try:
        for moment in (0.3, 0.9):
            web.launch()
            time.sleep(moment)
            web.interrupt()
            assert web.exit_code() in (0, 130, -signal.SIGINT)
            check_quiet_end(web, checkout)
    finally:
        web.kill()


def test_a_killed_server_leaves_no_worker_and_starts_again_with_its_data(web: WebServer, checkout: Path) -> None:
    cookie = sign_in(web)
    workers = web.workers()
    assert workers

    os.kill(web.process.pid, signal.SIGKILL)
    web.process.wait(5)
    killed_at = time.monotonic()
    wait_until(lambda: not web.members(), 9, "the workers ended with their server")
    tell(f"the workers were gone {time.monotonic() - killed_at:.2f} s after the kill")

    web.start()
    assert web.caller.get("/api/auth/me", cookie).status == 200, "the session is still there"
    assert web.stop() == 0
    check_quiet_end(web, checkout)
