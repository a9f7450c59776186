"""Where somebody is signed in, and ending it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from huntaze_app.audit import Action, record
from huntaze_app.devices import device_name
from repositories.entities.sessions import Session
from repositories.interfaces.audit import AuditRepository
from repositories.interfaces.refresh_tokens import RefreshTokenRepository
from repositories.interfaces.sessions import SessionRepository


class CentreStores(Protocol):
    """What showing and ending sessions needs."""

    sessions: SessionRepository
    refresh_tokens: RefreshTokenRepository
    audit: AuditRepository


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A session as its owner sees it; the place is a network, not a machine."""

    id: UUID
    device: str | None
    user_agent: str | None
    place: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    is_current: bool


def list_sessions(stores: CentreStores, user_id: UUID, current: UUID | None, at: datetime) -> Sequence[ShownSession]:
    """List where a user is signed in, the current session first, then the last used."""
    shown = [_shown(session, current) for session in stores.sessions.list_of(user_id, at)]
    return sorted(shown, key=lambda session: not session.is_current)


def revoke(stores: CentreStores, user_id: UUID, session_id: UUID, at: datetime) -> None:
    """End one session of a user; raises NotFound, also for somebody else's."""
    stores.sessions.remove_one_of(user_id, session_id)
    record(stores, Action.SESSION_REVOKED, at, actor=user_id, session=str(session_id))


def revoke_others(stores: CentreStores, user_id: UUID, current: UUID | None, at: datetime) -> None:
    """End every session of a user but the current one; from a browser, also whatever programs hold tokens."""
    ended = stores.sessions.remove_all_of(user_id, current)
    if current is not None:
        stores.refresh_tokens.revoke_all_of(user_id, at)
    record(stores, Action.OTHER_SESSIONS_REVOKED, at, actor=user_id, sessions=ended)


def _shown(session: Session, current: UUID | None) -> ShownSession:
    return ShownSession(
        id=session.id,
        device=device_name(session.user_agent),
        user_agent=session.user_agent,
        place=session.ip,
        created_at=session.created_at,
        last_seen_at=session.last_seen_at,
        expires_at=session.expires_at,
        is_current=session.id == current,
    )
