"""Hits, in the table `rate_hits`."""

from __future__ import annotations

import itertools
from contextlib import suppress
from datetime import datetime, timedelta
from secrets import token_bytes

import psycopg
from sqlalchemy import text

from repositories.entities.hits import Tally
from repositories.errors import RepositoryError, Unavailable
from repositories.postgres.lanes import Lanes
from repositories.postgres.statements import Row, Statement
from repositories.postgres.unit import Unit

BATCH = 1000  # keys looked at by one statement of a purge
PRUNE_EVERY = 100  # hits
PRUNED = 200  # keys looked at then: more than as many hits can add

# The one statement that decides. Whoever comes second waits for the row, and then sees what the first has made of it.
# A clock that lags behind the one of the last hit is taken forward to it, so that the times of a row never go back.
_TAKE = Statement(
    text("""
    INSERT INTO rate_hits AS kept (key, hits, expires_at)
    VALUES (:key, ARRAY[CAST(:at AS timestamptz)], CAST(:at AS timestamptz) + CAST(:span AS interval))
    ON CONFLICT (key) DO UPDATE
    SET hits = (greatest(excluded.hits[1], kept.hits[1]) || kept.hits)[1:CAST(:budget AS integer)],
        expires_at = greatest(excluded.hits[1], kept.hits[1]) + CAST(:span AS interval)
    WHERE kept.hits[CAST(:budget AS integer)] IS NULL
       OR kept.hits[CAST(:budget AS integer)] <= greatest(excluded.hits[1], kept.hits[1]) - CAST(:span AS interval)
    RETURNING kept.hits
    """)
)
_LOOK = Statement(text("SELECT hits FROM rate_hits WHERE key = :key"))
_FORGET = Statement(text("DELETE FROM rate_hits WHERE key = :key RETURNING key"))
# Walks by key, so that no index has to know when a row expires.
_PURGE = Statement(
    text("""
    WITH walked AS (SELECT key FROM rate_hits WHERE key > :after ORDER BY key LIMIT CAST(:batch AS integer)),
    gone AS (
        DELETE FROM rate_hits USING walked WHERE rate_hits.key = walked.key AND rate_hits.expires_at <= :at
        RETURNING rate_hits.key
    )
    SELECT (SELECT key FROM walked ORDER BY key DESC LIMIT 1), (SELECT count(*) FROM gone)
    """)
)


class PostgresHitRepository:
    """Hits, each counted by one statement of its own, on connections that wait for nothing for long."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._taken = itertools.count(1)

    def take(self, key: bytes, budget: int, window: timedelta, at: datetime) -> Tally:
        """Let a hit in and remember it, unless the budget is spent."""
        row = self._run(_TAKE, key=key, budget=budget, span=window, at=at)
        if row is None:
            return self._refusal(key, budget, window, at)
        hits: list[datetime] = row[0]
        counted = [hit for hit in hits if hit > hits[0] - window]
        if next(self._taken) % PRUNE_EVERY == 0:
            self._prune(at)
        return Tally(is_let_in=True, remaining=budget - len(counted), frees_at=counted[-1] + window)

    def forget(self, key: bytes) -> None:
        """Start the key anew."""
        self._run(_FORGET, key=key)

    def purge(self, at: datetime) -> int:
        """Remove the keys whose last hit has left its window, a batch at a time."""
        purged, after = 0, b""
        while row := self._run(_PURGE, after=after, batch=BATCH, at=at):
            after, gone = row
            purged += gone
            if after is None:
                break
        return purged

    def close(self) -> None:
        """Close every connection."""
        self._lanes.close()

    def _refusal(self, key: bytes, budget: int, window: timedelta, at: datetime) -> Tally:
        row = self._run(_LOOK, key=key)
        hits: list[datetime] = row[0] if row else []
        # hits that were forgotten since then: the next try is let in
        frees_at = hits[budget - 1] + window if len(hits) >= budget else at
        return Tally(is_let_in=False, remaining=0, frees_at=frees_at)

    def _prune(self, at: datetime) -> None:
        with suppress(Unavailable):  # a hit that was let in is not refused because of that
            self._run(_PURGE, after=token_bytes(16), batch=PRUNED, at=at)

    def _run(self, statement: Statement, **given: object) -> Row | None:
        # A unit that begins no transaction: one statement is one, and costs one round trip. Sent twice, when a
        # connection died in its sleep, it counts a hit twice at worst.
        try:
            return Unit(self._lanes, read_only=True).fetch_one(statement, **given)
        except Unavailable:
            raise
        except (RepositoryError, psycopg.Error) as error:  # no such table yet, no right to write it
            raise Unavailable(str(error)) from error
