"""Jobs, in procrastinate's table: a worker of it does them, and everybody else reads and writes it from here.

What the table has no column for is kept beside the arguments, in `args`. Jobs that procrastinate makes itself, at
the ticks of its clock, have only a number: it stands for their id.
"""

from __future__ import annotations

from datetime import datetime
from string import Template
from typing import Any
from uuid import UUID

from sqlalchemy import text

from repositories.entities.jobs import Job, JobCounts, JobState
from repositories.entities.values import encode_json
from repositories.errors import NotFound
from repositories.paging import Page, PageRequest
from repositories.postgres.statements import Row, Statement
from repositories.postgres.unit import Unit

LARGEST_NUMBER = 2**63 - 1

_ID = "coalesce(CAST(args ->> 'id' AS uuid), CAST(lpad(to_hex(id), 32, '0') AS uuid))"
_MADE = (
    "coalesce(CAST(args ->> 'created_at' AS timestamptz), to_timestamp(CAST(args ->> 'timestamp' AS double precision)))"
)
_STATE = "CASE status WHEN 'todo' THEN 'WAITING' WHEN 'doing' THEN 'RUNNING' ELSE 'FAILED' END"
_WORDS = {
    "id": _ID,
    "made": _MADE,
    "state": _STATE,
    "columns": f"""{_ID} AS job_id, task_name, {_MADE} AS made, coalesce(args -> 'arguments', '{{}}') AS arguments,
        scheduled_at, args ->> 'key' AS key, {_STATE} AS state, attempts""",
    # each half of it has an index
    "is_it": "(args ->> 'id' = CAST(:job_id AS text) OR (id = CAST(:number AS bigint) AND args ->> 'id' IS NULL))",
}


def _statement(sql: str) -> Statement:
    return Statement(text(Template(sql).substitute(_WORDS)))


_ADD = _statement("""
    INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at)
    VALUES ('default', CAST(:name AS text), jsonb_build_object(
            'id', CAST(:id AS uuid), 'created_at', CAST(:created_at AS timestamptz),
            'arguments', CAST(:arguments AS jsonb), 'key', CAST(:key AS text)), CAST(:run_at AS timestamptz))
    ON CONFLICT ((args ->> 'key')) WHERE status IN ('todo', 'doing') DO NOTHING
    RETURNING id""")
_GET = _statement("SELECT $columns FROM procrastinate_jobs WHERE $is_it")
_CLAIM = _statement("""
    UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (
        SELECT id FROM procrastinate_jobs
        WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= CAST(:at AS timestamptz))
        ORDER BY $made, $id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING $columns""")
_FINISH = _statement("DELETE FROM procrastinate_jobs WHERE $is_it AND status = 'doing' RETURNING id")
_PUT_BACK = _statement("""
    UPDATE procrastinate_jobs
    SET status = 'todo', attempts = attempts + 1, scheduled_at = CAST(:run_at AS timestamptz)
    WHERE $is_it AND status = 'doing' RETURNING id""")
_GIVE_UP = _statement("""
    UPDATE procrastinate_jobs SET status = 'failed', attempts = attempts + 1
    WHERE $is_it AND status = 'doing' RETURNING id""")
_RETRY = _statement("""
    UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = CAST(:at AS timestamptz)
    WHERE $is_it AND $state = 'FAILED' RETURNING $columns""")
_LIST_PAGE = _statement("""
    WITH chosen AS (SELECT $columns FROM procrastinate_jobs
                    WHERE CAST(:state AS text) IS NULL OR $state = CAST(:state AS text)),
         shown AS (SELECT * FROM chosen ORDER BY made DESC, job_id DESC
                   LIMIT CAST(:limit AS bigint) OFFSET CAST(:offset AS bigint))
    SELECT total.n, shown.* FROM (SELECT count(*) AS n FROM chosen) AS total LEFT JOIN shown ON true
    ORDER BY made DESC, job_id DESC""")
_COUNT = _statement("""
    SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing'),
           count(*) FILTER (WHERE $state = 'FAILED') FROM procrastinate_jobs""")
_REMOVE_FAILED = _statement("""
    DELETE FROM procrastinate_jobs WHERE id IN (
        SELECT id FROM procrastinate_jobs WHERE $state = 'FAILED' AND $made < CAST(:before AS timestamptz)
        LIMIT CAST(:most AS bigint))
    RETURNING id""")


class PostgresJobRepository:
    """Jobs, in the table `procrastinate_jobs`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, job: Job) -> bool:
        """Store a job to be done."""
        given = {"id": job.id, "name": job.name, "created_at": job.created_at, "run_at": job.run_at, "key": job.key}
        return bool(self._unit.write(_ADD, **given, arguments=encode_json(job.arguments)))

    def get(self, job_id: UUID) -> Job:
        """Return the job."""
        row = self._unit.fetch_one(_GET, **_marks(job_id))
        if row is None:
            raise NotFound("job")
        return _job(row)

    def claim(self, at: datetime) -> Job | None:
        """Take the oldest job that is due."""
        rows = self._unit.write(_CLAIM, at=at)
        return _job(rows[0]) if rows else None

    def finish(self, job_id: UUID) -> bool:
        """Delete a job that was done."""
        return bool(self._unit.write(_FINISH, **_marks(job_id)))

    def put_back(self, job_id: UUID, run_at: datetime) -> bool:
        """Have a job that failed tried again."""
        return bool(self._unit.write(_PUT_BACK, **_marks(job_id), run_at=run_at))

    def give_up(self, job_id: UUID) -> bool:
        """Leave a job that failed as it is."""
        return bool(self._unit.write(_GIVE_UP, **_marks(job_id)))

    def retry(self, job_id: UUID, at: datetime) -> Job:
        """Have a failed job tried again."""
        rows = self._unit.write(_RETRY, **_marks(job_id), at=at)
        if not rows:
            raise NotFound("job")
        return _job(rows[0])

    def list_page(self, request: PageRequest, state: JobState | None = None) -> Page[Job]:
        """List the jobs in one state, or all."""
        given: dict[str, Any] = {"state": state, "limit": request.limit, "offset": request.offset}
        rows = self._unit.fetch_all(_LIST_PAGE, **given)
        items = tuple(_job(row[1:]) for row in rows if row[1] is not None)
        return Page(items, rows[0][0], request.page, request.limit)

    def count(self) -> JobCounts:
        """Count them by state."""
        return JobCounts(*self._unit.fetch_all(_COUNT)[0])

    def remove_failed(self, before: datetime, limit: int) -> int:
        """Delete old failed jobs."""
        return len(self._unit.write(_REMOVE_FAILED, before=before, most=max(limit, 0)))


def _marks(job_id: UUID) -> dict[str, Any]:
    number = job_id.int if job_id.int <= LARGEST_NUMBER else -1
    return {"job_id": str(job_id), "number": number}


def _job(row: Row) -> Job:
    job_id, name, made, arguments, run_at, key, state, attempts = row
    return Job(job_id, name, made, arguments, run_at, key, JobState(state), attempts)
