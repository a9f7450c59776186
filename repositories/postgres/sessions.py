"""Sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, update

from repositories.entities.sessions import Identity, Session
from repositories.errors import BrokenReference, NotFound
from repositories.postgres.models import SessionRow, UserRow
from repositories.postgres.statements import Mapper, Statement
from repositories.postgres.unit import Unit
from repositories.postgres.users import USER

SESSION = Mapper(Session, SessionRow)
_HAS_TOKEN = SessionRow.token_hash == bindparam("token")

# The user is locked against becoming inactive or deleted between this look at her and the end of the unit.
_SIGNS_IN = (UserRow.id == bindparam("user_id"), UserRow.is_active, UserRow.deleted_at.is_(None))
_ADD = Statement(
    insert(SessionRow)
    .from_select(
        SESSION.names,
        select(
            *(bindparam(name, type_=column.type) for name, column in zip(SESSION.names, SESSION.columns, strict=True))
        )
        .where(*_SIGNS_IN)
        .with_for_update(read=True, of=UserRow),
    )
    .returning(SessionRow.id)
)
_FIND_IDENTITY = Statement(
    select(*SESSION.columns, *USER.columns)
    .join(UserRow, UserRow.id == SessionRow.user_id)
    .where(_HAS_TOKEN, SessionRow.expires_at > bindparam("at"), UserRow.is_active, UserRow.deleted_at.is_(None))
)
_TOUCH = Statement(
    update(SessionRow).where(SessionRow.id == bindparam("session_id")).values(last_seen_at=bindparam("at"))
)
_REMOVE = Statement(delete(SessionRow).where(_HAS_TOKEN).returning(SessionRow.id))
_IS_OWN = SessionRow.user_id == bindparam("owner")
_LIST_OF = Statement(
    select(*SESSION.columns)
    .where(_IS_OWN, SessionRow.expires_at > bindparam("at"))
    .order_by(SessionRow.last_seen_at.desc(), SessionRow.id.desc())
)
_REMOVE_ONE_OF = Statement(
    delete(SessionRow).where(SessionRow.id == bindparam("session_id"), _IS_OWN).returning(SessionRow.id)
)
_REMOVE_ALL_OF = Statement(
    delete(SessionRow).where(_IS_OWN, SessionRow.id.is_distinct_from(bindparam("keep"))).returning(SessionRow.id)
)

_OVER = select(SessionRow.id).where(SessionRow.expires_at <= bindparam("at")).limit(bindparam("most"))
_REMOVE_EXPIRED = Statement(delete(SessionRow).where(SessionRow.id.in_(_OVER)).returning(SessionRow.id))


class PostgresSessionRepository:
    """Sessions, in the table `sessions`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, session: Session) -> Session:
        """Store a new session."""
        if not self._unit.write(_ADD, **SESSION.dump(session)):
            raise BrokenReference("users")
        return session

    def find_identity(self, token_hash: bytes, at: datetime) -> Identity | None:
        """Return a valid session and its user."""
        row = self._unit.fetch_one(_FIND_IDENTITY, token=token_hash, at=at)
        return Identity(SESSION.load(row), USER.load(row, len(SESSION.columns))) if row else None

    def touch(self, session_id: UUID, at: datetime) -> None:
        """Note that the session was used."""
        self._unit.write(_TOUCH, session_id=session_id, at=at)

    def remove(self, token_hash: bytes) -> bool:
        """Delete the session with this token."""
        return bool(self._unit.write(_REMOVE, token=token_hash))

    def list_of(self, user_id: UUID, at: datetime) -> Sequence[Session]:
        """List the valid sessions of a user."""
        return tuple(map(SESSION.load, self._unit.fetch_all(_LIST_OF, owner=user_id, at=at)))

    def remove_one_of(self, user_id: UUID, session_id: UUID) -> None:
        """Delete one session of a user."""
        if not self._unit.write(_REMOVE_ONE_OF, owner=user_id, session_id=session_id):
            raise NotFound("session")

    def remove_expired(self, at: datetime, limit: int) -> int:
        """Delete sessions that are over."""
        return len(self._unit.write(_REMOVE_EXPIRED, at=at, most=max(limit, 0)))

    def remove_all_of(self, user_id: UUID, keep: UUID | None = None) -> int:
        """Delete every session of a user, but for the one to keep."""
        return len(self._unit.write(_REMOVE_ALL_OF, owner=user_id, keep=keep))
