"""Accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from repositories.entities.users import Onboarding, ProfileChanges, User


class UserRepository(Protocol):
    """Accounts; one that is deleted is hidden from every method but `erase`."""

    def add(self, user: User) -> User:
        """Store a new account; raises EmailTaken, StripeCustomerTaken or InvalidValue."""
        ...

    def get(self, user_id: UUID) -> User:
        """Return the account; raises NotFound."""
        ...

    def find_by_email(self, email: str) -> User | None:
        """Return the account with this address in any spelling, or None."""
        ...

    def edit_profile(self, user_id: UUID, changes: ProfileChanges, at: datetime) -> User:
        """Change only the given fields; raises NotFound, InvalidValue, or TypeError for an unknown field."""
        ...

    def set_onboarding(self, user_id: UUID, onboarding: Onboarding, at: datetime) -> User:
        """Note how far the first visit is; raises NotFound."""
        ...

    def set_password_hash(self, user_id: UUID, password_hash: str, at: datetime) -> None:
        """Replace the stored hash; raises NotFound or InvalidValue."""
        ...

    def verify_email(self, user_id: UUID, at: datetime) -> User:
        """Note that the owner of the address has proved it, unless it is noted already; raises NotFound."""
        ...

    def remove(self, user_id: UUID, at: datetime) -> None:
        """Mark the account deleted and free its address; raises NotFound, also the second time."""
        ...

    def erase(self, user_id: UUID) -> None:
        """Delete the row and what belongs to it, and forget it in invitations; raises NotFound."""
        ...
