"""The worker of the job queue dies, loses its database, and is told to stop; every mail goes out all the same."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.embedded_postgres import EmbeddedPostgres
from huntaze_app.clock import now
from huntaze_app.mail import post
from tests.conftest import postgres_backend
from tests.faults.conftest import rows
from tests.faults.http import tell
from tests.faults.jobs import JobWorker
from tests.faults.web import wait_until
from tests.peers.smtp_sink import Sink, listening

Rounds = Callable[[int, int], int]
StartWorker = Callable[..., JobWorker]
MAILS_A_KILL = 10
WINDOW_SECONDS = 0.5  # from a mail that is taken to the commit that notes it, on a machine with much to do
RESCUE_SECONDS = 40.0  # a heartbeat must grow old before jobs are put back
LEFT = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'mail.send'"


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server that takes its time, so that kills fall in the middle of dialogues."""
    with listening(before=0.03) as sink:
        yield sink


@pytest.fixture
def start_worker(database: str, sink: Sink, tmp_path: Path) -> Iterator[StartWorker]:
    """Starts workers that send to the sink, and kills what is left of them."""
    started: list[JobWorker] = []

    def start(**settings: str) -> JobWorker:
        worker = JobWorker(
            tmp_path / f"worker-{len(started)}.log",
            database,
            EMAIL_BACKEND="smtp",
            EMAIL_SERVER=sink.url,
            **settings,
        )
        started.append(worker)
        worker.start()
        return worker

    yield start
    for worker in started:
        worker.kill()


def post_mails(database: str, first: int, count: int) -> None:
    """Have mails sent, each in a unit of its own."""
    backend = postgres_backend(database, pool_size=1)
    for number in range(first, first + count):
        with backend.unit() as stores:
            address = f"person{number}@example.fr"
            assert post(stores, now(), event=f"test:{number}", template="welcome", recipient=address, locale="fr")
    backend.close()


def settled(database: str) -> bool:
    """Whether no mail is left to send."""
    return rows(database, LEFT) == [(0,)]


def test_a_worker_killed_over_and_over_loses_no_mail(
    database: str, sink: Sink, start_worker: StartWorker, fault_rounds: Rounds
) -> None:
    """T2, at full measure 20 kills while 200 mails go out."""
    kills = fault_rounds(2, 20)
    mails = kills * MAILS_A_KILL
    worker = start_worker()
    killed_at = []
    for number in range(kills):
        post_mails(database, number * MAILS_A_KILL, MAILS_A_KILL)
        before = len(sink.messages)
        wait_until(lambda: len(sink.messages) > before, RESCUE_SECONDS, "the worker is at work")  # noqa: B023
        time.sleep(random.uniform(0, 0.2))  # noqa: S311
        worker.kill()
        killed_at.append(time.monotonic())
        worker.start()
    sink.wait_for(mails, RESCUE_SECONDS)
    wait_until(lambda: settled(database), RESCUE_SECONDS, "every job is done")

    copies = sink.copies()
    twice = {name: count for name, count in copies.items() if count > 1}
    recipients = {str(message["To"]) for message in sink.messages}
    tell(
        f"{kills} kills, {mails} mails: {len(copies)} delivered, {mails - len(copies)} lost, {len(twice)} twice; "
        f"all done {time.monotonic() - killed_at[-1]:.1f} s after the last kill"
    )
    assert recipients == {f"person{number}@example.fr" for number in range(mails)}
    [(sent,)] = rows(database, "SELECT count(*) FROM mails WHERE sent_at IS NOT NULL AND recipient IS NULL")
    assert sent == mails
    # The window of decision 14: a mail that came twice was begun twice, for its worker was killed before it noted it.
    assert len(twice) <= kills * 4, "a kill can repeat no more than the threads of a worker"
    gaps = [min(at - sink.first_kept_at(name) for at in killed_at if at > sink.first_kept_at(name)) for name in twice]
    tell(f"those were taken at most {max(gaps, default=0) * 1000:.0f} ms before a kill")
    assert all(gap < WINDOW_SECONDS for gap in gaps)
    for name in twice:
        [(attempts,)] = rows(database, "SELECT attempts FROM mails WHERE id = %s", name[1:].partition("@")[0])
        assert int(str(attempts)) >= copies[name], name
    assert worker.stop() in {0, -signal.SIGTERM}, "the last one may be starting still"


def test_a_kill_before_the_server_is_heard_repeats_the_mail_under_its_id(
    database: str, sink: Sink, start_worker: StartWorker
) -> None:
    """The one window for a duplicate; whoever has both can tell."""
    sink.after = 5
    worker = start_worker()
    post_mails(database, 0, 1)
    sink.wait_for(1, RESCUE_SECONDS)
    worker.kill()
    sink.after = 0
    worker.start()
    wait_until(lambda: settled(database), RESCUE_SECONDS, "the job is done")

    first, second = sink.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]
    assert sink.copies()[str(first["Message-ID"])] == 2


def test_a_kill_between_mails_repeats_none(database: str, sink: Sink, start_worker: StartWorker) -> None:
    """Outside of a dialogue no duplicate can occur."""
    worker = start_worker()
    for number in range(3):
        post_mails(database, number * 5, 5)
        sink.wait_for((number + 1) * 5, RESCUE_SECONDS)
        wait_until(lambda: settled(database), 10, "every job is done")
        worker.kill()
        worker.start()
    post_mails(database, 15, 5)
    sink.wait_for(20, RESCUE_SECONDS)

    assert set(sink.copies().values()) == {1}


def test_a_worker_that_is_told_to_stop_finishes_its_mail(database: str, sink: Sink, start_worker: StartWorker) -> None:
    """T12."""
    sink.before = 1.5
    worker = start_worker()
    post_mails(database, 0, 6)
    begun = "SELECT 1 FROM mails WHERE sending_at IS NOT NULL"
    wait_until(lambda: rows(database, begun) != [], RESCUE_SECONDS, "a mail is on its way")

    assert worker.stop() == 0
    [(running,)] = rows(database, "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")
    [(sent,)] = rows(database, "SELECT count(*) FROM mails WHERE sent_at IS NOT NULL")
    assert running == 0
    assert sent == len(sink.messages) > 0
    sink.before = 0
    worker.start()
    sink.wait_for(6, RESCUE_SECONDS)
    assert set(sink.copies().values()) == {1}


def test_a_worker_outlives_its_database(
    cluster: EmbeddedPostgres, database: str, sink: Sink, start_worker: StartWorker, fault_rounds: Rounds
) -> None:
    """T11: without a tight loop meanwhile."""
    worker = start_worker()
    post_mails(database, 0, 3)
    sink.wait_for(3, RESCUE_SECONDS)

    cluster.kill()
    time.sleep(2)
    began, cpu = time.monotonic(), worker.cpu_seconds()
    time.sleep(fault_rounds(6, 30))
    share = (worker.cpu_seconds() - cpu) / (time.monotonic() - began)
    cluster.start()
    post_mails(database, 3, 3)
    sink.wait_for(6, RESCUE_SECONDS)

    tell(f"while the database was down the worker used {share:.1%} of a CPU")
    assert share < 0.05
    assert worker.process.poll() is None
    assert "jobs wait for the database" in worker.log
    assert "Traceback" not in worker.log
