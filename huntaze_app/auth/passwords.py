"""Replacing a password: by whoever knows it, or reads the mail of the account."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from huntaze_app.audit import Action, record
from huntaze_app.auth.links import LinkStores, owner_of
from huntaze_app.auth.signing_in import Device, SignedIn, open_session
from huntaze_app.clock import new_id
from huntaze_app.mail import post
from huntaze_app.problems import InvalidToken, Unfit, WrongPassword
from huntaze_app.security.endings import SignInStores, end_sign_ins
from huntaze_app.security.passwords import Passwords
from huntaze_app.security.tokens import token_hash
from huntaze_app.security.weak_passwords import refuse_weak
from repositories.entities.one_time_tokens import Purpose
from repositories.entities.users import User


class PasswordStores(LinkStores, SignInStores, Protocol):
    """What replacing a password needs."""


def reset_password(stores: PasswordStores, passwords: Passwords, at: datetime, *, token: str, password: str) -> User:
    """Replace a forgotten password, and end every sign-in; raises InvalidToken, or Unfit, and then spends nothing."""
    digest = token_hash(token)
    user = owner_of(stores, stores.one_time_tokens.find_by_hash(digest, Purpose.PASSWORD_RESET, at))
    refuse_weak(password, user.email, user.name)
    hashed = passwords.hash(password)
    if stores.one_time_tokens.spend(digest, Purpose.PASSWORD_RESET, at) is None:
        raise InvalidToken
    _replace(stores, user, hashed, at, keys=True)
    record(stores, Action.PASSWORD_RESET, at, actor=user.id)
    return stores.users.verify_email(user.id, at)


def change_password(
    stores: PasswordStores,
    passwords: Passwords,
    user: User,
    device: Device,
    at: datetime,
    *,
    current_password: str,
    password: str,
) -> SignedIn | None:
    """Replace a password, end every sign-in and open a new session where there was one.

    Raises WrongPassword when the current one is not right, or Unfit.
    """
    if not passwords.matches(user.password_hash, current_password):
        record(stores, Action.PASSWORD_CHANGE_REFUSED, at, actor=user.id)
        raise WrongPassword("currentPassword", "wrong_password")
    if password == current_password:
        raise Unfit("password", "same_password")
    refuse_weak(password, user.email, user.name)
    _replace(stores, user, passwords.hash(password), at, keys=False)
    record(stores, Action.PASSWORD_CHANGED, at, actor=user.id)
    return open_session(stores, user, device, at, means="password_change") if device.token else None


def _replace(stores: PasswordStores, user: User, hashed: str, at: datetime, *, keys: bool) -> None:
    stores.users.set_password_hash(user.id, hashed, at)
    stores.one_time_tokens.forget(user.email)  # what was mailed before lets nobody in any more
    end_sign_ins(stores, user.id, at, keys=keys)
    event = f"password_changed:{new_id()}"
    post(stores, at, event=event, template="password_changed", user_id=user.id, locale=user.locale)
