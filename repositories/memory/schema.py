"""Every table there is, with its unique keys and references."""

from __future__ import annotations

from dataclasses import dataclass, field

from repositories.entities.accounts import LinkedAccount
from repositories.entities.analytics import AnalyticsEvent
from repositories.entities.api_keys import ApiKey
from repositories.entities.audit import AuditEvent
from repositories.entities.devices import KnownDevice
from repositories.entities.invites import Invite
from repositories.entities.jobs import Job, JobState
from repositories.entities.mails import Mail
from repositories.entities.metrics import BusinessMonth
from repositories.entities.one_time_tokens import OneTimeToken
from repositories.entities.refresh_tokens import RefreshToken
from repositories.entities.sessions import Session
from repositories.entities.subscriptions import SubscriptionRecord
from repositories.entities.users import User
from repositories.entities.values import email_key
from repositories.entities.waitlist import WaitlistEntry
from repositories.errors import (
    AccountTaken,
    CodeTaken,
    EmailTaken,
    JobWaiting,
    ProviderLinked,
    StripeCustomerTaken,
    StripeSubscriptionTaken,
    SubscriptionExists,
)
from repositories.memory.tables import Reference, Table, Unique


@dataclass
class Tables:
    """The committed rows."""

    users: Table[User] = field(
        default_factory=lambda: Table(
            User,
            unique=(
                Unique("email", lambda user: None if user.deleted_at else email_key(user.email), EmailTaken),
                Unique("stripe_customer_id", lambda user: user.stripe_customer_id, StripeCustomerTaken),
            ),
        )
    )
    sessions: Table[Session] = field(
        default_factory=lambda: Table(
            Session,
            unique=(Unique("token_hash", lambda session: session.token_hash),),
            references=(Reference("users", lambda session: session.user_id),),
        )
    )
    refresh_tokens: Table[RefreshToken] = field(
        default_factory=lambda: Table(
            RefreshToken,
            unique=(
                Unique("token_hash", lambda token: token.token_hash),
                Unique("parent_id", lambda token: token.parent_id),
                Unique("live", lambda token: None if token.used_at or token.revoked_at else token.family_id),
            ),
            references=(Reference("users", lambda token: token.user_id),),
        )
    )
    api_keys: Table[ApiKey] = field(
        default_factory=lambda: Table(
            ApiKey,
            unique=(Unique("key_hash", lambda key: key.key_hash),),
            references=(Reference("users", lambda key: key.user_id),),
        )
    )
    accounts: Table[LinkedAccount] = field(
        default_factory=lambda: Table(
            LinkedAccount,
            unique=(
                Unique("provider_account_id", lambda one: (one.provider, one.provider_account_id), AccountTaken),
                Unique("user_id", lambda one: (one.user_id, one.provider), ProviderLinked),
            ),
            references=(Reference("users", lambda one: one.user_id),),
        )
    )
    invites: Table[Invite] = field(
        default_factory=lambda: Table(
            Invite,
            unique=(Unique("code", lambda invite: invite.code, CodeTaken),),
            references=(
                Reference("users", lambda invite: invite.used_by),
                Reference("users", lambda invite: invite.created_by),
            ),
        )
    )
    waitlist: Table[WaitlistEntry] = field(
        default_factory=lambda: Table(WaitlistEntry, unique=(Unique("email", lambda entry: email_key(entry.email)),))
    )
    subscriptions: Table[SubscriptionRecord] = field(
        default_factory=lambda: Table(
            SubscriptionRecord,
            unique=(
                Unique("stripe", lambda record: record.stripe_subscription_id, StripeSubscriptionTaken),
                Unique("user_id", lambda record: record.user_id, SubscriptionExists),
            ),
            references=(Reference("users", lambda record: record.user_id),),
        )
    )
    analytics: Table[AnalyticsEvent] = field(default_factory=lambda: Table(AnalyticsEvent))
    metrics: Table[BusinessMonth] = field(
        default_factory=lambda: Table(
            BusinessMonth, unique=(Unique("month", lambda month: (month.user_id, month.month)),)
        )
    )
    jobs: Table[Job] = field(
        default_factory=lambda: Table(
            Job, unique=(Unique("key", lambda job: None if job.state is JobState.FAILED else job.key, JobWaiting),)
        )
    )
    mails: Table[Mail] = field(
        default_factory=lambda: Table(
            Mail,
            unique=(Unique("event", lambda mail: mail.event),),
            references=(Reference("users", lambda mail: mail.user_id),),
        )
    )
    audit: Table[AuditEvent] = field(default_factory=lambda: Table(AuditEvent))
    devices: Table[KnownDevice] = field(
        default_factory=lambda: Table(
            KnownDevice,
            unique=(Unique("mark", lambda device: (device.user_id, device.mark_hash)),),
            references=(Reference("users", lambda device: device.user_id),),
        )
    )
    one_time_tokens: Table[OneTimeToken] = field(
        default_factory=lambda: Table(OneTimeToken, unique=(Unique("token_hash", lambda token: token.token_hash),))
    )
