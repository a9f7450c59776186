"""Invitations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from repositories.entities.invites import Invite, InviteCounts, ListedInvite
from repositories.paging import Page, PageRequest


class InviteRepository(Protocol):
    """Invitations; a code or an address is compared in any spelling."""

    def add_all(self, invites: Sequence[Invite]) -> None:
        """Store new invitations, all or none; raises CodeTaken, InvalidValue or BrokenReference."""
        ...

    def get(self, invite_id: UUID) -> Invite:
        """Return the invitation; raises NotFound."""
        ...

    def find_redeemable(self, code: str, email: str) -> Invite | None:
        """Return the unused, unrevoked invitation that lets this address in, or None."""
        ...

    def redeem(self, code: str, email: str, user_id: UUID, at: datetime) -> Invite | None:
        """Spend the invitation, once whoever else tries; None, and no change, when it is not redeemable."""
        ...

    def revoke(self, invite_id: UUID, at: datetime) -> Invite:
        """Withdraw the invitation (twice is fine, the first time stays); raises NotFound, or InviteUsed."""
        ...

    def list_page(self, request: PageRequest) -> Page[ListedInvite]:
        """List all, newest first, with the address of whoever used each."""
        ...

    def count(self) -> InviteCounts:
        """Count them by state."""
        ...

    def count_of(self, user_id: UUID) -> InviteCounts:
        """Count those that a user made, by state."""
        ...

    def list_of(self, user_id: UUID) -> Sequence[Invite]:
        """List those that a user made or used, oldest first."""
        ...

    def forget(self, user_id: UUID, email: str, before: datetime) -> None:
        """Blank the address of those a user used, and delete the unused ones for an address made by a time."""
        ...
