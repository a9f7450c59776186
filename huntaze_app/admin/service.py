"""Invitations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from huntaze_app.audit import Action, record
from huntaze_app.clock import new_id, new_invite_code
from repositories.entities.invites import Invite, ListedInvite
from repositories.interfaces.audit import AuditRepository
from repositories.interfaces.invites import InviteRepository


class InviteStores(Protocol):
    """What inviting needs."""

    invites: InviteRepository
    audit: AuditRepository


def invite(
    stores: InviteStores, emails: Sequence[str | None], at: datetime, created_by: UUID | None = None
) -> tuple[ListedInvite, ...]:
    """Make one invitation for each address; one for None is open to any."""
    made = [Invite(new_id(), new_invite_code(), at, email, created_by) for email in emails]
    stores.invites.add_all(made)
    record(stores, Action.INVITES_CREATED, at, actor=created_by, invites=[str(one.id) for one in made])
    return tuple(ListedInvite(one, None) for one in made)


def revoke(stores: InviteStores, invite_id: UUID, at: datetime, revoked_by: UUID) -> None:
    """Withdraw an invitation; raises NotFound or InviteUsed."""
    stores.invites.revoke(invite_id, at)
    record(stores, Action.INVITE_REVOKED, at, actor=revoked_by, invite=str(invite_id))
