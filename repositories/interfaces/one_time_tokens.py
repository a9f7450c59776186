"""Tokens that are mailed and work once."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from repositories.entities.one_time_tokens import OneTimeToken, Purpose


class OneTimeTokenRepository(Protocol):
    """One live token for each address and purpose, spent once; whether the address has an account is not asked."""

    def replace(self, token: OneTimeToken) -> OneTimeToken:
        """Store a token and delete those before it for its address, in any spelling, and purpose.

        Raises Conflict for a known id or token, or InvalidValue; then the ones before it stay.
        """
        ...

    def find(self, token_id: UUID, at: datetime) -> OneTimeToken | None:
        """Return the token if it can still be spent: not used, and before `expires_at`."""
        ...

    def find_by_hash(self, token_hash: bytes, purpose: Purpose, at: datetime) -> OneTimeToken | None:
        """Return the token for this purpose if it can still be spent."""
        ...

    def spend(self, token_hash: bytes, purpose: Purpose, at: datetime) -> OneTimeToken | None:
        """Mark the token used and return it; None when it cannot be spent (any more): only one of many gets it."""
        ...

    def spend_code(self, email: str, purpose: Purpose, code_hash: bytes, at: datetime) -> OneTimeToken | None:
        """Spend the token of an address by the code beside it; None, and an attempt counted, for a wrong one.

        After MOST_ATTEMPTS not even the right code is taken.
        """
        ...

    def remove(self, token_id: UUID) -> None:
        """Delete the token if it is there."""
        ...

    def remove_expired(self, before: datetime, limit: int) -> int:
        """Delete at most `limit` tokens that expired before a time, and return how many they were."""
        ...

    def forget(self, email: str) -> None:
        """Delete every token of an address, in any spelling."""
        ...
