"""Erasing an account: asked for by its owner, or due some time after it was deleted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from huntaze_app.audit import Action, AuditStores, record
from huntaze_app.clock import new_id
from huntaze_app.mail import MailStores, post
from huntaze_app.problems import FreshSignInRequired, WrongPassword
from huntaze_app.security.endings import SignInStores, end_sign_ins
from huntaze_app.security.passwords import Passwords
from repositories.entities.jobs import Job
from repositories.entities.sessions import Session
from repositories.entities.users import User
from repositories.interfaces.analytics import AnalyticsRepository
from repositories.interfaces.invites import InviteRepository
from repositories.interfaces.jobs import JobRepository
from repositories.interfaces.metrics import MetricsRepository
from repositories.interfaces.one_time_tokens import OneTimeTokenRepository
from repositories.interfaces.users import UserRepository
from repositories.interfaces.waitlist import WaitlistRepository

ERASE = "users.erase"
GRACE = timedelta(days=14)  # in which an owner may change her mind, and an administrator look into a mistake
FRESH = timedelta(minutes=10)  # how long a sign-in shows that its owner is at the keyboard
BATCH = 500


class RequestStores(SignInStores, MailStores, AuditStores, Protocol):
    """What asking for an account's end needs."""

    users: UserRepository


class CancelStores(AuditStores, Protocol):
    """What keeping an account needs."""

    users: UserRepository


class QueueStores(Protocol):
    """What finding accounts to erase needs."""

    users: UserRepository
    jobs: JobRepository


class ErasureStores(SignInStores, MailStores, AuditStores, Protocol):
    """What is held of a user where accounts are and does not belong to her row."""

    users: UserRepository
    invites: InviteRepository
    waitlist: WaitlistRepository
    one_time_tokens: OneTimeTokenRepository


class AnalyticsStores(Protocol):
    """What is held of a user where analytics are."""

    analytics: AnalyticsRepository


class MetricsStores(Protocol):
    """What is held of a user where metrics are."""

    metrics: MetricsRepository


def is_fresh(session: Session | None, at: datetime) -> bool:
    """Say whether a sign-in is so new that no further proof is needed."""
    return session is not None and at - session.created_at < FRESH


def prove(
    stores: AuditStores,
    passwords: Passwords,
    user: User,
    session: Session | None,
    at: datetime,
    password: str | None,
) -> None:
    """Raise WrongPassword, or without a password FreshSignInRequired for a session that is not fresh."""
    if password is None:
        if not is_fresh(session, at):
            raise FreshSignInRequired
    elif not passwords.matches(user.password_hash, password):
        record(stores, Action.ERASURE_REFUSED, at, actor=user.id)
        raise WrongPassword("password", "wrong_password")


def request_erasure(stores: RequestStores, user_id: UUID, keep: UUID | None, at: datetime) -> User:
    """Have an account erased after a time of grace, and end every sign-in but the session to keep; raises LastAdmin.

    Its owner may sign in again and cancel. A mail tells her when it will be.
    """
    user = stores.users.request_erasure(user_id, at + GRACE, at)
    end_sign_ins(stores, user_id, at, keep)
    erased_at = (user.erase_at or at).isoformat()
    event, told = f"account_deletion_requested:{user_id}:{erased_at}", {"erased_at": erased_at}
    post(
        stores, at, event=event, template="account_deletion_requested", user_id=user_id, locale=user.locale, values=told
    )
    record(stores, Action.ERASURE_REQUESTED, at, actor=user_id, erased_at=erased_at)
    return user


def erase_now(stores: RequestStores, user_id: UUID, at: datetime) -> User:
    """Delete an account, end every sign-in, and have a job erase it; raises LastAdmin."""
    user = stores.users.request_erasure(user_id, at, at)
    stores.users.remove(user_id, at)
    end_sign_ins(stores, user_id, at)
    _put_on_queue(stores, user_id, at)
    record(stores, Action.ERASURE_REQUESTED, at, actor=user_id, erased_at=at.isoformat())
    return user


def cancel_erasure(stores: CancelStores, user_id: UUID, at: datetime) -> bool:
    """Keep an account that was to be erased, and say whether it was."""
    is_kept = stores.users.cancel_erasure(user_id, at)
    if is_kept:
        record(stores, Action.ERASURE_CANCELLED, at, actor=user_id)
    return is_kept


def put_due_on_queue(stores: QueueStores, at: datetime) -> None:
    """Have each account erased whose time has come: a job of its own for each, so that none holds up another."""
    for user_id in stores.users.list_erasable(at, at - GRACE, BATCH):
        _put_on_queue(stores, user_id, at)


def _put_on_queue(stores: QueueStores, user_id: UUID, at: datetime) -> None:
    stores.jobs.add(Job(new_id(), ERASE, at, {"user_id": str(user_id)}, key=f"{ERASE}:{user_id}"))


def begin(stores: ErasureStores, user_id: UUID, at: datetime) -> bool:
    """Take an account that is due out of use; False when it is not, or is gone. Raises LastAdmin.

    From here on nobody signs in to it or cancels, and nothing new comes to be held of its owner.
    """
    user = stores.users.begin_erasure(user_id, at, at - GRACE)
    if user is not None:
        end_sign_ins(stores, user_id, at)
    return user is not None


def erase_events(stores: AnalyticsStores, user_id: UUID) -> bool:
    """Delete some analytics events, and say whether there may be more."""
    return stores.analytics.erase(user_id, BATCH) == BATCH


def erase_months(stores: MetricsStores, user_id: UUID) -> bool:
    """Delete the figures of every month; False, for there are no more."""
    stores.metrics.erase(user_id)
    return False


def finish(stores: ErasureStores, user_id: UUID, at: datetime) -> None:
    """Delete the account with what belongs to it, and what is held of its address; the row is what told there was work.

    An address that another account has taken since is that account's.
    """
    user = stores.users.begin_erasure(user_id, at, at - GRACE)
    if user is None:
        return
    if stores.users.find_by_email(user.email) is None:
        stores.one_time_tokens.forget(user.email)
        stores.waitlist.forget(user.email)
        stores.mails.forget(user.email, user.deleted_at or at)
    stores.invites.forget(user_id, user.email, user.deleted_at or at)
    stores.audit.forget_places_of(user_id)
    stores.users.erase(user_id)
    record(stores, Action.ACCOUNT_ERASED, at, subject=user_id)
