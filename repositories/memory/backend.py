"""The memory backend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from repositories.interfaces.work import Work
from repositories.memory.accounts import MemoryAccountRepository
from repositories.memory.analytics import MemoryAnalyticsRepository
from repositories.memory.api_keys import MemoryApiKeyRepository
from repositories.memory.audit import MemoryAuditRepository
from repositories.memory.devices import MemoryDeviceRepository
from repositories.memory.invites import MemoryInviteRepository
from repositories.memory.jobs import MemoryJobRepository
from repositories.memory.mails import MemoryMailRepository
from repositories.memory.metrics import MemoryMetricsRepository
from repositories.memory.one_time_tokens import MemoryOneTimeTokenRepository
from repositories.memory.refresh_tokens import MemoryRefreshTokenRepository
from repositories.memory.sessions import MemorySessionRepository
from repositories.memory.subscriptions import MemorySubscriptionRepository
from repositories.memory.unit import Database, Unit
from repositories.memory.users import MemoryUserRepository
from repositories.memory.waitlist import MemoryWaitlistRepository
from repositories.memory.worker import MemoryWorker
from repositories.stores import Check, Health, Stores


class MemoryBackend:
    """Stores everything in this process, until it ends."""

    name = "memory"
    is_lasting = False

    def __init__(self) -> None:
        self._database = Database()

    @contextmanager
    def unit(self, *, read_only: bool = False) -> Iterator[Stores]:
        """Open a unit of work; a read-only one refuses to write."""
        unit = Unit(self._database, read_only=read_only)
        commit = False
        try:
            yield Stores(
                users=MemoryUserRepository(unit),
                sessions=MemorySessionRepository(unit),
                accounts=MemoryAccountRepository(unit),
                refresh_tokens=MemoryRefreshTokenRepository(unit),
                api_keys=MemoryApiKeyRepository(unit),
                invites=MemoryInviteRepository(unit),
                waitlist=MemoryWaitlistRepository(unit),
                subscriptions=MemorySubscriptionRepository(unit),
                analytics=MemoryAnalyticsRepository(unit),
                metrics=MemoryMetricsRepository(unit),
                jobs=MemoryJobRepository(unit),
                mails=MemoryMailRepository(unit),
                audit=MemoryAuditRepository(unit),
                devices=MemoryDeviceRepository(unit),
                one_time_tokens=MemoryOneTimeTokenRepository(unit),
            )
            commit = True
        finally:
            unit.end(commit=commit)

    def health(self) -> Health:
        """Report that a dictionary answers."""
        return Health(is_healthy=True, latency_ms=0.0)

    def checks(self) -> tuple[Check, ...]:
        """Report that there is nothing that could be missing."""
        return (Check("memory", is_passed=True, found="nothing to check"),)

    def worker(self, work: Work) -> MemoryWorker:
        """Return what does the jobs of this process."""
        return MemoryWorker(self, work)

    def close(self) -> None:
        """Hold nothing, let go of nothing."""
