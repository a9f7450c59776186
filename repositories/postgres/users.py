"""Accounts."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Uuid,
    any_,
    bindparam,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    true,
    update,
)

from repositories.entities.users import (
    AccountChanges,
    ChangedUser,
    Onboarding,
    OnboardingStep,
    Platform,
    ProfileChanges,
    Role,
    Tone,
    User,
    UserSearch,
)
from repositories.entities.values import email_key, folded, is_storable, stored_email_key
from repositories.errors import InvalidValue, LastAdmin, NotFound
from repositories.paging import Page, PageRequest
from repositories.postgres.models import UserRow
from repositories.postgres.statements import Mapper, Row, Statement
from repositories.postgres.unit import Unit


def load_onboarding(stored: dict[str, Any]) -> Onboarding:
    """Return the onboarding a JSON column holds."""
    return Onboarding(
        OnboardingStep(stored["current_step"]),
        tuple(map(OnboardingStep, stored["finished"])),
        tuple(map(Platform, stored.get("platforms", ()))),  # accounts made before it was asked have none
        Tone(stored["tone"]) if stored.get("tone") else None,
    )


def dump_onboarding(onboarding: Onboarding) -> str:
    """Return the JSON text of an onboarding."""
    return json.dumps(asdict(onboarding))


USER = Mapper(User, UserRow, load={"onboarding": load_onboarding}, dump={"onboarding": dump_onboarding})
_IS_SHOWN = UserRow.deleted_at.is_(None)
_IS_IT = UserRow.id == bindparam("user_id")
IS_ACTIVE = (UserRow.is_active, _IS_SHOWN)  # may sign in

_IS_ACTIVE_ADMIN = (UserRow.role == Role.ADMIN.value) & UserRow.is_active & _IS_SHOWN

_ADD = Statement(insert(UserRow))
_GET = Statement(select(*USER.columns).where(_IS_IT, _IS_SHOWN))
_FIND_BY_EMAIL = Statement(select(*USER.columns).where(UserRow.email_key == bindparam("key"), _IS_SHOWN))
_LIST_KNOWN = Statement(
    select(*USER.columns).where(UserRow.id == any_(bindparam("ids", type_=ARRAY(Uuid))), _IS_SHOWN).order_by(UserRow.id)
)
_VERIFY_EMAIL = Statement(
    update(UserRow)
    .where(_IS_IT, _IS_SHOWN, UserRow.email_verified_at.is_(None))
    .values(email_verified_at=bindparam("at"), updated_at=bindparam("at"))
    .returning(*USER.columns)
)
# Who may end an administrator locks them all first, in one order; rows that only refer to one wait for nothing.
_LOCK_ADMINS = Statement(
    select(*USER.columns).where(or_(_IS_IT, _IS_ACTIVE_ADMIN)).order_by(UserRow.id).with_for_update(key_share=True)
)
_IS_ERASABLE = or_(UserRow.erase_at <= bindparam("at"), UserRow.deleted_at <= bindparam("deleted_before"))
_REQUEST_ERASURE = Statement(
    update(UserRow)
    .where(_IS_IT, _IS_SHOWN)
    .values(erase_at=func.least(UserRow.erase_at, bindparam("erase_at")), updated_at=bindparam("at"))
    .returning(*USER.columns)
)
_CANCEL_ERASURE = Statement(
    update(UserRow)
    .where(_IS_IT, _IS_SHOWN, UserRow.erase_at.is_not(None))
    .values(erase_at=null(), updated_at=bindparam("at"))
    .returning(UserRow.id)
)
_LIST_ERASABLE = Statement(select(UserRow.id).where(_IS_ERASABLE).order_by(UserRow.id).limit(bindparam("most")))
_BEGIN_ERASURE = Statement(
    update(UserRow)
    .where(_IS_IT)
    .values(deleted_at=func.coalesce(UserRow.deleted_at, bindparam("at")))
    .returning(*USER.columns)
)
_ERASE = Statement(delete(UserRow).where(_IS_IT).returning(UserRow.id))

_ASKED: dict[str, ColumnElement[bool]] = {
    "text": or_(
        func.strpos(UserRow.name_key, bindparam("text")) > 0, func.strpos(UserRow.email_key, bindparam("text")) > 0
    ),
    "role": UserRow.role == bindparam("role"),
    "is_active": UserRow.is_active == bindparam("is_active"),
}
# For who adds to an account what must not outlive it: whoever deletes the account, or ends all of that, waits.
LOCK_USER = Statement(select(UserRow.id).where(_IS_IT).with_for_update(key_share=True))
LOCK_ACTIVE = Statement(select(UserRow.id).where(_IS_IT, *IS_ACTIVE).with_for_update(key_share=True))

EDITABLE = frozenset(ProfileChanges.__annotations__)
CHANGEABLE = frozenset(AccountChanges.__annotations__)


@cache
def _changing(*names: str) -> Statement:
    changed: dict[str, Any] = {name: bindparam(name) for name in names}
    return Statement(update(UserRow).where(_IS_IT, _IS_SHOWN).values(changed).returning(*USER.columns))


@cache
def _page_of(*asked: str) -> Statement:
    """Write one statement for a page and its total; a page past the end still has its total."""
    wanted = [_IS_SHOWN, *(_ASKED[name] for name in asked)]
    rows = select(*USER.columns).where(*wanted).order_by(UserRow.created_at.desc(), UserRow.id.desc())
    shown = rows.limit(bindparam("limit")).offset(bindparam("offset")).subquery()
    total = select(func.count().label("n")).select_from(UserRow).where(*wanted).subquery()
    order = (shown.c.created_at.desc(), shown.c.id.desc())
    return Statement(select(total.c.n, *shown.c).select_from(total.join(shown, true(), isouter=True)).order_by(*order))


class PostgresUserRepository:
    """Accounts, in the table `users`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, user: User) -> User:
        """Store a new account."""
        keys = {"email_key": stored_email_key(user.email), "name_key": _name_key(user.name)}
        self._unit.write(_ADD, **USER.dump(user), **keys)
        return user

    def get(self, user_id: UUID) -> User:
        """Return the account."""
        return _found([self._unit.fetch_one(_GET, user_id=user_id)])

    def find_by_email(self, email: str) -> User | None:
        """Return the account with this address."""
        row = self._unit.fetch_one(_FIND_BY_EMAIL, key=email_key(email)) if is_storable(email) else None
        return USER.load(row) if row else None

    def list_page(self, request: PageRequest, search: UserSearch) -> Page[User]:
        """List the accounts asked for, newest first."""
        given: dict[str, Any] = {
            "text": folded(search.text or "") or None,
            "role": str(search.role) if search.role else None,
            "is_active": search.is_active,
        }
        asked = {name: value for name, value in given.items() if value is not None}
        rows = self._unit.fetch_all(_page_of(*sorted(asked)), limit=request.limit, offset=request.offset, **asked)
        items = tuple(USER.load(row, 1) for row in rows if row[1] is not None)
        return Page(items, rows[0][0], request.page, request.limit)

    def list_known(self, user_ids: Collection[UUID]) -> Sequence[User]:
        """List those of these accounts that there are."""
        return tuple(map(USER.load, self._unit.fetch_all(_LIST_KNOWN, ids=list(user_ids))))

    def change_account(self, user_id: UUID, changes: AccountChanges, at: datetime) -> ChangedUser:
        """Change only the given fields, and leave an active administrator."""
        if unknown := changes.keys() - CHANGEABLE:
            raise TypeError(f"not part of an account: {', '.join(sorted(unknown))}")
        if not is_storable(changes.get("name") or ""):
            raise InvalidValue("not storable as text")
        before = self._lock(user_id, changes)
        given = {name: str(value) if name == "role" else value for name, value in changes.items()}
        return ChangedUser(before, self._change(user_id, updated_at=at, **given))

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
        self._lock(user_id)
        self._change(user_id, updated_at=at, deleted_at=at)

    def request_erasure(self, user_id: UUID, erase_at: datetime, at: datetime) -> User:
        """Note when the account is to be erased."""
        self._lock(user_id)
        return _found(self._unit.write(_REQUEST_ERASURE, user_id=user_id, erase_at=erase_at, at=at))

    def cancel_erasure(self, user_id: UUID, at: datetime) -> bool:
        """Note that the account is to stay."""
        if self._unit.write(_CANCEL_ERASURE, user_id=user_id, at=at):
            return True
        self.get(user_id)  # raises NotFound
        return False

    def list_erasable(self, at: datetime, deleted_before: datetime, limit: int) -> Sequence[UUID]:
        """List accounts that are to be erased."""
        given = {"at": at, "deleted_before": deleted_before, "most": max(limit, 0)}
        return tuple(row[0] for row in self._unit.fetch_all(_LIST_ERASABLE, **given))

    def begin_erasure(self, user_id: UUID, at: datetime, deleted_before: datetime) -> User | None:
        """Mark an account deleted that is to be erased."""
        locked = self._lock_with_admins(user_id)
        found = locked.pop(user_id, None)
        if found is None or not found.is_erasable(at, deleted_before):
            return None
        if found.is_active_admin and not locked:
            raise LastAdmin
        return _found(self._unit.write(_BEGIN_ERASURE, user_id=user_id, at=at))

    def erase(self, user_id: UUID) -> None:
        """Delete the row; its references cascade."""
        self._lock(user_id, is_shown=False)
        if not self._unit.write(_ERASE, user_id=user_id):
            raise NotFound("user")

    def _lock(self, user_id: UUID, changes: AccountChanges | None = None, *, is_shown: bool = True) -> User:
        """Lock the account and the administrators to the end of the unit; raises NotFound or LastAdmin."""
        locked = self._lock_with_admins(user_id)
        found = locked.pop(user_id, None)
        if found is None or (is_shown and found.deleted_at):
            raise NotFound("user")
        stays = changes is not None and replace(found, **changes).is_active_admin
        if found.is_active_admin and not stays and not locked:
            raise LastAdmin
        return found

    def _lock_with_admins(self, user_id: UUID) -> dict[UUID, User]:
        return {user.id: user for user in map(USER.load, self._unit.write(_LOCK_ADMINS, user_id=user_id))}

    def _change(self, user_id: UUID, **changes: Any) -> User:
        if "name" in changes:
            changes["name_key"] = _name_key(changes["name"])
        return _found(self._unit.write(_changing(*sorted(changes)), user_id=user_id, **changes))


def _name_key(name: str | None) -> str:
    return folded(name or "")  # a missing name is for the database to refuse


def _found(rows: Iterable[Row | None]) -> User:
    for row in rows:
        if row:
            return USER.load(row)
    raise NotFound("user")
