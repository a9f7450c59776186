"""Handlers, what becomes of those that fail, and the commands that look after the queue."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import procrastinate.schema
import psycopg
import pytest
import structlog
from click.testing import Result
from flask import Flask

from huntaze_app.clock import new_id, now
from huntaze_app.factory import MIGRATIONS
from huntaze_app.jobs import FIRST_WAIT, LONGEST_WAIT, MOST_ATTEMPTS, Desk, Hopeless, patience
from repositories.entities.jobs import Job, JobCounts, JobState
from repositories.memory.worker import MemoryWorker
from repositories.paging import PageRequest
from tests.answers import router_of
from tests.conftest import MakeApp
from tests.people import creator
from tests.work import outbox, work_off


def put(app: Flask, name: str, **arguments: Any) -> UUID:
    """Put a job on the queue."""
    job = Job(new_id(), name, now(), arguments)
    router_of(app).run("auth", lambda stores: stores.jobs.add(job))
    return job.id


def counts(app: Flask) -> JobCounts:
    """How many jobs there are."""
    return router_of(app).run("auth", lambda stores: stores.jobs.count())


def test_a_handler_works_on_the_backend_its_job_was_put_on(app: Flask) -> None:
    seen: list[tuple[str, int]] = []

    def count(desk: Desk, *, number: int) -> None:
        seen.append((desk.backend, desk.run(lambda stores: stores.jobs.count()).running + number))

    app.extensions["jobs"].handlers["test.count"] = count
    put(app, "test.count", number=41)

    assert work_off(app) == 1
    assert seen == [(router_of(app).backend("auth").name, 42)]
    assert counts(app) == JobCounts(0, 0, 0)


BAD_MAILS: list[dict[str, Any]] = [{}, {"mail_id": "1"}, {"mail_id": "1", "more": 1}]


@pytest.mark.parametrize(
    ("name", "arguments"), [("nobody.knows", {}), *[("mail.send", arguments) for arguments in BAD_MAILS]], ids=str
)
def test_a_job_nobody_can_do_fails_once_and_the_next_is_done(app: Flask, name: str, arguments: dict[str, Any]) -> None:
    """T7."""
    creator(app)
    bad = put(app, name, **arguments)

    assert work_off(app) == 2
    assert counts(app) == JobCounts(0, 0, 1)
    assert router_of(app).run("auth", lambda stores: stores.jobs.get(bad)).attempts == 1
    assert len(outbox(app)) == 1


def test_a_handler_that_fails_is_called_again_later(app: Flask) -> None:
    """T6."""

    def fail(_desk: Desk) -> None:
        raise OSError("no luck")

    app.extensions["jobs"].handlers["test.fail"] = fail
    job_id = put(app, "test.fail")

    assert work_off(app) == 1, "and not again at once"
    job = router_of(app).run("auth", lambda stores: stores.jobs.get(job_id))
    assert (job.state, job.attempts) == (JobState.WAITING, 1)
    assert job.run_at is not None
    assert job.run_at > now()


def test_patience_grows_and_ends() -> None:
    waits = [patience(OSError(), failures) for failures in range(1, MOST_ATTEMPTS)]

    assert all(wait is not None and wait <= LONGEST_WAIT * 1.25 for wait in waits)
    assert waits[0] is not None
    assert FIRST_WAIT * 0.75 <= waits[0] <= FIRST_WAIT * 1.25
    assert sum((wait for wait in waits if wait), timedelta()) > timedelta(hours=5)
    assert patience(OSError(), MOST_ATTEMPTS) is None
    assert patience(Hopeless(), 1) is None


def test_what_is_logged_of_a_failure_names_nobody(app: Flask) -> None:
    put(app, "nobody.knows", mail_id=str(uuid4()), address="zoe@example.fr")
    with structlog.testing.capture_logs() as lines:
        work_off(app)

    assert [line["event"] for line in lines] == ["job failed"]
    assert "zoe@example.fr" not in str(lines)


def test_the_thread_of_a_process_does_the_jobs_of_its_memory(make_app: MakeApp) -> None:
    app = make_app("memory")
    office = app.extensions["jobs"]
    called: list[str] = []
    office.handlers["test.tick"] = lambda _desk: called.append("tick")
    office.schedule["test.tick"] = "* * * * *"
    creator(app)
    worker = office.worker("memory")
    assert isinstance(worker, MemoryWorker)
    worker._due["test.tick"] = now()

    while worker.step():
        pass

    assert called == ["tick"]
    assert len(outbox(app)) == 1
    assert worker._due["test.tick"] > now()
    worker.stop()
    worker.run()


def run(app: Flask, *arguments: str) -> Result:
    """Run a `flask jobs` command."""
    return app.test_cli_runner().invoke(args=["jobs", *arguments])


def test_the_commands_show_failed_jobs_and_have_them_tried_again(make_app: MakeApp) -> None:
    app = make_app("postgres")
    failed, waiting = put(app, "nobody.knows"), put(app, "mail.purge")
    backend = router_of(app).backend("auth")
    with backend.unit() as stores:
        stores.jobs.claim(now())
        stores.jobs.give_up(failed)

    listed, only = run(app, "list"), run(app, "list", "--state", "failed")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [str(waiting), str(failed), "2"]
    assert only.stdout.splitlines()[0].startswith(f"{failed}  failed   nobody.knows  attempts 1")
    assert run(app, "count").stdout.split() == ["waiting", "1", "running", "0", "failed", "1"]

    assert run(app, "retry", str(failed)).exit_code == 0
    assert counts(app) == JobCounts(2, 0, 0)
    again = run(app, "retry", str(failed))
    assert again.exit_code == 1
    assert "no failed job has the id" in again.output


def test_a_worker_refuses_what_it_could_not_do(make_app: MakeApp) -> None:
    on_memory = run(make_app("memory"), "work")
    without_key = run(make_app("postgres", has_own_secret=False), "work")

    assert (on_memory.exit_code, without_key.exit_code) == (1, 1)
    assert "the web process does the jobs" in on_memory.output
    assert "SECRET_KEY: not set" in without_key.output


def test_the_schema_is_that_of_the_package_that_is_installed() -> None:
    """Upgrading procrastinate takes a migration of its own."""
    [copy] = Path(MIGRATIONS / "procrastinate").glob("*.sql")
    _ours, _newline, theirs = copy.read_text().partition("\n")

    assert theirs.strip() == procrastinate.schema.SchemaManager.get_schema().strip()
    assert copy.stem == procrastinate.__version__


def test_a_job_of_the_clock_is_listed_by_its_number(make_app: MakeApp) -> None:
    app = make_app("postgres")
    put(app, "mail.purge")
    url = app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
            """ VALUES ('default', 'sessions.purge', '{"timestamp": 1790000000}', 'failed')"""
        )
    page = router_of(app).run("auth", lambda stores: stores.jobs.list_page(PageRequest(), JobState.FAILED))

    [job] = page.items
    assert (job.name, job.arguments, job.created_at.timestamp()) == ("sessions.purge", {}, 1790000000)
    assert router_of(app).run("auth", lambda stores: stores.jobs.retry(job.id, now())).name == "sessions.purge"
