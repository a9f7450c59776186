"""Ends every way in which a user is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from repositories.interfaces.api_keys import ApiKeyRepository
from repositories.interfaces.refresh_tokens import RefreshTokenRepository
from repositories.interfaces.sessions import SessionRepository


class SignInStores(Protocol):
    """What being signed in consists of."""

    sessions: SessionRepository
    refresh_tokens: RefreshTokenRepository
    api_keys: ApiKeyRepository


def end_sign_ins(
    stores: SignInStores, user_id: UUID, at: datetime, keep: UUID | None = None, *, keys: bool = True
) -> None:
    """End every session of a user, but for the one to keep, every family of tokens, and every API key.

    `keys=False` leaves the keys alone: for a password that its owner changes, whose programs go on.
    """
    stores.sessions.remove_all_of(user_id, keep)
    stores.refresh_tokens.revoke_all_of(user_id, at)
    if keys:
        stores.api_keys.revoke_all_of(user_id, at)
