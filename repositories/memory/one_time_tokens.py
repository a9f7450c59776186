"""Tokens that are mailed and work once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from repositories.entities.one_time_tokens import MOST_ATTEMPTS, OneTimeToken, Purpose
from repositories.entities.values import email_key, is_storable, stored_email_key
from repositories.memory.unit import Unit


class MemoryOneTimeTokenRepository:
    """One-time tokens, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def replace(self, token: OneTimeToken) -> OneTimeToken:
        """Store a token and delete those before it."""
        key = stored_email_key(token.email)
        self._unit.begin_writing()
        with self._unit.one_time_tokens.savepoint():
            self._delete([one for one in self._of(key) if one.purpose is token.purpose])
            return self._unit.one_time_tokens.insert(token)

    def find(self, token_id: UUID, at: datetime) -> OneTimeToken | None:
        """Return the token if it can still be spent."""
        with self._unit.reading:
            return _live(self._unit.one_time_tokens.get(token_id), at)

    def find_by_hash(self, token_hash: bytes, purpose: Purpose, at: datetime) -> OneTimeToken | None:
        """Return the token for this purpose if it can still be spent."""
        with self._unit.reading:
            token = _live(self._unit.one_time_tokens.find("token_hash", token_hash), at)
        return token if token and token.purpose is purpose else None

    def spend(self, token_hash: bytes, purpose: Purpose, at: datetime) -> OneTimeToken | None:
        """Mark the token used and return it."""
        self._unit.begin_writing()
        token = self.find_by_hash(token_hash, purpose, at)
        return token and self._unit.one_time_tokens.update(replace(token, used_at=at))

    def spend_code(self, email: str, purpose: Purpose, code_hash: bytes, at: datetime) -> OneTimeToken | None:
        """Spend the token of an address by the code beside it."""
        if not is_storable(email):
            return None
        self._unit.begin_writing()
        found = [one for one in self._of(email_key(email)) if one.purpose is purpose and _live(one, at)]
        for token in found:
            if token.code_hash is not None and token.attempts < MOST_ATTEMPTS:
                used_at = at if token.code_hash == code_hash else None
                tried = replace(token, attempts=token.attempts + 1, used_at=used_at)
                self._unit.one_time_tokens.update(tried)
                return tried if used_at else None
        return None

    def remove(self, token_id: UUID) -> None:
        """Delete the token if it is there."""
        self._unit.begin_writing()
        self._unit.one_time_tokens.delete(token_id)

    def remove_expired(self, before: datetime, limit: int) -> int:
        """Delete tokens that expired."""
        self._unit.begin_writing()
        expired = [one for one in self._unit.one_time_tokens.all() if one.expires_at < before]
        oldest = sorted(expired, key=lambda token: (token.expires_at, token.id))[:limit]
        self._delete(oldest)
        return len(oldest)

    def forget(self, email: str) -> None:
        """Delete every token of an address."""
        if is_storable(email):
            self._unit.begin_writing()
            self._delete(self._of(email_key(email)))

    def _of(self, key: str) -> list[OneTimeToken]:
        return [one for one in self._unit.one_time_tokens.all() if email_key(one.email) == key]

    def _delete(self, tokens: list[OneTimeToken]) -> None:
        for token in tokens:
            self._unit.one_time_tokens.delete(token.id)


def _live(token: OneTimeToken | None, at: datetime) -> OneTimeToken | None:
    return token if token and token.used_at is None and at < token.expires_at else None
