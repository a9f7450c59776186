"""API keys.

Who adds a key, or ends all keys of an owner, first locks the owner's row: so the keys there are can be counted, and
none that is just being made outlives its account.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, cast, func, insert, or_, select, true, update

from repositories.entities.api_keys import ApiKey, KeyIdentity, Scope
from repositories.errors import BrokenReference, KeyReplaced, NotFound, TooManyKeys
from repositories.paging import Page, PageRequest
from repositories.postgres.models import ApiKeyRow, UserRow
from repositories.postgres.statements import Mapper, Statement
from repositories.postgres.unit import Unit
from repositories.postgres.users import IS_ACTIVE, LOCK_ACTIVE, LOCK_USER, USER

_SCOPES = {scope.value: scope for scope in Scope}


def load_scopes(stored: Iterable[str]) -> tuple[Scope, ...]:
    """Return the scopes of a column; one that is no more gives no right to anything."""
    return tuple(_SCOPES[name] for name in stored if name in _SCOPES)


def dump_scopes(scopes: Iterable[Scope]) -> list[str]:
    """Return scopes as the column holds them."""
    return [scope.value for scope in scopes]


KEY = Mapper(ApiKey, ApiKeyRow, load={"scopes": load_scopes}, dump={"scopes": dump_scopes})
_IS_OF_OWNER = (ApiKeyRow.user_id == bindparam("owner"), ApiKeyRow.revoked_at.is_(None))
_IS_IT = (ApiKeyRow.id == bindparam("key_id"), *_IS_OF_OWNER)
_WORKS = or_(ApiKeyRow.expires_at.is_(None), ApiKeyRow.expires_at > bindparam("at"))

_ADD = Statement(insert(ApiKeyRow))
_COUNT = Statement(select(func.count()).select_from(ApiKeyRow).where(*_IS_OF_OWNER, ApiKeyRow.replaced_by.is_(None)))
_GET = Statement(select(*KEY.columns).where(*_IS_IT))
_FIND_IDENTITY = Statement(
    select(*KEY.columns, *USER.columns)
    .join(UserRow, UserRow.id == ApiKeyRow.user_id)
    .where(ApiKeyRow.key_hash == bindparam("digest"), ApiKeyRow.revoked_at.is_(None), _WORKS, *IS_ACTIVE)
)
_TOUCH = Statement(
    update(ApiKeyRow)
    .where(
        ApiKeyRow.id == bindparam("key_id"),
        ApiKeyRow.revoked_at.is_(None),
        or_(ApiKeyRow.last_used_at.is_(None), ApiKeyRow.last_used_at <= bindparam("since")),
    )
    .values(last_used_at=bindparam("at"))
)
_END = update(ApiKeyRow).values(revoked_at=bindparam("at")).returning(ApiKeyRow.id)
_REVOKE = Statement(_END.where(*_IS_IT))
_REVOKE_ALL_OF = Statement(_END.where(*_IS_OF_OWNER))


def _replace_statement() -> Statement:
    """Write one statement that replaces a key and stores its successor, both or neither."""
    replaced = (
        update(ApiKeyRow)
        .where(*_IS_IT, ApiKeyRow.replaced_by.is_(None))
        .values(replaced_by=bindparam("id"), expires_at=func.least(ApiKeyRow.expires_at, bindparam("until")))
        .returning(ApiKeyRow.id)
        .cte("replaced")
    )
    columns = [ApiKeyRow.__table__.columns[name] for name in KEY.names]
    successor = select(*(cast(bindparam(column.name), column.type) for column in columns)).select_from(replaced)
    return Statement(insert(ApiKeyRow).from_select(KEY.names, successor).returning(ApiKeyRow.id))


def _page_statement() -> Statement:
    """Write one statement for a page and its total; a page past the end still has its total."""
    listed = (*_IS_OF_OWNER, or_(ApiKeyRow.replaced_by.is_(None), ApiKeyRow.expires_at > bindparam("at")))
    newest_first = (ApiKeyRow.created_at.desc(), ApiKeyRow.id.desc())
    shown = (
        select(*KEY.columns)
        .where(*listed)
        .order_by(*newest_first)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
        .subquery()
    )
    total = select(func.count().label("n")).select_from(ApiKeyRow).where(*listed).subquery()
    order = (shown.c.created_at.desc(), shown.c.id.desc())
    return Statement(select(total.c.n, *shown.c).select_from(total.join(shown, true(), isouter=True)).order_by(*order))


_LIST_OF = Statement(
    select(*KEY.columns).where(ApiKeyRow.user_id == bindparam("owner")).order_by(ApiKeyRow.created_at, ApiKeyRow.id)
)
_REPLACE = _replace_statement()
_LIST_PAGE = _page_statement()


class PostgresApiKeyRepository:
    """API keys, in the table `api_keys`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, key: ApiKey, most: int) -> ApiKey:
        """Store a new key."""
        if not self._unit.write(LOCK_ACTIVE, user_id=key.user_id):
            raise BrokenReference("users")
        if self._unit.fetch_all(_COUNT, owner=key.user_id)[0][0] >= most:
            raise TooManyKeys
        self._unit.write(_ADD, **KEY.dump(key))
        return key

    def get(self, user_id: UUID, key_id: UUID) -> ApiKey:
        """Return a key."""
        row = self._unit.fetch_one(_GET, owner=user_id, key_id=key_id)
        if row is None:
            raise NotFound("key")
        return KEY.load(row)

    def find_identity(self, key_hash: bytes, at: datetime) -> KeyIdentity | None:
        """Return a valid key and its owner."""
        row = self._unit.fetch_one(_FIND_IDENTITY, digest=key_hash, at=at)
        return KeyIdentity(KEY.load(row), USER.load(row, len(KEY.columns))) if row else None

    def list_page(self, user_id: UUID, at: datetime, request: PageRequest) -> Page[ApiKey]:
        """List the keys of an owner."""
        rows = self._unit.fetch_all(_LIST_PAGE, owner=user_id, at=at, limit=request.limit, offset=request.offset)
        items = tuple(KEY.load(row, 1) for row in rows if row[1] is not None)
        return Page(items, rows[0][0], request.page, request.limit)

    def touch(self, key_id: UUID, at: datetime, unless_since: datetime) -> None:
        """Note that the key was used."""
        self._unit.write(_TOUCH, key_id=key_id, at=at, since=unless_since)

    def replace(self, key_id: UUID, successor: ApiKey, until: datetime) -> None:
        """Store the successor of a key."""
        self._unit.write(LOCK_USER, user_id=successor.user_id)
        given = {"key_id": key_id, "owner": successor.user_id, "until": until}
        if not self._unit.write(_REPLACE, **KEY.dump(successor), **given):
            self.get(successor.user_id, key_id)
            raise KeyReplaced

    def revoke(self, user_id: UUID, key_id: UUID, at: datetime) -> None:
        """End a key."""
        if not self._unit.write(_REVOKE, owner=user_id, key_id=key_id, at=at):
            raise NotFound("key")

    def revoke_all_of(self, user_id: UUID, at: datetime) -> int:
        """End every key of an owner."""
        self._unit.write(LOCK_USER, user_id=user_id)
        return len(self._unit.write(_REVOKE_ALL_OF, owner=user_id, at=at))

    def list_of(self, user_id: UUID) -> Sequence[ApiKey]:
        """List every key of an owner."""
        return tuple(map(KEY.load, self._unit.fetch_all(_LIST_OF, owner=user_id)))
