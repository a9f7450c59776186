"""Where times, ids and secrets come from: made here, never by a store, so that both backends hold the same."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def now() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """Return a UUIDv7 (RFC 9562): unique, and sorted by time."""
    return uuid7()


def new_token() -> str:
    """Return an unguessable token of 256 bits."""
    return secrets.token_urlsafe(32)


def new_invite_code() -> str:
    """Return an invitation code: 16 upper-case hexadecimal digits."""
    return secrets.token_hex(8).upper()
