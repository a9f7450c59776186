"""Commands to look at the job queue, and to work it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

import click
from flask import current_app
from flask.cli import with_appcontext

from huntaze_app.clock import now
from huntaze_app.commands import run
from huntaze_app.extensions import office
from huntaze_app.jobs import ROUTE
from huntaze_app.parents import die_with_parent
from huntaze_app.stores import store_router
from repositories.entities.jobs import Job, JobState
from repositories.errors import NotFound
from repositories.paging import PageRequest
from repositories.stores import Stores

TIME = "%Y-%m-%d %H:%M:%S"


@click.group("jobs")
def jobs() -> None:
    """Look at what is done in the background."""


@jobs.command("list")
@click.option("--state", type=click.Choice([state.lower() for state in JobState]), help="only these")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@with_appcontext
def list_jobs(state: str | None, limit: int) -> None:
    """List jobs, newest first; those that were done are deleted."""
    wanted = JobState(state.upper()) if state else None
    page = run(ROUTE, lambda stores: stores.jobs.list_page(PageRequest(limit=limit), wanted))
    for job in page.items:
        click.echo(_line(job))
    click.echo(f"{len(page.items)} of {page.total}")


@jobs.command("count")
@with_appcontext
def count() -> None:
    """Count jobs by state."""
    counts = run(ROUTE, lambda stores: stores.jobs.count())
    click.echo(f"waiting {counts.waiting}\nrunning {counts.running}\nfailed {counts.failed}")


@jobs.command("retry")
@click.argument("job_ids", nargs=-1, required=True, type=click.UUID)
@with_appcontext
def retry(job_ids: tuple[UUID, ...]) -> None:
    """Have failed jobs tried again, now."""
    at = now()
    for job_id in job_ids:
        job = run(ROUTE, partial(_retry, job_id, at))
        if job is None:
            raise click.ClickException(f"no failed job has the id {job_id}")
        click.echo(_line(job))


def _retry(job_id: UUID, at: datetime, stores: Stores) -> Job | None:
    try:
        return stores.jobs.retry(job_id, at)
    except NotFound:
        return None


@jobs.command("work")
@click.option("--parent", type=int, help="end when this process ends")
@with_appcontext
def work(parent: int | None) -> None:
    """Do jobs until Ctrl-C or SIGTERM; what is begun is finished."""
    if parent is not None:
        die_with_parent(parent)
    settings = current_app.extensions["settings"]
    if "postgres" not in store_router().backends:
        raise click.ClickException("no route is on postgres: the web process does the jobs of its own memory")
    if not settings.has_own_secret:
        raise click.ClickException("SECRET_KEY: not set. Links in mails are made from it: give the web server's")
    office().worker("postgres").run()
    store_router().close()


def _line(job: Job) -> str:
    due = f"  due {job.run_at:{TIME}}" if job.run_at else ""
    return f"{job.id}  {job.state.lower():7}  {job.name}  attempts {job.attempts}  made {job.created_at:{TIME}}{due}"
