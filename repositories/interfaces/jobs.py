"""Jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from repositories.entities.jobs import Job, JobCounts, JobState
from repositories.paging import Page, PageRequest


class JobRepository(Protocol):
    """The queue; a job is seen by workers once the unit that added it is committed."""

    def add(self, job: Job) -> bool:
        """Store a job to be done; False, and nothing stored, while one with its key waits or runs.

        State and attempts are those of a new job, whatever is given. Raises Conflict for a known id, or InvalidValue.
        """
        ...

    def get(self, job_id: UUID) -> Job:
        """Return the job; raises NotFound, also once it was done."""
        ...

    def claim(self, at: datetime) -> Job | None:
        """Take the oldest job that waits and is due, once whoever else tries; or None."""
        ...

    def finish(self, job_id: UUID) -> bool:
        """Delete a job that was done; False when it was not running."""
        ...

    def put_back(self, job_id: UUID, run_at: datetime) -> bool:
        """Have a job that failed tried again at a time; False when it was not running."""
        ...

    def give_up(self, job_id: UUID) -> bool:
        """Leave a job that failed as it is, for somebody to look at; False when it was not running."""
        ...

    def retry(self, job_id: UUID, at: datetime) -> Job:
        """Have a failed job tried again; raises NotFound when no failed job has the id, JobWaiting for a key in use."""
        ...

    def list_page(self, request: PageRequest, state: JobState | None = None) -> Page[Job]:
        """List the jobs in one state, or all, newest first."""
        ...

    def count(self) -> JobCounts:
        """Count them by state."""
        ...

    def remove_failed(self, before: datetime, limit: int) -> int:
        """Delete at most `limit` failed jobs made before a time, and return how many they were."""
        ...
