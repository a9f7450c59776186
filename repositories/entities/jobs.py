"""Work that is done later, by a worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from repositories.entities.values import Json, MaxLength


class JobState(StrEnum):
    """How far a job is; one that was done is deleted."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    FAILED = "FAILED"  # nobody tries it again, unless told to


@dataclass(frozen=True, slots=True)
class Job:
    """A call of a handler, by name; the arguments hold ids, never a secret nor anybody's data."""

    id: UUID
    name: Annotated[str, MaxLength(128)]
    created_at: datetime
    arguments: Json = field(default_factory=dict)
    run_at: datetime | None = None  # not before
    key: Annotated[str | None, MaxLength(200)] = None  # at most one job with it waits or runs
    state: JobState = JobState.WAITING
    attempts: int = 0  # that failed


@dataclass(frozen=True, slots=True)
class JobCounts:
    """How many jobs there are in each state."""

    waiting: int
    running: int
    failed: int
