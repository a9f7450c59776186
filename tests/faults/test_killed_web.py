"""The web server dies in the middle of its work, and what it leaves in the database."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from tests.faults.conftest import StartWeb, check_invariants, pausing, rows
from tests.faults.http import tell
from tests.faults.signups import SignUps, statuses
from tests.faults.web import wait_until

Rounds = Callable[[int, int], int]
STATEMENTS = {  # in the transaction of a sign-up, between this statement and the next
    "users": "INSERT",
    "beta_invites": "UPDATE",
    "subscription_records": "INSERT",
    "sessions": "INSERT",
}
IN_THE_MIDDLE = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"


def test_a_kill_between_two_statements_leaves_neither(database: str, start_web: StartWeb, fault_rounds: Rounds) -> None:
    web = start_web(database)
    for table, verb in list(STATEMENTS.items())[: fault_rounds(2, len(STATEMENTS))]:
        sign_ups = SignUps(web.caller, database, most=1)
        before = counts(database)
        with pausing(database, table, verb, 30), ThreadPoolExecutor(1) as pool:
            cut = pool.submit(sign_ups, 0)
            wait_until(lambda: rows(database, IN_THE_MIDDLE) != [], 10, "a sign-up is in the middle of its transaction")
            web.kill()
            assert cut.exception(10), "nobody answers it"
            rows(database, IN_THE_MIDDLE.replace("pid", "pg_terminate_backend(pid)", 1))
        assert counts(database) == before, f"after the {verb} on {table}"
        web.start()
        assert sign_ups(0).status == 201, "the address and the code are still free"


def counts(database: str) -> list[tuple[object, ...]]:
    """How many rows there are of what a sign-up makes."""
    tables = ("users", "sessions", "subscription_records", "beta_invites WHERE used_at IS NOT NULL")
    return [rows(database, f"SELECT count(*) FROM {table}")[0] for table in tables]  # noqa: S608 -- the names are above


def test_kills_of_the_web_server_under_load_leave_whole_accounts(
    database: str, start_web: StartWeb, fault_rounds: Rounds
) -> None:
    kills = fault_rounds(2, 20)
    web = start_web(database)
    sign_ups = SignUps(web.caller, database, most=3000 * kills)

    with ExitStack() as stack:
        for table, verb in STATEMENTS.items():  # most kills now fall between two statements
            stack.enter_context(pausing(database, table, verb, 0.01))
        load = stack.enter_context(sign_ups.load(a_second=100, threads=40))
        for _ in range(kills):
            time.sleep(0.7)
            web.kill()
            check_invariants(database)
            web.start()
        time.sleep(0.5)
    answers = load.answers

    assert set(statuses(answers)) <= {201, 503}
    assert sign_ups.lost() == set()
    [(used,)] = rows(database, "SELECT count(*) FROM beta_invites WHERE used_by IS NOT NULL")
    tell(f"{kills} kills: {dict(statuses(answers))}, {load.unanswered} unanswered, {used} accounts made")
    assert len(sign_ups.acknowledged) > 20 * kills
    assert load.unanswered > 0, "the kills fell on requests"


def test_a_worker_that_was_killed_is_replaced(database: str, start_web: StartWeb) -> None:
    web = start_web(database)
    [worker] = web.workers()

    killed_at = time.monotonic()
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: web.workers() not in ([], [worker]) and web.is_alive(), 5, "another worker answers")

    tell(f"a new worker answers {time.monotonic() - killed_at:.2f} s after the kill")
    assert web.caller.get("/healthz").status == 200
