"""The web server dies in the middle of its work, and what it leaves in the database."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest

from tests.faults.conftest import StartWeb, check_invariants, rows
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


def pause_after(database: str, table: str, verb: str, seconds: float) -> None:
    """Make each such statement take so long, after its work."""
    body = f"BEGIN PERFORM pg_sleep({seconds}); RETURN NULL; END"
    rows(database, f"CREATE FUNCTION pause_{table}() RETURNS trigger LANGUAGE plpgsql AS '{body}'")
    rows(database, f"CREATE TRIGGER pausing AFTER {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION pause_{table}()")


@pytest.mark.parametrize("table", STATEMENTS)
def test_a_kill_between_two_statements_leaves_neither(database: str, start_web: StartWeb, table: str) -> None:
    web = start_web(database)
    sign_ups = SignUps(web.caller, database, most=1)
    pause_after(database, table, STATEMENTS[table], 30)

    with sign_ups.load(a_second=20, threads=1) as load:
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        wait_until(lambda: rows(database, waits) == [(1,)], 10, "a sign-up is in the middle of its transaction")
        load.stop()
        web.kill()

    rows(database, f"DROP TRIGGER pausing ON {table}")
    rows(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    assert sign_ups.acknowledged == []
    for left in ("users", "sessions", "subscription_records", "beta_invites WHERE used_at IS NOT NULL"):
        # the two seeded accounts were there before
        assert rows(database, f"SELECT count(*) FROM {left}") in ([(0,)], [(2,)])  # noqa: S608 -- the names are above
    web.start()
    assert sign_ups(0).status == 201, "the address and the code are still free"


def test_kills_of_the_web_server_under_load_leave_whole_accounts(
    database: str, start_web: StartWeb, fault_rounds: Rounds
) -> None:
    kills = fault_rounds(2, 20)
    for table, verb in STATEMENTS.items():
        pause_after(database, table, verb, 0.01)  # most kills now fall between two statements
    web = start_web(database)
    sign_ups = SignUps(web.caller, database, most=2000 + 500 * kills)

    with sign_ups.load(a_second=100, threads=40) as load:
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
