"""Signing in by a mail: a link, or the code beside it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from huntaze_app.audit import Action, record
from huntaze_app.auth.signing_in import Device, SessionStores, SignedIn, open_session
from huntaze_app.clock import new_id
from huntaze_app.mail import post
from huntaze_app.problems import InvalidToken
from huntaze_app.security.derived import code_hash, derive_code, derive_token
from huntaze_app.security.tokens import token_hash
from repositories.entities.jobs import Job
from repositories.entities.one_time_tokens import OneTimeToken, Purpose
from repositories.entities.users import User
from repositories.interfaces.one_time_tokens import OneTimeTokenRepository
from repositories.interfaces.users import UserRepository

SEND_LINK = "auth.send_link"
LIFETIMES = {Purpose.MAGIC_LINK: timedelta(minutes=10), Purpose.PASSWORD_RESET: timedelta(hours=1)}


class LinkStores(SessionStores, Protocol):
    """What signing in by a mail needs."""

    users: UserRepository
    one_time_tokens: OneTimeTokenRepository


def ask_for_link(stores: LinkStores, secret_key: str, purpose: Purpose, email: str, at: datetime) -> None:
    """Have a link mailed to an address, if it has an account; it ends the one before it.

    Whether there is an account is found out by a job, later: nothing done here, and no time it takes, can tell.
    """
    token_id = new_id()
    token = OneTimeToken(
        id=token_id,
        email=email,
        purpose=purpose,
        token_hash=token_hash(derive_token(secret_key, purpose, token_id)),
        created_at=at,
        expires_at=at + LIFETIMES[purpose],
        code_hash=_code_hash(secret_key, purpose, email, token_id),
    )
    stores.one_time_tokens.replace(token)
    stores.jobs.add(Job(new_id(), SEND_LINK, at, {"token_id": str(token_id)}))


def send_link(stores: LinkStores, token_id: UUID, at: datetime) -> None:
    """Mail a link to the account of its address; one without an account is forgotten."""
    token = stores.one_time_tokens.find(token_id, at)
    user = stores.users.find_by_email(token.email) if token else None
    if token is None or user is None or not user.is_active:
        stores.one_time_tokens.remove(token_id)
        return
    event, values = f"{token.purpose}:{token.id}", {"token_for": str(token.id), "purpose": token.purpose}
    post(stores, at, event=event, template=token.purpose, user_id=user.id, locale=user.locale, values=values)


def sign_in_by_link(stores: LinkStores, device: Device, at: datetime, *, token: str) -> SignedIn:
    """Spend a link and open a session; raises InvalidToken, alike for whatever is wrong."""
    return _let_in(stores, stores.one_time_tokens.spend(token_hash(token), Purpose.MAGIC_LINK, at), device, at)


def sign_in_by_code(
    stores: LinkStores, secret_key: str, device: Device, at: datetime, *, email: str, code: str
) -> SignedIn:
    """Spend a link by its code and open a session; raises InvalidToken, also after five wrong codes."""
    digest = code_hash(secret_key, Purpose.MAGIC_LINK, email, code)
    return _let_in(stores, stores.one_time_tokens.spend_code(email, Purpose.MAGIC_LINK, digest, at), device, at)


def owner_of(stores: LinkStores, token: OneTimeToken | None) -> User:
    """Return the account that a token lets in; raises InvalidToken."""
    user = stores.users.find_by_email(token.email) if token else None
    if user is None or not user.is_active:
        raise InvalidToken
    return user


def _let_in(stores: LinkStores, token: OneTimeToken | None, device: Device, at: datetime) -> SignedIn:
    try:
        user = owner_of(stores, token)
    except InvalidToken:
        record(stores, Action.SIGN_IN_REFUSED, at, means="magic_link")
        raise
    return open_session(stores, stores.users.verify_email(user.id, at), device, at, means="magic_link")


def _code_hash(secret_key: str, purpose: Purpose, email: str, token_id: UUID) -> bytes | None:
    if purpose is not Purpose.MAGIC_LINK:
        return None
    return code_hash(secret_key, purpose, email, derive_code(secret_key, purpose, token_id))
