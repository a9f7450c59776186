"""Ends every way in which a user is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from repositories.interfaces.sessions import SessionRepository


class SignInStores(Protocol):
    """What being signed in consists of."""

    sessions: SessionRepository


def end_sign_ins(stores: SignInStores, user_id: UUID, _at: datetime, keep: UUID | None = None) -> None:
    """End every sign-in of a user, but for the session to keep."""
    stores.sessions.remove_all_of(user_id, keep)
