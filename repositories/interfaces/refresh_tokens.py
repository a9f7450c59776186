"""Refresh tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from repositories.entities.refresh_tokens import RefreshToken, Rotation
from repositories.entities.users import User


class RefreshTokenRepository(Protocol):
    """Families of refresh tokens; one token of each may be live, which is neither used nor revoked."""

    def add(self, token: RefreshToken) -> RefreshToken:
        """Store the first token of a family.

        Raises BrokenReference when its user does not exist, is deleted or inactive, Conflict for a known id, token or
        parent, or a family that has a live token.
        """
        ...

    def rotate(
        self, token_hash: bytes, child_id: UUID, child_hash: bytes, at: datetime, grace: timedelta
    ) -> Rotation | None:
        """Spend a token and store its child, once whoever else tries; the child ends when its parent does.

        A token spent no longer than `grace` ago whose child is unused gives that same child again; any other that is
        spent revokes the family. None for one that is unknown, revoked or expired, or whose user is deleted or
        inactive. Raises Conflict for a known id or hash of the child.
        """
        ...

    def find_user(self, family_id: UUID, user_id: UUID, at: datetime) -> User | None:
        """Return the user of a family; None once it is revoked or expired, or if the user is deleted or inactive."""
        ...

    def revoke_family(self, family_id: UUID, at: datetime) -> bool:
        """Revoke every token of a family, also one being made, and say whether one was not revoked yet."""
        ...

    def revoke_all_of(self, user_id: UUID, at: datetime) -> int:
        """Revoke every family of a user, also one being made, and return how many there were."""
        ...

    def list_of(self, user_id: UUID) -> Sequence[RefreshToken]:
        """List every token of a user, also those that are over, oldest first."""
        ...
