"""The Postgres backend."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from repositories.errors import RepositoryError
from repositories.postgres.analytics import PostgresAnalyticsRepository
from repositories.postgres.invites import PostgresInviteRepository
from repositories.postgres.lanes import Lanes
from repositories.postgres.metrics import PostgresMetricsRepository
from repositories.postgres.sessions import PostgresSessionRepository
from repositories.postgres.statements import Statement
from repositories.postgres.subscriptions import PostgresSubscriptionRepository
from repositories.postgres.unit import Unit
from repositories.postgres.users import PostgresUserRepository
from repositories.stores import Health, Stores

_REVISION = Statement(text("SELECT version_num FROM alembic_version"))


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
        start = time.perf_counter()
        problem = self._problem()
        return Health(problem is None, round((time.perf_counter() - start) * 1000, 2), problem)

    def _problem(self) -> str | None:
        try:
            row = Unit(self._lanes, read_only=True).fetch_one(_REVISION)
        except RepositoryError:
            return "database unreachable"
        except Exception as error:  # noqa: BLE001  # whatever else it is, the database is not ready
            return f"no migrations: {type(error).__name__}"
        return None if row and row[0] == self._revision else "migrations pending"

    def close(self) -> None:
        """Close every connection."""
        self._lanes.close()
