"""Units of work over the tables: readers see what is committed, one writer at a time changes it."""

from __future__ import annotations

from threading import Lock
from typing import Any
from uuid import UUID

from repositories.entities.accounts import LinkedAccount
from repositories.entities.analytics import AnalyticsEvent
from repositories.entities.audit import AuditEvent
from repositories.entities.invites import Invite
from repositories.entities.metrics import BusinessMonth
from repositories.entities.one_time_tokens import OneTimeToken
from repositories.entities.sessions import Session
from repositories.entities.subscriptions import SubscriptionRecord
from repositories.entities.users import User
from repositories.entities.values import email_key
from repositories.errors import (
    AccountTaken,
    CodeTaken,
    EmailTaken,
    ProviderLinked,
    ReadOnlyUnit,
    StripeCustomerTaken,
    StripeSubscriptionTaken,
    SubscriptionExists,
    Unavailable,
)
from repositories.memory.tables import Reference, Table, TableView, Unique

LOCK_TIMEOUT = 2.0  # seconds, as the lock_timeout of the Postgres backend


class Database:
    """Every committed row, and the two locks that guard them."""

    def __init__(self) -> None:
        self.reading = Lock()  # held for the moment a row is looked up or a unit is merged
        self.writing = Lock()  # held by a unit from its first write to its end
        self.users = Table(
            User,
            unique=(
                Unique("email", lambda user: None if user.deleted_at else email_key(user.email), EmailTaken),
                Unique("stripe_customer_id", lambda user: user.stripe_customer_id, StripeCustomerTaken),
            ),
        )
        self.sessions = Table(
            Session,
            unique=(Unique("token_hash", lambda session: session.token_hash),),
            references=(Reference("users", lambda session: session.user_id),),
        )
        self.accounts = _accounts()
        self.invites = Table(
            Invite,
            unique=(Unique("code", lambda invite: invite.code, CodeTaken),),
            references=(
                Reference("users", lambda invite: invite.used_by),
                Reference("users", lambda invite: invite.created_by),
            ),
        )
        self.subscriptions = Table(
            SubscriptionRecord,
            unique=(
                Unique("stripe", lambda record: record.stripe_subscription_id, StripeSubscriptionTaken),
                Unique("user_id", lambda record: record.user_id, SubscriptionExists),
            ),
            references=(Reference("users", lambda record: record.user_id),),
        )
        self.analytics = Table(AnalyticsEvent)
        self.metrics = Table(BusinessMonth, unique=(Unique("month", lambda month: (month.user_id, month.month)),))
        self.audit = Table(AuditEvent)
        self.one_time_tokens = Table(OneTimeToken, unique=(Unique("token_hash", lambda token: token.token_hash),))


def _accounts() -> Table[LinkedAccount]:
    return Table(
        LinkedAccount,
        unique=(
            Unique("provider_account_id", lambda one: (one.provider, one.provider_account_id), AccountTaken),
            Unique("user_id", lambda one: (one.user_id, one.provider), ProviderLinked),
        ),
        references=(Reference("users", lambda one: one.user_id),),
    )


class Unit:
    """The tables as one unit of work sees them."""

    def __init__(self, database: Database, *, read_only: bool) -> None:
        self._database = database
        self._read_only = read_only
        self._is_writing = False
        self.users = TableView(database.users, self._exists)
        self.sessions = TableView(database.sessions, self._exists)
        self.accounts = TableView(database.accounts, self._exists)
        self.invites = TableView(database.invites, self._exists)
        self.subscriptions = TableView(database.subscriptions, self._exists)
        self.analytics = TableView(database.analytics, self._exists)
        self.metrics = TableView(database.metrics, self._exists)
        self.audit = TableView(database.audit, self._exists)
        self.one_time_tokens = TableView(database.one_time_tokens, self._exists)
        self.reading = database.reading

    def _exists(self, table: str, row_id: UUID) -> bool:
        view: TableView[Any] = getattr(self, table)
        return view.get(row_id) is not None

    def begin_writing(self) -> None:
        """Wait for the turn to write, once a unit; raises Unavailable when it takes too long."""
        if self._read_only:
            raise ReadOnlyUnit
        if not self._is_writing:
            if not self._database.writing.acquire(timeout=LOCK_TIMEOUT):
                raise Unavailable("another unit of work has been writing for too long")
            self._is_writing = True

    def end(self, *, commit: bool) -> None:
        """Merge the changes or drop them, and let the next writer in."""
        if not self._is_writing:
            return
        try:
            if commit:
                self._merge()
        finally:
            self._is_writing = False
            self._database.writing.release()

    def _merge(self) -> None:
        with self.reading:
            for view in (
                self.users,
                self.sessions,
                self.accounts,
                self.invites,
                self.subscriptions,
                self.analytics,
                self.metrics,
                self.audit,
                self.one_time_tokens,
            ):
                view.commit()
