"""The job queue."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from repositories.entities.jobs import JobCounts, JobState
from repositories.errors import Conflict, InvalidValue, JobWaiting, NotFound
from repositories.paging import PageRequest
from repositories.stores import Backend
from tests.contract.builders import AT, LATER, SECOND, given, make_job, make_user, undone


def test_a_job_is_stored_as_it_was_given(backend: Backend) -> None:
    job = make_job(arguments={"mail_id": "1", "deep": [{"a": None}]}, run_at=LATER, key="key")

    given(backend, job)

    with backend.unit(read_only=True) as stores:
        assert stores.jobs.get(job.id) == job
        with pytest.raises(NotFound):
            stores.jobs.get(uuid4())


def test_a_job_and_what_it_is_about_are_stored_together_or_not_at_all(backend: Backend) -> None:
    """T1."""
    user, job = make_user(), make_job()

    with undone(backend) as stores:
        stores.users.add(user)
        assert stores.jobs.add(job)

    with backend.unit() as stores:
        assert stores.jobs.claim(LATER) is None
        assert stores.jobs.count() == JobCounts(0, 0, 0)
        stores.users.add(user)
        stores.jobs.add(job)
    with backend.unit() as stores:
        assert stores.jobs.claim(LATER) is not None


def test_a_job_is_claimed_once_and_the_oldest_first(backend: Backend) -> None:
    second, first = make_job(created_at=AT + SECOND), make_job()
    given(backend, second, first)

    with backend.unit() as stores:
        claimed = [stores.jobs.claim(LATER) for _ in range(3)]

    assert [job and job.id for job in claimed] == [first.id, second.id, None]
    assert [job and job.state for job in claimed[:2]] == [JobState.RUNNING, JobState.RUNNING]


def test_a_job_waits_for_its_time(backend: Backend) -> None:
    job = make_job(run_at=LATER)
    given(backend, job)

    with backend.unit() as stores:
        assert stores.jobs.claim(LATER - SECOND) is None
        assert stores.jobs.claim(LATER) is not None


def test_a_job_that_was_done_is_gone(backend: Backend) -> None:
    job = make_job()
    given(backend, job)

    with backend.unit() as stores:
        assert not stores.jobs.finish(job.id), "nobody has begun it"
        stores.jobs.claim(AT)
        assert stores.jobs.finish(job.id)
        assert not stores.jobs.finish(job.id)
        with pytest.raises(NotFound):
            stores.jobs.get(job.id)


def test_a_job_that_failed_comes_again_until_it_is_given_up(backend: Backend) -> None:
    """T6: and then it stays, to be looked at."""
    job = make_job()
    given(backend, job)

    with backend.unit() as stores:
        stores.jobs.claim(AT)
        assert stores.jobs.put_back(job.id, LATER)
        assert not stores.jobs.put_back(job.id, LATER)
        assert stores.jobs.claim(AT) is None
        again = stores.jobs.claim(LATER)
        assert again is not None
        assert again.attempts == 1
        assert stores.jobs.give_up(job.id)
        assert not stores.jobs.give_up(job.id)
        failed = stores.jobs.get(job.id)
        assert (failed.state, failed.attempts) == (JobState.FAILED, 2)
        assert stores.jobs.claim(LATER) is None


def test_a_failed_job_is_tried_again_when_told_to(backend: Backend) -> None:
    job = make_job(key="key")
    given(backend, job)
    with backend.unit() as stores:
        with pytest.raises(NotFound):
            stores.jobs.retry(job.id, AT)
        stores.jobs.claim(AT)
        stores.jobs.give_up(job.id)
        assert stores.jobs.add(make_job(key="key", run_at=LATER)), "a failed job holds no key"
        with pytest.raises(JobWaiting):
            stores.jobs.retry(job.id, AT)
        stores.jobs.claim(LATER)

    other = make_job()
    given(backend, other)
    with backend.unit() as stores:
        stores.jobs.claim(AT)
        stores.jobs.give_up(other.id)
        again = stores.jobs.retry(other.id, LATER)
        assert (again.state, again.attempts, again.run_at) == (JobState.WAITING, 0, LATER)


def test_a_key_is_held_until_its_job_is_done(backend: Backend) -> None:
    """T5."""
    first, second = make_job(key="key"), make_job(key="key")

    with backend.unit() as stores:
        assert stores.jobs.add(first)
        assert not stores.jobs.add(second)
        stores.jobs.claim(AT)
        assert not stores.jobs.add(second), "it runs"
        stores.jobs.finish(first.id)
        assert stores.jobs.add(second)
        assert stores.jobs.add(make_job()), "and the unit goes on"


def test_an_id_is_known_once(backend: Backend) -> None:
    job = make_job()
    given(backend, job)

    with backend.unit() as stores:
        with pytest.raises(Conflict):
            stores.jobs.add(job)
        assert stores.jobs.add(make_job())


@pytest.mark.parametrize(
    "wrong", [{"name": "x" * 129}, {"name": "\x00"}, {"key": "x" * 201}, {"arguments": {"a": "\x00"}}], ids=str
)
def test_what_cannot_be_stored_is_refused(backend: Backend, wrong: dict[str, object]) -> None:
    with backend.unit() as stores:
        with pytest.raises(InvalidValue):
            stores.jobs.add(make_job(**wrong))
        assert stores.jobs.add(make_job())


def test_jobs_are_listed_and_counted_by_state(backend: Backend) -> None:
    jobs = [make_job(created_at=AT + timedelta(seconds=number)) for number in range(4)]
    given(backend, *jobs)
    with backend.unit() as stores:
        stores.jobs.claim(LATER)
        stores.jobs.give_up(jobs[0].id)
        stores.jobs.claim(LATER)

    with backend.unit(read_only=True) as stores:
        assert stores.jobs.count() == JobCounts(waiting=2, running=1, failed=1)
        everything = stores.jobs.list_page(PageRequest(1, 3))
        assert [job.id for job in everything.items] == [jobs[3].id, jobs[2].id, jobs[1].id]
        assert everything.total == 4
        failed = stores.jobs.list_page(PageRequest(), JobState.FAILED)
        assert ([job.id for job in failed.items], failed.total) == ([jobs[0].id], 1)
        assert stores.jobs.list_page(PageRequest(9)).total == 4


def test_old_failures_are_forgotten_in_batches(backend: Backend) -> None:
    jobs = [make_job() for _ in range(3)]
    given(backend, *jobs, make_job(created_at=LATER))
    with backend.unit() as stores:
        for _ in jobs:
            claimed = stores.jobs.claim(LATER)
            assert claimed is not None
            stores.jobs.give_up(claimed.id)
        assert stores.jobs.remove_failed(AT, 10) == 0, "before, not at"
        assert stores.jobs.remove_failed(LATER, 2) == 2
        assert stores.jobs.remove_failed(LATER, 2) == 1
        assert stores.jobs.count() == JobCounts(1, 0, 0)
