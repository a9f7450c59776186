"""The worker of the Postgres backend: procrastinate's, kept going while the database is away.

A worker that was killed leaves its jobs `doing`. It leaves its heartbeat, too, which grows old: whoever works puts
such jobs back. A handler may therefore run twice, and none may run longer than `STALLED_SECONDS` out of reach of the
database and still have an effect.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import procrastinate
import psycopg
import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from repositories.entities.values import Json
from repositories.interfaces.work import Work

HEARTBEAT_SECONDS = 3.0
STALLED_SECONDS = 20.0
RESCUE_SECONDS = 5.0
POLLING_SECONDS = 5.0  # a notification comes sooner; a job put back for later has none
LONGEST_PAUSE = 10.0  # seconds between two tries to reach a database that is away
CONNECTION = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 5000,
    "application_name": "huntaze jobs",
    "options": "-c timezone=UTC -c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=10s",
}

# In one statement: of two rescuers, the second finds the row changed.
RESCUE = """
    UPDATE procrastinate_jobs AS job
    SET status = CASE WHEN attempts + 1 >= %(most)s THEN 'failed' ELSE 'todo' END::procrastinate_job_status,
        attempts = attempts + 1, worker_id = NULL
    WHERE status = 'doing' AND NOT EXISTS (
        SELECT FROM procrastinate_workers AS worker
        WHERE worker.id = job.worker_id AND worker.last_heartbeat > now() - %(stalled)s * interval '1 second')
    RETURNING id, task_name, attempts, status::text"""


class _Patience(BaseRetryStrategy):
    """How the product wants failures to be tried again."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again, if ever."""
        wait = self._work.patience(exception, job.attempts + 1)
        return RetryDecision(retry_at=datetime.now(UTC) + wait) if wait is not None else None


class PostgresWorker:
    """Does jobs in threads, several at once, in a process of its own."""

    def __init__(self, url: str, work: Work) -> None:
        self._url = url
        self._work = work
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped: asyncio.Event | None = None

    def run(self) -> None:
        """Do jobs as they come; in the main thread SIGTERM and Ctrl-C end it, too."""
        # What it would say is said here, in the product's own log.
        for name in ("procrastinate", "psycopg.pool", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        asyncio.run(self._run())

    def stop(self) -> None:
        """Have `run` return once the jobs it is at are done."""
        if self._loop is not None and self._stopped is not None:
            self._loop.call_soon_threadsafe(self._stopped.set)

    async def _run(self) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        with suppress(ValueError, RuntimeError):  # not in the main thread
            for number in (signal.SIGTERM, signal.SIGINT):
                self._loop.add_signal_handler(number, self._stopped.set)
        pause = 0.5
        while not self._stopped.is_set():
            began = self._loop.time()
            await self._work_while_connected(self._stopped)
            pause = 0.5 if self._loop.time() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), pause)

    async def _work_while_connected(self, stopped: asyncio.Event) -> None:
        """Return when told to stop, or when the database is out of reach."""
        app = self._app()
        try:
            async with AsyncConnectionPool(
                self._url, kwargs=CONNECTION, min_size=1, max_size=self._work.threads + 2, open=False, timeout=5.0
            ) as pool:
                await pool.wait(5.0)
                await app.open_async(pool)
                await self._work_until(stopped, app, pool)
        except (ConnectorException, psycopg.Error, PoolTimeout) as error:
            structlog.get_logger().warning("jobs wait for the database", cause=str(error).strip())

    async def _work_until(self, stopped: asyncio.Event, app: procrastinate.App, pool: AsyncConnectionPool) -> None:
        tasks = [
            asyncio.create_task(
                app.run_worker_async(
                    concurrency=self._work.threads,
                    delete_jobs=DeleteJobCondition.SUCCESSFUL,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=POLLING_SECONDS,
                )
            ),
            asyncio.create_task(self._rescue(pool)),
            asyncio.create_task(stopped.wait()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()  # the worker takes it as an order to finish what it is at
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error

    async def _rescue(self, pool: AsyncConnectionPool) -> None:
        while True:
            async with pool.connection() as connection:
                given = {"most": self._work.most_attempts, "stalled": STALLED_SECONDS}
                rescued = await (await connection.execute(RESCUE, given)).fetchall()
            for number, name, attempts, status in rescued:
                structlog.get_logger().warning(
                    "job left by a worker", job=number, name=name, attempts=attempts, is_put_back=status == "todo"
                )
            await asyncio.sleep(RESCUE_SECONDS)

    def _app(self) -> procrastinate.App:
        app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(),
            worker_defaults={
                "update_heartbeat_interval": HEARTBEAT_SECONDS,
                "stalled_worker_timeout": STALLED_SECONDS * 10,  # after which a worker itself is forgotten
            },
        )
        for name in self._work.names:
            task = app.task(name=name, retry=_Patience(self._work))(_calling(self._work, name))
            if name in self._work.schedule:
                app.periodic(cron=self._work.schedule[name], periodic_id="")(task)
        return app


def _calling(work: Work, name: str) -> Any:
    def call(arguments: Json | None = None, **_kept_beside: Any) -> None:
        work.perform(name, arguments or {})

    return call
