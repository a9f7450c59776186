"""Signing in with Google: who is known, who is new, and who may link what."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from huntaze_app.audit import Action, record
from huntaze_app.auth.enrolment import EnrolmentStores, check_invitation, enrol
from huntaze_app.auth.signing_in import Device, SessionStores, SignedIn, open_session
from huntaze_app.clients.identity import Person
from huntaze_app.clock import new_id
from huntaze_app.problems import InvalidCredentials, LastWayIn, OtherAddress, SignInFirst
from repositories.entities.accounts import LinkedAccount, Provider
from repositories.entities.users import User
from repositories.entities.values import email_key
from repositories.errors import EmailTaken, NotFound
from repositories.interfaces.accounts import AccountRepository

GOOGLE = Provider.GOOGLE


class GoogleStores(EnrolmentStores, SessionStores, Protocol):
    """What signing in with Google needs."""

    accounts: AccountRepository


def sign_in(stores: GoogleStores, device: Device, at: datetime, person: Person) -> SignedIn | None:
    """Open a session for the user this account signs in as; None for somebody who is new.

    Raises InvalidCredentials when she is removed or inactive, and SignInFirst when another account has the address:
    a mail address may change hands, so it never opens what its owner has not linked.
    """
    owner = stores.accounts.find_owner(GOOGLE, person.subject)
    if owner is None and stores.users.find_by_email(person.email) is not None:
        owner = stores.accounts.find_owner(GOOGLE, person.subject)  # another tab may have come between the two looks
        if owner is None:
            raise SignInFirst
    return None if owner is None else open_session(stores, _usable(stores, owner, at), device, at, means="google")


def sign_up(
    stores: GoogleStores, device: Device, at: datetime, person: Person, *, name: str, invite_code: str
) -> SignedIn:
    """Create the account without a password, linked to Google, or none of it; whoever has one already signs in.

    Raises InviteRequired, and what `sign_in` raises.
    """
    known = sign_in(stores, device, at, person)
    if known is not None:  # another tab was faster
        return known
    check_invitation(stores, invite_code, person.email)
    user = User(new_id(), person.email, name, at, at, locale=device.locale, email_verified_at=at)
    try:
        enrol(stores, user, invite_code, at)
    except EmailTaken:  # by the same person, at this very moment, or else by another
        return _now_known(stores, device, at, person)
    _add(stores, user.id, person, at)
    return open_session(stores, user, device, at, means="google")


def link(stores: GoogleStores, user_id: UUID, at: datetime, person: Person) -> None:
    """Let a Google account with the user's own address sign in as her; twice is fine.

    Raises OtherAddress, AccountTaken, ProviderLinked, or NotFound.
    """
    user = stores.users.get(user_id)
    if email_key(user.email) != email_key(person.email):
        raise OtherAddress
    if stores.accounts.find_owner(GOOGLE, person.subject) != user_id:
        _add(stores, user_id, person, at)


def unlink(stores: GoogleStores, user_id: UUID, at: datetime) -> None:
    """Let Google no longer sign in as the user; raises LastWayIn when she has no password, or NotFound."""
    if stores.users.get(user_id).password_hash is None:  # a password is changed, but never taken away again
        raise LastWayIn
    if stores.accounts.remove(user_id, GOOGLE):
        record(stores, Action.ACCOUNT_UNLINKED, at, actor=user_id, provider=GOOGLE)


def _usable(stores: GoogleStores, user_id: UUID, at: datetime) -> User:
    try:
        user = stores.users.get(user_id)
    except NotFound:
        user = None
    if user is None or not user.is_active:
        record(stores, Action.SIGN_IN_REFUSED, at, subject=user_id, means="google")
        raise InvalidCredentials
    return user


def _now_known(stores: GoogleStores, device: Device, at: datetime, person: Person) -> SignedIn:
    known = sign_in(stores, device, at, person)
    if known is None:
        raise SignInFirst  # the account with her address was removed in the meantime
    return known


def _add(stores: GoogleStores, user_id: UUID, person: Person, at: datetime) -> None:
    stores.accounts.add(LinkedAccount(new_id(), user_id, GOOGLE, person.subject, at))
    record(stores, Action.ACCOUNT_LINKED, at, actor=user_id, provider=GOOGLE)
