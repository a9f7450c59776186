"""Refresh tokens.

Who rotates or revokes first locks the family by its first token. A child is therefore either seen by the revocation or
not yet made; without the lock, one that is just being made would outlive the family.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import aliased

from repositories.entities.refresh_tokens import Outcome, RefreshToken, Rotation
from repositories.entities.users import User
from repositories.errors import BrokenReference
from repositories.postgres.models import RefreshTokenRow, UserRow
from repositories.postgres.statements import Mapper, Statement
from repositories.postgres.unit import Unit
from repositories.postgres.users import IS_ACTIVE, LOCK_ACTIVE, LOCK_USER, USER

TOKEN = Mapper(RefreshToken, RefreshTokenRow)
_FIRST = aliased(RefreshTokenRow)
_HAS_TOKEN = RefreshTokenRow.token_hash == bindparam("token")
_IS_OF_FAMILY = RefreshTokenRow.family_id == bindparam("family")
_IS_OF_USER = RefreshTokenRow.user_id == bindparam("owner")
_IS_VALID = (RefreshTokenRow.revoked_at.is_(None), RefreshTokenRow.expires_at > bindparam("at"), *IS_ACTIVE)
_HAS_USER = UserRow.id == RefreshTokenRow.user_id

_ADD = Statement(insert(RefreshTokenRow))
_LOCK_FAMILY_OF = Statement(
    select(_FIRST.id)
    .where(_FIRST.id == select(RefreshTokenRow.family_id).where(_HAS_TOKEN).scalar_subquery())
    .with_for_update(key_share=True)
)
_LOCK_FAMILY = Statement(
    select(RefreshTokenRow.id).where(RefreshTokenRow.id == bindparam("family")).with_for_update(key_share=True)
)
_LOCK_FAMILIES = Statement(
    select(RefreshTokenRow.id)
    .where(_IS_OF_USER, RefreshTokenRow.id == RefreshTokenRow.family_id)
    .order_by(RefreshTokenRow.id)
    .with_for_update(key_share=True)
)
_SPEND = Statement(
    update(RefreshTokenRow)
    .where(_HAS_TOKEN, RefreshTokenRow.used_at.is_(None), _HAS_USER, *_IS_VALID)
    .values(used_at=bindparam("at"))
    .returning(*TOKEN.columns)
)
_FIND_SPENT = Statement(
    select(*TOKEN.columns).join(UserRow, _HAS_USER).where(_HAS_TOKEN, RefreshTokenRow.used_at.is_not(None), *_IS_VALID)
)
_FIND_LIVE_CHILD = Statement(
    select(*TOKEN.columns).where(
        RefreshTokenRow.parent_id == bindparam("parent"),
        RefreshTokenRow.used_at.is_(None),
        RefreshTokenRow.revoked_at.is_(None),
    )
)
_FIND_USER = Statement(
    select(*USER.columns)
    .join(RefreshTokenRow, _HAS_USER)
    .where(RefreshTokenRow.id == bindparam("family"), _IS_OF_USER, *_IS_VALID)
)
_REVOKE = (
    update(RefreshTokenRow)
    .where(RefreshTokenRow.revoked_at.is_(None))
    .values(revoked_at=bindparam("at"))
    .returning(RefreshTokenRow.family_id)
)
_REVOKE_FAMILY = Statement(_REVOKE.where(_IS_OF_FAMILY))
_REVOKE_ALL_OF = Statement(_REVOKE.where(_IS_OF_USER))

_LIST_OF = Statement(select(*TOKEN.columns).where(_IS_OF_USER).order_by(RefreshTokenRow.created_at, RefreshTokenRow.id))


class PostgresRefreshTokenRepository:
    """Refresh tokens, in the table `refresh_tokens`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, token: RefreshToken) -> RefreshToken:
        """Store the first token of a family."""
        if not self._unit.write(LOCK_ACTIVE, user_id=token.user_id):
            raise BrokenReference("users")
        self._unit.write(_ADD, **TOKEN.dump(token))
        return token

    def rotate(
        self, token_hash: bytes, child_id: UUID, child_hash: bytes, at: datetime, grace: timedelta
    ) -> Rotation | None:
        """Spend a token and store its child."""
        self._unit.write(_LOCK_FAMILY_OF, token=token_hash)
        rows = self._unit.write(_SPEND, token=token_hash, at=at)
        if not rows:
            return self._again(token_hash, at, grace)
        spent = TOKEN.load(rows[0])
        child = RefreshToken(child_id, spent.family_id, spent.user_id, child_hash, at, spent.expires_at, spent.id)
        self._unit.write(_ADD, **TOKEN.dump(child))
        return Rotation(Outcome.ROTATED, child)

    def _again(self, token_hash: bytes, at: datetime, grace: timedelta) -> Rotation | None:
        row = self._unit.fetch_one(_FIND_SPENT, token=token_hash, at=at)
        if row is None:
            return None
        spent = TOKEN.load(row)
        child = self._unit.fetch_one(_FIND_LIVE_CHILD, parent=spent.id)
        if child and spent.used_at and at - spent.used_at <= grace:
            return Rotation(Outcome.REPEATED, TOKEN.load(child))
        self._unit.write(_REVOKE_FAMILY, family=spent.family_id, at=at)
        return Rotation(Outcome.REPLAYED, spent)

    def find_user(self, family_id: UUID, user_id: UUID, at: datetime) -> User | None:
        """Return the user of a family."""
        row = self._unit.fetch_one(_FIND_USER, family=family_id, owner=user_id, at=at)
        return USER.load(row) if row else None

    def revoke_family(self, family_id: UUID, at: datetime) -> bool:
        """Revoke every token of a family."""
        self._unit.write(_LOCK_FAMILY, family=family_id)
        return bool(self._unit.write(_REVOKE_FAMILY, family=family_id, at=at))

    def revoke_all_of(self, user_id: UUID, at: datetime) -> int:
        """Revoke every family of a user."""
        self._unit.write(LOCK_USER, user_id=user_id)
        self._unit.write(_LOCK_FAMILIES, owner=user_id)
        return len({row[0] for row in self._unit.write(_REVOKE_ALL_OF, owner=user_id, at=at)})

    def list_of(self, user_id: UUID) -> Sequence[RefreshToken]:
        """List every token of a user."""
        return tuple(map(TOKEN.load, self._unit.fetch_all(_LIST_OF, owner=user_id)))
