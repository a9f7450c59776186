"""Opening a session: where every way of signing in ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from huntaze_app.audit import Action, record
from huntaze_app.clock import new_id, new_token
from huntaze_app.devices import device_name
from huntaze_app.mail import MailStores, post
from huntaze_app.problems import InvalidCredentials
from huntaze_app.security.tokens import SESSION_LIFETIME, token_hash
from repositories.entities.devices import KnownDevice
from repositories.entities.sessions import Session
from repositories.entities.users import User
from repositories.errors import BrokenReference
from repositories.interfaces.audit import AuditRepository
from repositories.interfaces.devices import DeviceRepository
from repositories.interfaces.sessions import SessionRepository


class SessionStores(MailStores, Protocol):
    """What opening a session needs."""

    sessions: SessionRepository
    devices: DeviceRepository
    audit: AuditRepository


@dataclass(frozen=True, slots=True)
class Device:
    """Where a sign-in comes from, and the session token it came with, which ends here.

    The mark is what a browser is given to be known by at its next sign-in.
    """

    user_agent: str | None = None
    ip: str | None = None
    locale: str = "fr"
    token: str | None = None
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user with the token of her new session."""

    user: User
    token: str


def open_session(stores: SessionStores, user: User, device: Device, at: datetime, *, means: str) -> SignedIn:
    """Sign a user in by some means (password, google, …), and end the session the browser came with.

    Raises InvalidCredentials when the account is being deactivated or deleted. The account is locked before the old
    session, in the order in which accounts end.
    """
    token = new_token()
    session = Session(
        id=new_id(),
        user_id=user.id,
        token_hash=token_hash(token),
        created_at=at,
        last_seen_at=at,
        expires_at=at + SESSION_LIFETIME,
        user_agent=device.user_agent,
        ip=device.ip,
    )
    try:
        stores.sessions.add(session)
    except BrokenReference as error:  # the account ended while she was signing in
        raise InvalidCredentials from error
    end_session(stores, device.token)
    record(stores, Action.SIGNED_IN, at, actor=user.id, means=means, session=str(session.id))
    if _is_new(stores, user, device, at):
        _tell_of_device(stores, user, session)
    return SignedIn(user, token)


def _is_new(stores: SessionStores, user: User, device: Device, at: datetime) -> bool:
    """Note the device; say whether the user has others, and this is none of them by mark, nor by name and network."""
    has_others = bool(stores.devices.list_of(user.id))
    marks = [f"{device.user_agent}|{device.ip}", *([device.mark] if device.mark else [])]
    known = [stores.devices.note(KnownDevice(new_id(), user.id, token_hash(mark), at, at)) for mark in marks]
    return has_others and not any(known)


def _tell_of_device(stores: SessionStores, user: User, session: Session) -> None:
    values = {
        "device": device_name(session.user_agent),
        "network": session.ip,
        "at": session.created_at.isoformat(),
    }
    event = f"new_device:{session.id}"
    post(
        stores,
        session.created_at,
        event=event,
        template="new_device",
        user_id=user.id,
        locale=user.locale,
        values=values,
    )


def end_session(stores: SessionStores, token: str | None) -> None:
    """End the session of a token, if there is one."""
    if token:
        stores.sessions.remove(token_hash(token))
