"""Doing one job of any backend, in this thread."""

from __future__ import annotations

from uuid import UUID

from repositories.entities.jobs import Job
from repositories.interfaces.work import Work
from repositories.stores import Backend


def do_next(backend: Backend, work: Work) -> bool:
    """Do the oldest job that is due, and note how it ended; False when there is none."""
    with backend.unit() as stores:
        job = stores.jobs.claim(work.now())
    if job is None:
        return False
    try:
        work.perform(job.name, job.arguments)
    except Exception as error:  # noqa: BLE001  # whatever a handler raises, its job has failed and the next is due
        _note_failure(backend, work, job, error)
    else:
        _finish(backend, job.id)
    return True


def _finish(backend: Backend, job_id: UUID) -> None:
    with backend.unit() as stores:
        stores.jobs.finish(job_id)


def _note_failure(backend: Backend, work: Work, job: Job, error: Exception) -> None:
    wait = work.patience(error, job.attempts + 1)
    with backend.unit() as stores:
        if wait is None:
            stores.jobs.give_up(job.id)
        else:
            stores.jobs.put_back(job.id, work.now() + wait)
