"""The two beta accounts and an invitation (R2.4)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from huntaze_app.clock import new_id
from repositories.entities.invites import Invite
from repositories.entities.subscriptions import SubscriptionRecord
from repositories.entities.users import Role, User
from repositories.interfaces.invites import InviteRepository
from repositories.interfaces.subscriptions import SubscriptionRepository
from repositories.interfaces.users import UserRepository
from repositories.paging import PageRequest

ACCOUNTS = (("creatrice@huntaze.test", Role.CREATOR), ("admin@huntaze.test", Role.ADMIN))
NAMES = {Role.CREATOR: "Camille Laurent", Role.ADMIN: "Équipe Huntaze"}


class SeedStores(Protocol):
    """What seeding needs."""

    users: UserRepository
    subscriptions: SubscriptionRepository
    invites: InviteRepository


def seed(stores: SeedStores, password_hash: str, code: str, at: datetime) -> str:
    """Make what is missing and return the code of an unused, open invitation: an older one, or `code`."""
    for email, role in ACCOUNTS:
        if stores.users.find_by_email(email) is None:
            user = User(
                new_id(), email, NAMES[role], at, at, role=role, password_hash=password_hash, email_verified_at=at
            )
            stores.users.add(user)
            stores.subscriptions.add(SubscriptionRecord(new_id(), user.id, at, at))
    return _unused_code(stores) or _new_code(stores, code, at)


def _unused_code(stores: SeedStores) -> str | None:
    newest = (listed.invite for listed in stores.invites.list_page(PageRequest(limit=100)).items)
    usable = (one.code for one in newest if not (one.email or one.used_at or one.revoked_at))
    return next(usable, None)


def _new_code(stores: SeedStores, code: str, at: datetime) -> str:
    stores.invites.add_all([Invite(new_id(), code, at)])
    return code
