"""Jobs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from repositories.entities.jobs import Job, JobCounts, JobState
from repositories.entities.values import encode_json
from repositories.errors import NotFound
from repositories.memory.tables import check_values
from repositories.memory.unit import Unit
from repositories.paging import Page, PageRequest


class MemoryJobRepository:
    """Jobs, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, job: Job) -> bool:
        """Store a job to be done."""
        arguments = json.loads(encode_json(job.arguments))  # a copy, as a database makes one
        self._unit.begin_writing()
        check_values(job)
        new = replace(job, arguments=arguments, state=JobState.WAITING, attempts=0)
        if new.key is not None and self._unit.jobs.find("key", new.key) is not None:
            return False
        self._unit.jobs.insert(new)
        return True

    def get(self, job_id: UUID) -> Job:
        """Return the job."""
        with self._unit.reading:
            job = self._unit.jobs.get(job_id)
        if job is None:
            raise NotFound("job")
        return job

    def claim(self, at: datetime) -> Job | None:
        """Take the oldest job that is due."""
        self._unit.begin_writing()
        due = [job for job in self._in(JobState.WAITING) if job.run_at is None or job.run_at <= at]
        oldest = min(due, key=lambda job: (job.created_at, job.id), default=None)
        return oldest and self._unit.jobs.update(replace(oldest, state=JobState.RUNNING))

    def finish(self, job_id: UUID) -> bool:
        """Delete a job that was done."""
        self._unit.begin_writing()
        job = self._unit.jobs.get(job_id)
        if job is None or job.state is not JobState.RUNNING:
            return False
        self._unit.jobs.delete(job_id)
        return True

    def put_back(self, job_id: UUID, run_at: datetime) -> bool:
        """Have a job that failed tried again."""
        return self._end(job_id, state=JobState.WAITING, run_at=run_at)

    def give_up(self, job_id: UUID) -> bool:
        """Leave a job that failed as it is."""
        return self._end(job_id, state=JobState.FAILED)

    def retry(self, job_id: UUID, at: datetime) -> Job:
        """Have a failed job tried again."""
        self._unit.begin_writing()
        job = self._unit.jobs.get(job_id)
        if job is None or job.state is not JobState.FAILED:
            raise NotFound("job")
        return self._unit.jobs.update(replace(job, state=JobState.WAITING, run_at=at, attempts=0))

    def list_page(self, request: PageRequest, state: JobState | None = None) -> Page[Job]:
        """List the jobs in one state, or all."""
        with self._unit.reading:
            jobs = self._in(*([state] if state else JobState))
        jobs.sort(key=lambda job: (job.created_at, job.id), reverse=True)
        shown = jobs[request.offset : request.offset + request.limit]
        return Page(tuple(shown), len(jobs), request.page, request.limit)

    def count(self) -> JobCounts:
        """Count them by state."""
        with self._unit.reading:
            return JobCounts(*(len(self._in(state)) for state in JobState))

    def remove_failed(self, before: datetime, limit: int) -> int:
        """Delete old failed jobs."""
        self._unit.begin_writing()
        old = [job.id for job in self._in(JobState.FAILED) if job.created_at < before][: max(limit, 0)]
        for job_id in old:
            self._unit.jobs.delete(job_id)
        return len(old)

    def _in(self, *states: JobState) -> list[Job]:
        return [job for job in self._unit.jobs.all() if job.state in states]

    def _end(self, job_id: UUID, **changes: Any) -> bool:
        self._unit.begin_writing()
        job = self._unit.jobs.get(job_id)
        if job is None or job.state is not JobState.RUNNING:
            return False
        self._unit.jobs.update(replace(job, attempts=job.attempts + 1, **changes))
        return True
