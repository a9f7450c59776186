"""Invitations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, null, or_, select, true, update

from repositories.entities.invites import Invite, InviteCounts, ListedInvite
from repositories.entities.values import email_key, is_storable, stored_email_key
from repositories.errors import InvalidValue, InviteUsed, NotFound
from repositories.paging import Page, PageRequest
from repositories.postgres.models import InviteRow, UserRow
from repositories.postgres.statements import Mapper, Statement
from repositories.postgres.unit import Unit

INVITE = Mapper(Invite, InviteRow)
_IS_REDEEMABLE = (
    InviteRow.code == bindparam("given_code"),
    or_(InviteRow.email_key.is_(None), InviteRow.email_key == bindparam("key")),
    InviteRow.used_at.is_(None),
    InviteRow.revoked_at.is_(None),
)
_IS_IT = InviteRow.id == bindparam("invite_id")

_FIND = Statement(select(*INVITE.columns).where(_IS_IT))
_FIND_REDEEMABLE = Statement(select(*INVITE.columns).where(*_IS_REDEEMABLE))
_REDEEM = Statement(
    update(InviteRow)
    .where(*_IS_REDEEMABLE)
    .values(used_at=bindparam("at"), used_by=bindparam("user_id"))
    .returning(*INVITE.columns)
)
_REVOKE = Statement(
    update(InviteRow)
    .where(_IS_IT, InviteRow.used_at.is_(None))
    .values(revoked_at=func.coalesce(InviteRow.revoked_at, bindparam("at")))
    .returning(*INVITE.columns)
)
_COUNTS = select(func.count(), func.count(InviteRow.used_at), func.count(InviteRow.revoked_at))
_COUNT = Statement(_COUNTS)
_COUNT_OF = Statement(_COUNTS.where(InviteRow.created_by == bindparam("owner")))

_IS_OF = or_(InviteRow.created_by == bindparam("owner"), InviteRow.used_by == bindparam("owner"))
_LIST_OF = Statement(select(*INVITE.columns).where(_IS_OF).order_by(InviteRow.created_at, InviteRow.id))
_BLANK = Statement(
    update(InviteRow).where(InviteRow.used_by == bindparam("owner")).values(email=null(), email_key=null())
)
_FORGET = Statement(
    delete(InviteRow).where(
        InviteRow.email_key == bindparam("key"),
        InviteRow.used_at.is_(None),
        InviteRow.created_at <= bindparam("before"),
    )
)


def _page_statement() -> Statement:
    """Write one statement for a page and its total; a page past the end still has its total."""
    newest_first = (InviteRow.created_at.desc(), InviteRow.id.desc())
    shown = (
        select(*INVITE.columns, UserRow.email.label("used_by_email"))
        .join(UserRow, UserRow.id == InviteRow.used_by, isouter=True)
        .order_by(*newest_first)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
        .subquery()
    )
    total = select(func.count().label("n")).select_from(InviteRow).subquery()
    order = (shown.c.created_at.desc(), shown.c.id.desc())
    return Statement(select(total.c.n, *shown.c).select_from(total.join(shown, true(), isouter=True)).order_by(*order))


_ADD = Statement(insert(InviteRow))
_LIST_PAGE = _page_statement()


class PostgresInviteRepository:
    """Invitations, in the table `beta_invites`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add_all(self, invites: Sequence[Invite]) -> None:
        """Store new invitations, all or none."""
        self._unit.write_all(_ADD, [_dump(invite) for invite in invites])

    def get(self, invite_id: UUID) -> Invite:
        """Return the invitation."""
        row = self._unit.fetch_one(_FIND, invite_id=invite_id)
        if row is None:
            raise NotFound("invite")
        return INVITE.load(row)

    def find_redeemable(self, code: str, email: str) -> Invite | None:
        """Return the invitation that lets this address in."""
        if not is_storable(code + email):
            return None
        row = self._unit.fetch_one(_FIND_REDEEMABLE, **_spelled(code, email))
        return INVITE.load(row) if row else None

    def redeem(self, code: str, email: str, user_id: UUID, at: datetime) -> Invite | None:
        """Spend the invitation."""
        if not is_storable(code + email):
            return None
        rows = self._unit.write(_REDEEM, **_spelled(code, email), user_id=user_id, at=at)
        return INVITE.load(rows[0]) if rows else None

    def revoke(self, invite_id: UUID, at: datetime) -> Invite:
        """Withdraw the invitation."""
        rows = self._unit.write(_REVOKE, invite_id=invite_id, at=at)
        if rows:
            return INVITE.load(rows[0])
        raise InviteUsed if self._unit.fetch_one(_FIND, invite_id=invite_id) else NotFound("invite")

    def list_page(self, request: PageRequest) -> Page[ListedInvite]:
        """List all, newest first."""
        rows = self._unit.fetch_all(_LIST_PAGE, limit=request.limit, offset=request.offset)
        items = tuple(ListedInvite(INVITE.load(row, 1), row[-1]) for row in rows if row[1] is not None)
        return Page(items, rows[0][0], request.page, request.limit)

    def count(self) -> InviteCounts:
        """Count them by state."""
        total, used, revoked = self._unit.fetch_all(_COUNT)[0]
        return InviteCounts(total, used, revoked)

    def count_of(self, user_id: UUID) -> InviteCounts:
        """Count those that a user made."""
        total, used, revoked = self._unit.fetch_all(_COUNT_OF, owner=user_id)[0]
        return InviteCounts(total, used, revoked)

    def list_of(self, user_id: UUID) -> Sequence[Invite]:
        """List those that a user made or used."""
        return tuple(map(INVITE.load, self._unit.fetch_all(_LIST_OF, owner=user_id)))

    def forget(self, user_id: UUID, email: str, before: datetime) -> None:
        """Forget an address."""
        self._unit.write(_FORGET, key=email_key(email), before=before)
        self._unit.write(_BLANK, owner=user_id)


def _spelled(code: str, email: str) -> dict[str, str]:
    return {"given_code": code.strip().upper(), "key": email_key(email)}


def _dump(invite: Invite) -> dict[str, object]:
    # All are looked at before the first is sent: what the driver refuses halfway has left the others behind.
    if not all(is_storable(text) for text in (invite.code, invite.email) if text):
        raise InvalidValue("not storable as text")
    return {**INVITE.dump(invite), "email_key": None if invite.email is None else stored_email_key(invite.email)}
