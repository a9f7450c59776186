"""Units of work: what one hands out, and what a backend must be able to do."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from repositories.interfaces.accounts import AccountRepository
from repositories.interfaces.analytics import AnalyticsRepository
from repositories.interfaces.api_keys import ApiKeyRepository
from repositories.interfaces.audit import AuditRepository
from repositories.interfaces.devices import DeviceRepository
from repositories.interfaces.invites import InviteRepository
from repositories.interfaces.jobs import JobRepository
from repositories.interfaces.mails import MailRepository
from repositories.interfaces.metrics import MetricsRepository
from repositories.interfaces.one_time_tokens import OneTimeTokenRepository
from repositories.interfaces.refresh_tokens import RefreshTokenRepository
from repositories.interfaces.sessions import SessionRepository
from repositories.interfaces.subscriptions import SubscriptionRepository
from repositories.interfaces.users import UserRepository
from repositories.interfaces.waitlist import WaitlistRepository
from repositories.interfaces.work import Work, Worker


@dataclass(slots=True)
class Stores:
    """Every repository of one unit of work."""

    users: UserRepository
    sessions: SessionRepository
    accounts: AccountRepository
    refresh_tokens: RefreshTokenRepository
    api_keys: ApiKeyRepository
    invites: InviteRepository
    waitlist: WaitlistRepository
    subscriptions: SubscriptionRepository
    analytics: AnalyticsRepository
    metrics: MetricsRepository
    jobs: JobRepository
    mails: MailRepository
    audit: AuditRepository
    one_time_tokens: OneTimeTokenRepository
    devices: DeviceRepository


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a backend answers; latency in milliseconds."""

    is_healthy: bool
    latency_ms: float
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold for a backend: what was found, and what to do when it does not."""

    name: str
    is_passed: bool
    found: str
    fix: str = ""


class Backend(Protocol):
    """A place that stores everything."""

    name: str
    is_lasting: bool  # False: what it stores is gone at the next restart

    def unit(self, *, read_only: bool = False) -> AbstractContextManager[Stores]:
        """Open a unit of work: it commits when the block ends, and rolls back when it raises."""
        ...

    def health(self) -> Health:
        """Say whether a unit opened now would work."""
        ...

    def checks(self) -> tuple[Check, ...]:
        """Look at each thing that must hold, and say what is wrong with it."""
        ...

    def worker(self, work: Work) -> Worker:
        """Return what does the jobs that are stored here."""
        ...

    def close(self) -> None:
        """Let go of what is held."""
        ...
