"""Signing up, in and out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from huntaze_app.clock import new_id, new_token
from huntaze_app.problems import InvalidCredentials, InviteRequired
from huntaze_app.security.passwords import Passwords
from huntaze_app.security.tokens import SESSION_LIFETIME, token_hash
from repositories.entities.sessions import Session
from repositories.entities.subscriptions import SubscriptionRecord
from repositories.entities.users import User
from repositories.interfaces.invites import InviteRepository
from repositories.interfaces.sessions import SessionRepository
from repositories.interfaces.subscriptions import SubscriptionRepository
from repositories.interfaces.users import UserRepository


class AuthStores(Protocol):
    """What signing up, in and out needs."""

    users: UserRepository
    sessions: SessionRepository
    invites: InviteRepository
    subscriptions: SubscriptionRepository


@dataclass(frozen=True, slots=True)
class Device:
    """Where a sign-in comes from, and the session token it came with, which ends here."""

    user_agent: str | None = None
    ip: str | None = None
    locale: str = "fr"
    token: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user with the token of her new session."""

    user: User
    token: str


def sign_up(
    stores: AuthStores,
    passwords: Passwords,
    device: Device,
    at: datetime,
    *,
    email: str,
    password: str,
    name: str,
    invite_code: str,
) -> SignedIn:
    """Create the account, its FREE subscription and its session, and spend the invitation, or none of it (R4.5, R11).

    Raises InviteRequired, also when somebody else spends the invitation first, and EmailTaken.
    """
    if stores.invites.find_redeemable(invite_code, email) is None:
        raise InviteRequired
    hashed = passwords.hash(password)
    user = User(new_id(), email, name, at, at, password_hash=hashed, locale=device.locale)
    stores.users.add(user)
    if stores.invites.redeem(invite_code, email, user.id, at) is None:
        raise InviteRequired
    stores.subscriptions.add(SubscriptionRecord(new_id(), user.id, at, at))
    return _open_session(stores, user, device, at)


def sign_in(
    stores: AuthStores, passwords: Passwords, device: Device, at: datetime, *, email: str, password: str
) -> SignedIn:
    """Open a session; raises InvalidCredentials, alike and as slowly for an unknown address."""
    user = stores.users.find_by_email(email)
    stored = user.password_hash if user and user.is_active else None
    if not passwords.matches(stored, password) or user is None or stored is None:
        raise InvalidCredentials
    if passwords.is_outdated(stored):
        stores.users.set_password_hash(user.id, passwords.hash(password), at)
    return _open_session(stores, user, device, at)


def sign_out(stores: AuthStores, token: str | None) -> None:
    """End the session of a token; twice is fine."""
    if token:
        stores.sessions.remove(token_hash(token))


def _open_session(stores: AuthStores, user: User, device: Device, at: datetime) -> SignedIn:
    sign_out(stores, device.token)
    token = new_token()
    stores.sessions.add(
        Session(
            id=new_id(),
            user_id=user.id,
            token_hash=token_hash(token),
            created_at=at,
            last_seen_at=at,
            expires_at=at + SESSION_LIFETIME,
            user_agent=device.user_agent,
            ip=device.ip,
        )
    )
    return SignedIn(user, token)
