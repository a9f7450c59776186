"""Entities for the contract tests: new ids, one fixed instant, and whatever the test asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from repositories.entities.accounts import LinkedAccount, Provider
from repositories.entities.analytics import AnalyticsEvent
from repositories.entities.api_keys import ApiKey, Scope
from repositories.entities.audit import AuditEvent
from repositories.entities.devices import KnownDevice
from repositories.entities.invites import Invite
from repositories.entities.jobs import Job
from repositories.entities.mails import Mail
from repositories.entities.metrics import BusinessMonth
from repositories.entities.one_time_tokens import OneTimeToken, Purpose
from repositories.entities.refresh_tokens import RefreshToken
from repositories.entities.sessions import Session
from repositories.entities.subscriptions import SubscriptionRecord
from repositories.entities.users import User
from repositories.entities.values import text_limits
from repositories.entities.waitlist import WaitlistEntry
from repositories.stores import Backend, Stores

AT = datetime(2026, 3, 29, 0, 59, 59, 123456, UTC)  # a second before Europe changes its clocks
LATER = AT + timedelta(days=1)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)


def make_user(**given: Any) -> User:
    """An account with an address of its own."""
    key = uuid4()
    return User(**{"id": key, "email": f"{key}@example.fr", "name": "Zoé", "created_at": AT, "updated_at": AT, **given})


def make_session(user: User, **given: Any) -> Session:
    """A session of a user, with a token of its own, that lasts a day."""
    key = uuid4()
    times = {"created_at": AT, "last_seen_at": AT, "expires_at": LATER}
    return Session(**{"id": key, "user_id": user.id, "token_hash": key.bytes, **times, **given})


def make_account(user: User, **given: Any) -> LinkedAccount:
    """An account at Google that signs in as a user, with a subject of its own."""
    key = uuid4()
    return LinkedAccount(
        **{
            "id": key,
            "user_id": user.id,
            "provider": Provider.GOOGLE,
            "provider_account_id": str(key.int),
            "created_at": AT,
            **given,
        }
    )


def make_token(user: User, **given: Any) -> RefreshToken:
    """The first token of a family of a user, that lasts a day."""
    key = uuid4()
    known = {"id": key, "family_id": key, "user_id": user.id, "token_hash": key.bytes}
    return RefreshToken(**{**known, "created_at": AT, "expires_at": LATER, **given})


def make_key(user: User, **given: Any) -> ApiKey:
    """A key of a user that reads her profile and never ends."""
    key = uuid4()
    known = {"id": key, "user_id": user.id, "name": "Script", "prefix": "hz_01234567", "key_hash": key.bytes}
    return ApiKey(**{**known, "scopes": (Scope.PROFILE_READ,), "created_at": AT, **given})


def make_invite(**given: Any) -> Invite:
    """An open invitation with a code of its own."""
    key = uuid4()
    return Invite(**{"id": key, "code": key.hex[:16].upper(), "created_at": AT, **given})


def make_entry(**given: Any) -> WaitlistEntry:
    """Somebody who waits, at an address of her own."""
    key = uuid4()
    return WaitlistEntry(**{"id": key, "email": f"{key}@example.fr", "locale": "fr", "created_at": AT, **given})


def make_record(user: User, **given: Any) -> SubscriptionRecord:
    """The subscription record of a user."""
    return SubscriptionRecord(
        **{"id": uuid4(), "user_id": user.id, "created_at": AT, "updated_at": AT, **given},
    )


def make_event(**given: Any) -> AnalyticsEvent:
    """An event of a user nobody has heard of."""
    return AnalyticsEvent(**{"id": uuid4(), "user_id": uuid4(), "event_type": "sale", "created_at": AT, **given})


def make_month(**given: Any) -> BusinessMonth:
    """The figures of a month of a user nobody has heard of."""
    return BusinessMonth(
        **{"id": uuid4(), "user_id": uuid4(), "month": date(2026, 3, 1), "created_at": AT, **given},
    )


def make_audit_event(**given: Any) -> AuditEvent:
    """Something that happened, done by nobody to nobody."""
    return AuditEvent(**{"id": uuid4(), "created_at": AT, "action": "signed_in", **given})


def make_job(**given: Any) -> Job:
    """A job that is due."""
    return Job(**{"id": uuid4(), "name": "test.work", "created_at": AT, **given})


def make_mail(**given: Any) -> Mail:
    """A mail to an address, about an event of its own."""
    key = uuid4()
    fields = {"event": f"test:{key}", "template": "welcome", "locale": "fr", "recipient": f"{key}@example.fr"}
    return Mail(**{"id": key, "created_at": AT, **fields, **given})


def make_one_time_token(**given: Any) -> OneTimeToken:
    """A link for signing in, to an address of its own, that works for a day."""
    key = uuid4()
    times = {"created_at": AT, "expires_at": LATER}
    marks = {"email": f"{key}@example.fr", "purpose": Purpose.MAGIC_LINK, "token_hash": key.bytes}
    return OneTimeToken(**{"id": key, **marks, **times, **given})


def make_device(user: User, **given: Any) -> KnownDevice:
    """A device of a user, with a mark of its own."""
    key = uuid4()
    return KnownDevice(
        **{"id": key, "user_id": user.id, "mark_hash": key.bytes, "created_at": AT, "seen_at": AT, **given}
    )


PUT: dict[type, Callable[[Stores, Any], object]] = {
    User: lambda stores, one: stores.users.add(one),
    Session: lambda stores, one: stores.sessions.add(one),
    LinkedAccount: lambda stores, one: stores.accounts.add(one),
    RefreshToken: lambda stores, one: stores.refresh_tokens.add(one),
    ApiKey: lambda stores, one: stores.api_keys.add(one, 1000),
    Invite: lambda stores, one: stores.invites.add_all([one]),
    WaitlistEntry: lambda stores, one: stores.waitlist.join(one),
    SubscriptionRecord: lambda stores, one: stores.subscriptions.add(one),
    AnalyticsEvent: lambda stores, one: stores.analytics.add(one),
    BusinessMonth: lambda stores, one: stores.metrics.save(one),
    AuditEvent: lambda stores, one: stores.audit.add(one),
    KnownDevice: lambda stores, one: stores.devices.note(one),
    Job: lambda stores, one: stores.jobs.add(one),
    Mail: lambda stores, one: stores.mails.add(one),
    OneTimeToken: lambda stores, one: stores.one_time_tokens.replace(one),
}


def put(stores: Stores, entity: Any) -> None:
    """Store an entity of any kind."""
    PUT[type(entity)](stores, entity)


def given(backend: Backend, *entities: Any) -> None:
    """Store entities in a unit of their own."""
    with backend.unit() as stores:
        for entity in entities:
            put(stores, entity)


def stored_user(backend: Backend, **fields: Any) -> User:
    """An account that is stored."""
    user = make_user(**fields)
    given(backend, user)
    return user


def stored_invite(backend: Backend, **fields: Any) -> Invite:
    """An invitation that is stored."""
    invite = make_invite(**fields)
    given(backend, invite)
    return invite


def limit_of(entity: type, field: str) -> int:
    """The longest text a field may hold."""
    return text_limits(entity)[field]


class Undone(Exception):
    """Raised in a unit to have it undone."""


@contextmanager
def undone(backend: Backend) -> Iterator[Stores]:
    """Open a unit that fails when the block ends."""
    with suppress(Undone), backend.unit() as stores:
        yield stores
        raise Undone
