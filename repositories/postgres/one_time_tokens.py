"""Tokens that are mailed and work once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, case, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from repositories.entities.one_time_tokens import MOST_ATTEMPTS, OneTimeToken, Purpose
from repositories.entities.values import email_key, is_storable, stored_email_key
from repositories.postgres.models import OneTimeTokenRow
from repositories.postgres.statements import Mapper, Statement
from repositories.postgres.unit import Unit

TOKEN = Mapper(OneTimeToken, OneTimeTokenRow)
_IS_IT = OneTimeTokenRow.id == bindparam("token_id")
_IS_OF = OneTimeTokenRow.email_key == bindparam("key")
_IS_LIVE = (OneTimeTokenRow.used_at.is_(None), OneTimeTokenRow.expires_at > bindparam("at"))
_IS_FOR = OneTimeTokenRow.purpose == bindparam("wanted")
_HAS_HASH = (OneTimeTokenRow.token_hash == bindparam("hash"), _IS_FOR, *_IS_LIVE)

_new = insert(OneTimeTokenRow)
_REPLACE = Statement(
    _new.on_conflict_do_update(
        constraint="uq_one_time_tokens_email_key_purpose",
        set_={name: _new.excluded[name] for name in TOKEN.names},
    )
)
_FIND = Statement(select(*TOKEN.columns).where(_IS_IT, *_IS_LIVE))
_FIND_BY_HASH = Statement(select(*TOKEN.columns).where(*_HAS_HASH))
_SPEND = Statement(update(OneTimeTokenRow).where(*_HAS_HASH).values(used_at=bindparam("at")).returning(*TOKEN.columns))
_SPEND_CODE = Statement(
    update(OneTimeTokenRow)
    .where(
        _IS_OF,
        _IS_FOR,
        *_IS_LIVE,
        OneTimeTokenRow.code_hash.is_not(None),
        OneTimeTokenRow.attempts < MOST_ATTEMPTS,
    )
    .values(
        attempts=OneTimeTokenRow.attempts + 1,
        used_at=case((OneTimeTokenRow.code_hash == bindparam("hash"), bindparam("at"))),
    )
    .returning(*TOKEN.columns)
)
_REMOVE = Statement(delete(OneTimeTokenRow).where(_IS_IT))
_FORGET = Statement(delete(OneTimeTokenRow).where(_IS_OF))
_oldest = (
    select(OneTimeTokenRow.id)
    .where(OneTimeTokenRow.expires_at < bindparam("before"))
    .order_by(OneTimeTokenRow.expires_at, OneTimeTokenRow.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_REMOVE_EXPIRED = Statement(
    delete(OneTimeTokenRow).where(OneTimeTokenRow.id.in_(_oldest)).returning(OneTimeTokenRow.id)
)


class PostgresOneTimeTokenRepository:
    """One-time tokens, in the table `one_time_tokens`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def replace(self, token: OneTimeToken) -> OneTimeToken:
        """Store a token in place of the one before it."""
        self._unit.write(_REPLACE, **TOKEN.dump(token), email_key=stored_email_key(token.email))
        return token

    def find(self, token_id: UUID, at: datetime) -> OneTimeToken | None:
        """Return the token if it can still be spent."""
        row = self._unit.fetch_one(_FIND, token_id=token_id, at=at)
        return TOKEN.load(row) if row else None

    def find_by_hash(self, token_hash: bytes, purpose: Purpose, at: datetime) -> OneTimeToken | None:
        """Return the token for this purpose if it can still be spent."""
        row = self._unit.fetch_one(_FIND_BY_HASH, hash=token_hash, wanted=purpose.value, at=at)
        return TOKEN.load(row) if row else None

    def spend(self, token_hash: bytes, purpose: Purpose, at: datetime) -> OneTimeToken | None:
        """Mark the token used and return it."""
        rows = self._unit.write(_SPEND, hash=token_hash, wanted=purpose.value, at=at)
        return TOKEN.load(rows[0]) if rows else None

    def spend_code(self, email: str, purpose: Purpose, code_hash: bytes, at: datetime) -> OneTimeToken | None:
        """Spend the token of an address by the code beside it."""
        if not is_storable(email):
            return None
        given = {"key": email_key(email), "wanted": purpose.value, "hash": code_hash, "at": at}
        tried = [TOKEN.load(row) for row in self._unit.write(_SPEND_CODE, **given)]
        return next((token for token in tried if token.used_at), None)

    def remove(self, token_id: UUID) -> None:
        """Delete the token if it is there."""
        self._unit.write(_REMOVE, token_id=token_id)

    def remove_expired(self, before: datetime, limit: int) -> int:
        """Delete tokens that expired."""
        return len(self._unit.write(_REMOVE_EXPIRED, before=before, most=limit))

    def forget(self, email: str) -> None:
        """Delete every token of an address."""
        if is_storable(email):
            self._unit.write(_FORGET, key=email_key(email))
