"""The Postgres backend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from repositories.postgres.analytics import PostgresAnalyticsRepository
from repositories.postgres.checks import checks, health
from repositories.postgres.invites import PostgresInviteRepository
from repositories.postgres.lanes import Lanes
from repositories.postgres.metrics import PostgresMetricsRepository
from repositories.postgres.sessions import PostgresSessionRepository
from repositories.postgres.subscriptions import PostgresSubscriptionRepository
from repositories.postgres.unit import Unit
from repositories.postgres.users import PostgresUserRepository
from repositories.stores import Check, Health, Stores


class PostgresBackend:
    """Stores everything in Postgres."""

    name = "postgres"
    is_lasting = True

    def __init__(self, engine: Engine, *, pool_size: int, pool_timeout: float, revision: str) -> None:
        self._lanes = Lanes(engine, pool_size, pool_timeout)
        self._revision = revision

    @contextmanager
    def unit(self, *, read_only: bool = False) -> Iterator[Stores]:
        """Open a unit of work; a read-only one stays in autocommit and refuses to write."""
        unit = Unit(self._lanes, read_only=read_only)
        commit = False
        try:
            yield Stores(
                users=PostgresUserRepository(unit),
                sessions=PostgresSessionRepository(unit),
                invites=PostgresInviteRepository(unit),
                subscriptions=PostgresSubscriptionRepository(unit),
                analytics=PostgresAnalyticsRepository(unit),
                metrics=PostgresMetricsRepository(unit),
            )
            commit = True
        finally:
            unit.end(commit=commit)

    def health(self) -> Health:
        """Ask the database for its revision: it must answer, and be the one the code is written for."""
        return health(self._reader(), self._revision)

    def checks(self) -> tuple[Check, ...]:
        """Check connectivity, the essential tables, migrations and latency (R5)."""
        return checks(self._reader(), self._revision)

    def _reader(self) -> Unit:
        return Unit(self._lanes, read_only=True)

    def close(self) -> None:
        """Close every connection."""
        self._lanes.close()
