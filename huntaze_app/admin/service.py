"""Invitations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from huntaze_app.audit import Action, record
from huntaze_app.clock import new_id, new_invite_code
from huntaze_app.mail import post
from repositories.entities.invites import Invite, ListedInvite
from repositories.entities.values import email_key
from repositories.entities.waitlist import WaitlistEntry
from repositories.interfaces.audit import AuditRepository
from repositories.interfaces.invites import InviteRepository
from repositories.interfaces.jobs import JobRepository
from repositories.interfaces.mails import MailRepository
from repositories.interfaces.waitlist import WaitlistRepository


class InviteStores(Protocol):
    """What inviting needs."""

    invites: InviteRepository
    waitlist: WaitlistRepository
    jobs: JobRepository
    mails: MailRepository
    audit: AuditRepository


def invite(
    stores: InviteStores,
    emails: Sequence[str | None],
    at: datetime,
    created_by: UUID | None = None,
    *,
    locale: str = "fr",
) -> tuple[ListedInvite, ...]:
    """Make one invitation for each address and mail it; one for None is open to any, and mailed to nobody.

    Who is on the waitlist has been invited then, and is written to in her own language, not in `locale`.
    """
    addresses = [email for email in emails if email is not None]
    entries = stores.waitlist.note_invited(addresses, at) if addresses else ()
    made = [Invite(new_id(), new_invite_code(), at, email, created_by) for email in emails]
    return _make(stores, made, entries, locale)


def invite_waiting(
    stores: InviteStores, at: datetime, created_by: UUID, *, ids: Sequence[UUID] = (), count: int = 0
) -> tuple[ListedInvite, ...]:
    """Invite these of the waitlist, and the `count` who have waited longest; nobody a second time."""
    entries = [*stores.waitlist.invite(ids, at)] if ids else []
    entries += stores.waitlist.invite_oldest(count, at) if count else ()
    if not entries:
        return ()
    made = [Invite(new_id(), new_invite_code(), at, entry.email, created_by) for entry in entries]
    return _make(stores, made, entries, source="waitlist")


def _make(
    stores: InviteStores, made: Sequence[Invite], entries: Sequence[WaitlistEntry], locale: str = "fr", **details: Any
) -> tuple[ListedInvite, ...]:
    stores.invites.add_all(made)
    invites = [str(one.id) for one in made]
    record(stores, Action.INVITES_CREATED, made[0].created_at, actor=made[0].created_by, invites=invites, **details)
    locales = {email_key(entry.email): entry.locale for entry in entries}
    for one in made:
        if one.email is not None:
            _mail(stores, one, one.email, locales.get(email_key(one.email), locale))
    return tuple(ListedInvite(one, None) for one in made)


def _mail(stores: InviteStores, one: Invite, recipient: str, locale: str) -> None:
    event, values = f"invitation:{one.id}", {"invite_id": str(one.id)}
    post(stores, one.created_at, event=event, template="invitation", recipient=recipient, locale=locale, values=values)


def revoke(stores: InviteStores, invite_id: UUID, at: datetime, revoked_by: UUID) -> None:
    """Withdraw an invitation; raises NotFound or InviteUsed."""
    stores.invites.revoke(invite_id, at)
    record(stores, Action.INVITE_REVOKED, at, actor=revoked_by, invite=str(invite_id))
