"""The worker of the Postgres backend, in threads of this process."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from repositories.entities.jobs import Job, JobCounts, JobState
from repositories.interfaces.work import Work
from repositories.paging import PageRequest
from repositories.postgres.backend import PostgresBackend
from tests.conftest import postgres_backend

MOST_ATTEMPTS = 3


class Handlers:
    """Work that counts its calls, and fails when it is told to."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._guard = threading.Lock()

    def perform(self, name: str, arguments: dict[str, Any]) -> None:
        """Count a call."""
        with self._guard:
            self.calls[str(arguments.get("number", name))] += 1
        if name == "test.poison":
            raise OSError("again and again")

    def work(self) -> Work:
        """What a worker is told."""
        return Work(
            names=frozenset({"test.work", "test.poison"}),
            schedule={},
            perform=self.perform,
            patience=lambda _error, failures: timedelta() if failures < MOST_ATTEMPTS else None,
            most_attempts=MOST_ATTEMPTS,
            now=lambda: datetime.now(UTC),
            threads=2,
        )


@pytest.fixture
def backend(empty_database: str) -> Iterator[PostgresBackend]:
    """A Postgres backend with no jobs."""
    made = postgres_backend(empty_database)
    yield made
    made.close()


@contextmanager
def working(backend: PostgresBackend, work: Work, count: int = 1) -> Iterator[None]:
    """Workers in threads."""
    workers = [backend.worker(work) for _ in range(count)]
    threads = [threading.Thread(target=worker.run) for worker in workers]
    for thread in threads:
        thread.start()
    yield
    for worker in workers:
        worker.stop()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)


def counts(backend: PostgresBackend) -> JobCounts:
    """How many jobs there are."""
    with backend.unit(read_only=True) as stores:
        return stores.jobs.count()


def wait_until_only_failures_are_left(backend: PostgresBackend, seconds: float = 30) -> None:
    """Wait until nothing waits or runs."""
    end = time.monotonic() + seconds
    while (now := counts(backend)).waiting or now.running:
        assert time.monotonic() < end, now
        time.sleep(0.05)


def add(backend: PostgresBackend, name: str, count: int = 1) -> list[Job]:
    """Put jobs on the queue."""
    jobs = [Job(uuid4(), name, datetime.now(UTC), {"number": f"{name} {number}"}) for number in range(count)]
    with backend.unit() as stores:
        for job in jobs:
            stores.jobs.add(job)
    return jobs


def test_several_workers_do_each_job_once(backend: PostgresBackend) -> None:
    """T3, in small."""
    handlers = Handlers()
    add(backend, "test.work", 100)
    with working(backend, handlers.work(), count=4):
        wait_until_only_failures_are_left(backend)

    assert len(handlers.calls) == 100
    assert set(handlers.calls.values()) == {1}
    assert counts(backend) == JobCounts(0, 0, 0)


def test_poison_is_given_up_and_holds_nobody_up(backend: PostgresBackend) -> None:
    """T6, T7."""
    handlers = Handlers()
    [poison], [unknown] = add(backend, "test.poison"), add(backend, "nobody.knows")
    add(backend, "test.work", 5)
    with working(backend, handlers.work()):
        wait_until_only_failures_are_left(backend)

    assert handlers.calls["test.poison 0"] == MOST_ATTEMPTS
    with backend.unit(read_only=True) as stores:
        failed = stores.jobs.list_page(PageRequest(), JobState.FAILED).items
    assert {(job.id, job.attempts) for job in failed} == {(poison.id, MOST_ATTEMPTS), (unknown.id, 1)}
    assert sum(handlers.calls.values()) == MOST_ATTEMPTS + 5


def test_what_a_dead_worker_left_is_put_back_until_it_is_given_up(
    backend: PostgresBackend, empty_database: str
) -> None:
    """T2."""
    handlers = Handlers()
    left, hopeless, held = add(backend, "test.work", 3)
    with psycopg.connect(empty_database.replace("+psycopg", ""), autocommit=True) as connection:
        worker = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 s') RETURNING id"
        dead, alive = (connection.execute(worker.encode(), [age]).fetchone() for age in (60, -60))
        assert dead is not None
        assert alive is not None
        for job, holder, attempts in ((left, dead, 0), (hopeless, dead, MOST_ATTEMPTS - 1), (held, alive, 0)):
            connection.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s"
                " WHERE args ->> 'id' = %s",
                [holder[0], attempts, str(job.id)],
            )
        with working(backend, handlers.work()):
            time.sleep(1)

    assert handlers.calls == {"test.work 0": 1}
    with backend.unit(read_only=True) as stores:
        assert stores.jobs.get(hopeless.id).state is JobState.FAILED
        assert stores.jobs.get(held.id).state is JobState.RUNNING
