"""Writes down who did what to whom (who, what, on whom, from where, which request), in the unit that does it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from huntaze_app.addresses import network_of
from huntaze_app.clock import new_id
from huntaze_app.edge import CURRENT, REQUEST_ID
from repositories.entities.audit import AuditEvent
from repositories.interfaces.audit import AuditRepository


class Action(StrEnum):
    """What is written down; stored as text, so that an old release can read what a newer one wrote."""

    SIGNED_UP = "signed_up"
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    REFRESH_REPLAYED = "refresh_replayed"
    API_KEY_CREATED = "api_key_created"
    API_KEY_ROTATED = "api_key_rotated"
    API_KEY_REVOKED = "api_key_revoked"
    SESSION_REVOKED = "session_revoked"
    OTHER_SESSIONS_REVOKED = "other_sessions_revoked"
    USER_CREATED = "user_created"
    USER_RENAMED = "user_renamed"
    ROLE_CHANGED = "role_changed"
    USER_DEACTIVATED = "user_deactivated"
    USER_REACTIVATED = "user_reactivated"
    USER_DELETED = "user_deleted"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # no password
    PASSWORD_CHANGE_REFUSED = "password_change_refused"  # noqa: S105
    PASSWORD_RESET = "password_reset"  # noqa: S105
    INVITES_CREATED = "invites_created"
    DATA_EXPORTED = "data_exported"
    ERASURE_REQUESTED = "erasure_requested"
    ERASURE_REFUSED = "erasure_refused"
    ERASURE_CANCELLED = "erasure_cancelled"
    ACCOUNT_ERASED = "account_erased"
    ACCOUNT_LINKED = "account_linked"
    ACCOUNT_UNLINKED = "account_unlinked"
    INVITE_REVOKED = "invite_revoked"


class AuditStores(Protocol):
    """What writing an event down needs."""

    audit: AuditRepository


def record(
    stores: AuditStores,
    action: Action,
    at: datetime,
    *,
    actor: UUID | None = None,
    subject: UUID | None = None,
    **details: Any,
) -> None:
    """Add an event to the trail; `details` are for JSON: never a secret, and no personal data, for they stay."""
    request = CURRENT.get()
    place = network_of(request.get("REMOTE_ADDR")) if request else None
    request_id = request.get(REQUEST_ID) if request else None
    stores.audit.add(AuditEvent(new_id(), at, action, actor, subject, place, request_id, details))
