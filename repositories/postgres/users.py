"""Accounts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, update

from repositories.entities.users import Onboarding, OnboardingStep, ProfileChanges, User
from repositories.entities.values import email_key, is_storable, stored_email_key
from repositories.errors import NotFound
from repositories.postgres.models import UserRow
from repositories.postgres.statements import Mapper, Row, Statement
from repositories.postgres.unit import Unit


def load_onboarding(stored: dict[str, Any]) -> Onboarding:
    """Return the onboarding a JSON column holds."""
    return Onboarding(OnboardingStep(stored["current_step"]), tuple(map(OnboardingStep, stored["finished"])))


def dump_onboarding(onboarding: Onboarding) -> str:
    """Return the JSON text of an onboarding."""
    return json.dumps({"current_step": onboarding.current_step, "finished": onboarding.finished})


USER = Mapper(User, UserRow, load={"onboarding": load_onboarding}, dump={"onboarding": dump_onboarding})
_IS_SHOWN = UserRow.deleted_at.is_(None)
_IS_IT = UserRow.id == bindparam("user_id")
IS_ACTIVE = (UserRow.is_active, _IS_SHOWN)  # may sign in

_ADD = Statement(insert(UserRow))
_GET = Statement(select(*USER.columns).where(_IS_IT, _IS_SHOWN))
_FIND_BY_EMAIL = Statement(select(*USER.columns).where(UserRow.email_key == bindparam("key"), _IS_SHOWN))
_VERIFY_EMAIL = Statement(
    update(UserRow)
    .where(_IS_IT, _IS_SHOWN, UserRow.email_verified_at.is_(None))
    .values(email_verified_at=bindparam("at"), updated_at=bindparam("at"))
    .returning(*USER.columns)
)
_ERASE = Statement(delete(UserRow).where(_IS_IT).returning(UserRow.id))

# For who adds to an account what must not outlive it: whoever deletes the account, or ends all of that, waits.
LOCK_USER = Statement(select(UserRow.id).where(_IS_IT).with_for_update(key_share=True))
LOCK_ACTIVE = Statement(select(UserRow.id).where(_IS_IT, *IS_ACTIVE).with_for_update(key_share=True))

EDITABLE = frozenset(ProfileChanges.__annotations__)


@cache
def _changing(*names: str) -> Statement:
    changed: dict[str, Any] = {name: bindparam(name) for name in names}
    return Statement(update(UserRow).where(_IS_IT, _IS_SHOWN).values(changed).returning(*USER.columns))


class PostgresUserRepository:
    """Accounts, in the table `users`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, user: User) -> User:
        """Store a new account."""
        self._unit.write(_ADD, **USER.dump(user), email_key=stored_email_key(user.email))
        return user

    def get(self, user_id: UUID) -> User:
        """Return the account."""
        return _found([self._unit.fetch_one(_GET, user_id=user_id)])

    def find_by_email(self, email: str) -> User | None:
        """Return the account with this address."""
        row = self._unit.fetch_one(_FIND_BY_EMAIL, key=email_key(email)) if is_storable(email) else None
        return USER.load(row) if row else None

    def edit_profile(self, user_id: UUID, changes: ProfileChanges, at: datetime) -> User:
        """Change the given fields."""
        if unknown := changes.keys() - EDITABLE:
            raise TypeError(f"not part of a profile: {', '.join(sorted(unknown))}")
        return self._change(user_id, updated_at=at, **changes)

    def set_onboarding(self, user_id: UUID, onboarding: Onboarding, at: datetime) -> User:
        """Note how far the first visit is."""
        return self._change(user_id, updated_at=at, onboarding=dump_onboarding(onboarding))

    def set_password_hash(self, user_id: UUID, password_hash: str, at: datetime) -> None:
        """Replace the stored hash."""
        self._change(user_id, updated_at=at, password_hash=password_hash)

    def verify_email(self, user_id: UUID, at: datetime) -> User:
        """Note that the owner of the address has proved it."""
        rows = self._unit.write(_VERIFY_EMAIL, user_id=user_id, at=at)
        return USER.load(rows[0]) if rows else self.get(user_id)

    def remove(self, user_id: UUID, at: datetime) -> None:
        """Mark the account deleted."""
        self._change(user_id, updated_at=at, deleted_at=at)

    def erase(self, user_id: UUID) -> None:
        """Delete the row; its references cascade."""
        if not self._unit.write(_ERASE, user_id=user_id):
            raise NotFound("user")

    def _change(self, user_id: UUID, **changes: Any) -> User:
        return _found(self._unit.write(_changing(*sorted(changes)), user_id=user_id, **changes))


def _found(rows: Iterable[Row | None]) -> User:
    for row in rows:
        if row:
            return USER.load(row)
    raise NotFound("user")
