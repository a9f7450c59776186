"""The Postgres backend."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from repositories.interfaces.work import Work
from repositories.postgres.accounts import PostgresAccountRepository
from repositories.postgres.analytics import PostgresAnalyticsRepository
from repositories.postgres.api_keys import PostgresApiKeyRepository
from repositories.postgres.audit import PostgresAuditRepository
from repositories.postgres.checks import checks, health
from repositories.postgres.devices import PostgresDeviceRepository
from repositories.postgres.hits import PostgresHitRepository
from repositories.postgres.invites import PostgresInviteRepository
from repositories.postgres.jobs import PostgresJobRepository
from repositories.postgres.lanes import Lanes
from repositories.postgres.mails import PostgresMailRepository
from repositories.postgres.metrics import PostgresMetricsRepository
from repositories.postgres.one_time_tokens import PostgresOneTimeTokenRepository
from repositories.postgres.refresh_tokens import PostgresRefreshTokenRepository
from repositories.postgres.sessions import PostgresSessionRepository
from repositories.postgres.subscriptions import PostgresSubscriptionRepository
from repositories.postgres.unit import Unit
from repositories.postgres.users import PostgresUserRepository
from repositories.postgres.waitlist import PostgresWaitlistRepository
from repositories.postgres.worker import PostgresWorker
from repositories.stores import Check, Health, Stores

REPOSITORIES: dict[str, Callable[[Unit], object]] = {
    "users": PostgresUserRepository,
    "sessions": PostgresSessionRepository,
    "accounts": PostgresAccountRepository,
    "refresh_tokens": PostgresRefreshTokenRepository,
    "api_keys": PostgresApiKeyRepository,
    "invites": PostgresInviteRepository,
    "waitlist": PostgresWaitlistRepository,
    "subscriptions": PostgresSubscriptionRepository,
    "analytics": PostgresAnalyticsRepository,
    "metrics": PostgresMetricsRepository,
    "jobs": PostgresJobRepository,
    "mails": PostgresMailRepository,
    "audit": PostgresAuditRepository,
    "devices": PostgresDeviceRepository,
    "one_time_tokens": PostgresOneTimeTokenRepository,
}
HIT_LANES = 2
HIT_WAIT = 0.5  # seconds for a free one


class _LazyStores(Stores):
    """The repositories of a unit, each made when it is asked for: most units ask for one."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def __getattr__(self, name: str) -> object:
        if name not in REPOSITORIES:
            raise AttributeError(name)
        made = REPOSITORIES[name](self._unit)
        setattr(self, name, made)
        return made


class PostgresUnitOfWork:
    """A unit of work as a `with` block."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def __enter__(self) -> Stores:
        return _LazyStores(self._unit)

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        self._unit.end(commit=kind is None)


class PostgresBackend:
    """Stores everything in Postgres."""

    name = "postgres"
    is_lasting = True

    def __init__(self, engine: Engine, *, pool_size: int, pool_timeout: float, revision: str) -> None:
        self._lanes = Lanes(engine, pool_size, pool_timeout)
        self._all_lanes = [self._lanes]
        self._revision = revision
        self._url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def unit(self, *, read_only: bool = False) -> PostgresUnitOfWork:
        """Open a unit of work; a read-only one stays in autocommit and refuses to write."""
        return PostgresUnitOfWork(Unit(self._lanes, read_only=read_only))

    def health(self) -> Health:
        """Ask the database for its revision: it must answer, and be the one the code is written for."""
        return health(self._reader(), self._revision)

    def checks(self) -> tuple[Check, ...]:
        """Check connectivity, the essential tables, migrations and latency (R5)."""
        return checks(self._reader(), self._revision)

    def hits(self, engine: Engine) -> PostgresHitRepository:
        """Return the counts of hits, on connections of their own: `engine` says how long those may wait."""
        lanes = Lanes(engine, HIT_LANES, HIT_WAIT, self._lanes.watchdog)
        self._all_lanes.append(lanes)
        return PostgresHitRepository(lanes)

    def _reader(self) -> Unit:
        return Unit(self._lanes, read_only=True)

    def worker(self, work: Work) -> PostgresWorker:
        """Return what does the jobs, for a process of its own."""
        return PostgresWorker(self._url, work)

    def close(self) -> None:
        """Close every connection."""
        for lanes in self._all_lanes:
            lanes.close()
