"""Signing up, in and out."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from huntaze_app.audit import Action, record
from huntaze_app.auth.enrolment import EnrolmentStores, check_invitation, enrol
from huntaze_app.auth.signing_in import Device, SessionStores, SignedIn, end_session, open_session
from huntaze_app.clock import new_id
from huntaze_app.problems import InvalidCredentials
from huntaze_app.security.passwords import Passwords
from huntaze_app.security.tokens import token_hash
from huntaze_app.security.weak_passwords import refuse_weak
from repositories.entities.users import User
from repositories.interfaces.audit import AuditRepository
from repositories.interfaces.users import UserRepository


class CredentialStores(Protocol):
    """What checking a password needs."""

    users: UserRepository
    audit: AuditRepository


class AuthStores(EnrolmentStores, SessionStores, Protocol):
    """What signing up, in and out needs."""


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

    Raises InviteRequired, also when somebody else spends the invitation first, Unfit, and EmailTaken.
    """
    check_invitation(stores, invite_code, email)
    refuse_weak(password, email, name)
    hashed = passwords.hash(password)
    user = User(new_id(), email, name, at, at, password_hash=hashed, locale=device.locale)
    enrol(stores, user, invite_code, at)
    return open_session(stores, user, device, at, means="sign_up")


def sign_in(
    stores: AuthStores, passwords: Passwords, device: Device, at: datetime, *, email: str, password: str
) -> SignedIn:
    """Open a session; raises InvalidCredentials, alike and as slowly for an unknown address."""
    user = verified_user(stores, passwords, at, email=email, password=password)
    return open_session(stores, user, device, at, means="password")


def verified_user(stores: CredentialStores, passwords: Passwords, at: datetime, *, email: str, password: str) -> User:
    """Return the user with this password; raises InvalidCredentials, alike and as slowly for an unknown address."""
    user = stores.users.find_by_email(email)
    stored = user.password_hash if user and user.is_active else None
    if not passwords.matches(stored, password) or user is None or stored is None:
        record(stores, Action.SIGN_IN_REFUSED, at, subject=user.id if user else None, means="password")
        raise InvalidCredentials
    if passwords.is_outdated(stored):
        stores.users.set_password_hash(user.id, passwords.hash(password), at)
    return user


def sign_out(stores: AuthStores, token: str | None, at: datetime) -> None:
    """End the session of a token; twice is fine."""
    identity = stores.sessions.find_identity(token_hash(token), at) if token else None
    end_session(stores, token)
    if identity is not None:
        record(stores, Action.SIGNED_OUT, at, actor=identity.user.id, session=str(identity.session.id))
