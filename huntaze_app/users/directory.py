"""Accounts as administrators handle them; a creator handles her own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from huntaze_app.audit import Action, record
from huntaze_app.clock import new_id
from huntaze_app.security.endings import SignInStores, end_sign_ins
from repositories.entities.subscriptions import SubscriptionRecord
from repositories.entities.users import AccountChanges, ChangedUser, OnboardingStep, Role, User
from repositories.errors import NotFound
from repositories.interfaces.audit import AuditRepository
from repositories.interfaces.invites import InviteRepository
from repositories.interfaces.subscriptions import SubscriptionRepository
from repositories.interfaces.users import UserRepository

RECENT = timedelta(days=30)


class DirectoryStores(SignInStores, Protocol):
    """What handling accounts needs."""

    users: UserRepository
    subscriptions: SubscriptionRepository
    audit: AuditRepository


class StatsStores(SignInStores, Protocol):
    """What the figures of an account are made of."""

    users: UserRepository
    invites: InviteRepository
    audit: AuditRepository


@dataclass(frozen=True, slots=True)
class UserStats:
    """The figures of an account; sign-ins are those of the last 30 days."""

    account_age_days: int
    active_sessions: int
    last_seen_at: datetime | None
    recent_sign_ins: int
    invites_created: int
    invites_used: int
    onboarding_steps_done: int
    onboarding_steps: int


def check_access(caller: User, user_id: UUID) -> None:
    """Raise NotFound, as for an unknown account, for one that is not the caller's to see."""
    if caller.role is not Role.ADMIN and caller.id != user_id:
        raise NotFound("user")


def create(
    stores: DirectoryStores,
    created_by: UUID,
    at: datetime,
    *,
    email: str,
    name: str,
    role: Role = Role.CREATOR,
    locale: str = "fr",
) -> User:
    """Create an account with its FREE subscription, and without a password; raises EmailTaken."""
    user = stores.users.add(User(new_id(), email, name, at, at, role=role, locale=locale))
    stores.subscriptions.add(SubscriptionRecord(new_id(), user.id, at, at))
    record(stores, Action.USER_CREATED, at, actor=created_by, subject=user.id, role=role)
    return user


def change(stores: DirectoryStores, user_id: UUID, changes: AccountChanges, changed_by: UUID, at: datetime) -> User:
    """Change an account; another role or an end of activity ends its sign-ins. Raises NotFound or LastAdmin."""
    changed = stores.users.change_account(user_id, changes, at)
    before, after = changed.before, changed.after
    if before.role is not after.role or (before.is_active and not after.is_active):
        end_sign_ins(stores, user_id, at)
    _record_change(stores, changed, changed_by, at)
    return after


def _record_change(stores: DirectoryStores, changed: ChangedUser, by: UUID, at: datetime) -> None:
    before, after = changed.before, changed.after
    if before.role is not after.role:
        record(stores, Action.ROLE_CHANGED, at, actor=by, subject=after.id, before=before.role, after=after.role)
    if before.is_active is not after.is_active:
        action = Action.USER_REACTIVATED if after.is_active else Action.USER_DEACTIVATED
        record(stores, action, at, actor=by, subject=after.id)
    if before.name != after.name:
        record(stores, Action.USER_RENAMED, at, actor=by, subject=after.id)


def delete(stores: DirectoryStores, user_id: UUID, deleted_by: UUID, at: datetime) -> None:
    """Mark an account deleted, free its address and end its sign-ins; raises NotFound or LastAdmin."""
    stores.users.remove(user_id, at)
    end_sign_ins(stores, user_id, at)
    record(stores, Action.USER_DELETED, at, actor=deleted_by, subject=user_id)


def stats(stores: StatsStores, user: User, at: datetime) -> UserStats:
    """Return the figures of an account."""
    sessions = stores.sessions.list_of(user.id, at)
    invites = stores.invites.count_of(user.id)
    steps = [done for step, done in user.onboarding.steps.items() if step != OnboardingStep.DONE]
    return UserStats(
        account_age_days=(at - user.created_at).days,
        active_sessions=len(sessions),
        last_seen_at=sessions[0].last_seen_at if sessions else None,
        recent_sign_ins=stores.audit.count_since(Action.SIGNED_IN, user.id, at - RECENT),
        invites_created=invites.total,
        invites_used=invites.used,
        onboarding_steps_done=sum(steps),
        onboarding_steps=len(steps),
    )
