"""Mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, literal_column, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from repositories.entities.mails import Mail
from repositories.entities.values import encode_json
from repositories.errors import NotFound
from repositories.postgres.models import MailRow
from repositories.postgres.statements import Mapper, Statement
from repositories.postgres.unit import Unit

MAIL = Mapper(Mail, MailRow, dump={"values": encode_json})
_IS_IT = MailRow.id == bindparam("mail_id")
_IS_OPEN = and_(MailRow.sent_at.is_(None), MailRow.dropped_at.is_(None))
_FORGOTTEN = {"recipient": null(), "values": literal_column("'{}'::jsonb")}

_ADD = Statement(insert(MailRow).on_conflict_do_nothing(index_elements=["event"]).returning(MailRow.id))
_GET = Statement(select(*MAIL.columns).where(_IS_IT))
_BEGIN = Statement(
    update(MailRow)
    .where(_IS_IT, _IS_OPEN)
    .values(attempts=MailRow.attempts + literal_column("1"), sending_at=bindparam("at"))
    .returning(*MAIL.columns)
)
_MARK_SENT = Statement(
    update(MailRow).where(_IS_IT, _IS_OPEN).values(sent_at=bindparam("at"), **_FORGOTTEN).returning(MailRow.id)
)
_MARK_DROPPED = Statement(
    update(MailRow).where(_IS_IT, _IS_OPEN).values(dropped_at=bindparam("at"), **_FORGOTTEN).returning(MailRow.id)
)
_OLD = (
    select(MailRow.id)
    .where(or_(MailRow.sent_at.is_not(None), MailRow.dropped_at.is_not(None)), MailRow.created_at < bindparam("before"))
    .limit(bindparam("most"))
)
_REMOVE_SETTLED = Statement(delete(MailRow).where(MailRow.id.in_(_OLD)).returning(MailRow.id))

_LIST_OF = Statement(
    select(*MAIL.columns).where(MailRow.user_id == bindparam("owner")).order_by(MailRow.created_at, MailRow.id)
)
_FORGET = Statement(
    delete(MailRow).where(MailRow.recipient == bindparam("address"), MailRow.created_at <= bindparam("before"))
)


class PostgresMailRepository:
    """Mails, in the table `mails`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, mail: Mail) -> bool:
        """Store a mail."""
        return bool(self._unit.write(_ADD, **MAIL.dump(mail)))

    def get(self, mail_id: UUID) -> Mail:
        """Return the mail."""
        row = self._unit.fetch_one(_GET, mail_id=mail_id)
        if row is None:
            raise NotFound("mail")
        return MAIL.load(row)

    def begin(self, mail_id: UUID, at: datetime) -> Mail | None:
        """Note an attempt to send."""
        rows = self._unit.write(_BEGIN, mail_id=mail_id, at=at)
        return MAIL.load(rows[0]) if rows else None

    def mark_sent(self, mail_id: UUID, at: datetime) -> bool:
        """Note that it was sent."""
        return bool(self._unit.write(_MARK_SENT, mail_id=mail_id, at=at))

    def mark_dropped(self, mail_id: UUID, at: datetime) -> bool:
        """Note that it will never be sent."""
        return bool(self._unit.write(_MARK_DROPPED, mail_id=mail_id, at=at))

    def remove_settled(self, before: datetime, limit: int) -> int:
        """Delete old settled mails."""
        return len(self._unit.write(_REMOVE_SETTLED, before=before, most=max(limit, 0)))

    def list_of(self, user_id: UUID) -> Sequence[Mail]:
        """List the mails to a user."""
        return tuple(map(MAIL.load, self._unit.fetch_all(_LIST_OF, owner=user_id)))

    def forget(self, recipient: str, before: datetime) -> None:
        """Delete the mails to an address."""
        self._unit.write(_FORGET, address=recipient, before=before)
