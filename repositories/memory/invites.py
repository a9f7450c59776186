"""Invitations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from repositories.entities.invites import Invite, InviteCounts, ListedInvite
from repositories.entities.values import email_key, is_storable, stored_email_key
from repositories.errors import InviteUsed, NotFound
from repositories.memory.tables import check_characters
from repositories.memory.unit import Unit
from repositories.paging import Page, PageRequest


class MemoryInviteRepository:
    """Invitations, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add_all(self, invites: Sequence[Invite]) -> None:
        """Store new invitations, all or none."""
        for invite in invites:
            check_characters((invite.code, invite.email))
            stored_email_key(invite.email or "")
        self._unit.begin_writing()
        with self._unit.invites.savepoint():
            for invite in invites:
                self._unit.invites.insert(invite)

    def get(self, invite_id: UUID) -> Invite:
        """Return the invitation."""
        with self._unit.reading:
            invite = self._unit.invites.get(invite_id)
        if invite is None:
            raise NotFound("invite")
        return invite

    def find_redeemable(self, code: str, email: str) -> Invite | None:
        """Return the invitation that lets this address in."""
        if not is_storable(code + email):
            return None
        with self._unit.reading:
            invite = self._unit.invites.find("code", code.strip().upper())
        if invite is None or invite.used_at or invite.revoked_at:
            return None
        return invite if invite.email is None or email_key(invite.email) == email_key(email) else None

    def redeem(self, code: str, email: str, user_id: UUID, at: datetime) -> Invite | None:
        """Spend the invitation."""
        if not is_storable(code + email):
            return None
        self._unit.begin_writing()
        invite = self.find_redeemable(code, email)
        return invite and self._unit.invites.update(replace(invite, used_at=at, used_by=user_id))

    def revoke(self, invite_id: UUID, at: datetime) -> Invite:
        """Withdraw the invitation."""
        self._unit.begin_writing()
        invite = self._unit.invites.get(invite_id)
        if invite is None:
            raise NotFound("invite")
        if invite.used_at:
            raise InviteUsed
        return self._unit.invites.update(replace(invite, revoked_at=invite.revoked_at or at))

    def list_page(self, request: PageRequest) -> Page[ListedInvite]:
        """List all, newest first."""
        with self._unit.reading:
            invites = sorted(self._unit.invites.all(), key=lambda invite: (invite.created_at, invite.id), reverse=True)
            shown = invites[request.offset : request.offset + request.limit]
            users = [self._unit.users.get(invite.used_by) for invite in shown]
        emails = [user.email if user else None for user in users]
        items = tuple(map(ListedInvite, shown, emails))
        return Page(items, len(invites), request.page, request.limit)

    def count(self) -> InviteCounts:
        """Count them by state."""
        with self._unit.reading:
            return _counts(self._unit.invites.all())

    def count_of(self, user_id: UUID) -> InviteCounts:
        """Count those that a user made."""
        with self._unit.reading:
            return _counts([invite for invite in self._unit.invites.all() if invite.created_by == user_id])

    def list_of(self, user_id: UUID) -> Sequence[Invite]:
        """List those that a user made or used."""
        with self._unit.reading:
            own = [one for one in self._unit.invites.all() if user_id in (one.created_by, one.used_by)]
        return tuple(sorted(own, key=lambda invite: (invite.created_at, invite.id)))

    def forget(self, user_id: UUID, email: str, before: datetime) -> None:
        """Forget an address."""
        check_characters((email,))
        self._unit.begin_writing()
        key = email_key(email)
        for invite in self._unit.invites.all():
            is_for_it = invite.email is not None and email_key(invite.email) == key
            if is_for_it and invite.used_at is None and invite.created_at <= before:
                self._unit.invites.delete(invite.id)
            elif invite.used_by == user_id:
                self._unit.invites.update(replace(invite, email=None))


def _counts(invites: Sequence[Invite]) -> InviteCounts:
    used = sum(invite.used_at is not None for invite in invites)
    return InviteCounts(len(invites), used, sum(invite.revoked_at is not None for invite in invites))
