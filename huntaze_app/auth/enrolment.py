"""Letting somebody in: what every way of signing up has in common."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from huntaze_app.audit import Action, record
from huntaze_app.clock import new_id
from huntaze_app.mail import post
from huntaze_app.problems import InviteRequired
from repositories.entities.subscriptions import SubscriptionRecord
from repositories.entities.users import User
from repositories.interfaces.audit import AuditRepository
from repositories.interfaces.invites import InviteRepository
from repositories.interfaces.jobs import JobRepository
from repositories.interfaces.mails import MailRepository
from repositories.interfaces.subscriptions import SubscriptionRepository
from repositories.interfaces.users import UserRepository


class EnrolmentStores(Protocol):
    """What letting somebody in needs."""

    users: UserRepository
    invites: InviteRepository
    subscriptions: SubscriptionRepository
    audit: AuditRepository
    jobs: JobRepository
    mails: MailRepository


def check_invitation(stores: EnrolmentStores, invite_code: str, email: str) -> None:
    """Raise InviteRequired when a code does not let an address in; `enrol` decides in the end."""
    if stores.invites.find_redeemable(invite_code, email) is None:
        raise InviteRequired


def enrol(stores: EnrolmentStores, user: User, invite_code: str, at: datetime) -> None:
    """Store the account and its FREE subscription and spend the invitation, or none of it (R4.5, R11).

    Raises InviteRequired, also when somebody else spends the invitation first, and EmailTaken.
    """
    stores.users.add(user)
    if stores.invites.redeem(invite_code, user.email, user.id, at) is None:
        raise InviteRequired
    stores.subscriptions.add(SubscriptionRecord(new_id(), user.id, at, at))
    record(stores, Action.SIGNED_UP, at, actor=user.id)
    post(stores, at, event=f"welcome:{user.id}", template="welcome", user_id=user.id, locale=user.locale)
