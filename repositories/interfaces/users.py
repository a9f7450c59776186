"""Accounts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from repositories.entities.users import AccountChanges, ChangedUser, Onboarding, ProfileChanges, User, UserSearch
from repositories.paging import Page, PageRequest


class UserRepository(Protocol):
    """Accounts; one that is deleted is hidden from every method but `list_erasable`, `begin_erasure` and `erase`."""

    def add(self, user: User) -> User:
        """Store a new account; raises EmailTaken, StripeCustomerTaken or InvalidValue."""
        ...

    def get(self, user_id: UUID) -> User:
        """Return the account; raises NotFound."""
        ...

    def find_by_email(self, email: str) -> User | None:
        """Return the account with this address in any spelling, or None."""
        ...

    def list_page(self, request: PageRequest, search: UserSearch) -> Page[User]:
        """List the accounts asked for, newest first; raises InvalidValue for a text that cannot be stored."""
        ...

    def list_known(self, user_ids: Collection[UUID]) -> Sequence[User]:
        """List those of these accounts that there are, by id."""
        ...

    def change_account(self, user_id: UUID, changes: AccountChanges, at: datetime) -> ChangedUser:
        """Change only the given fields; raises LastAdmin, also when two at once would leave no active administrator.

        Raises NotFound, InvalidValue, or TypeError for an unknown field. To be the first write of its unit: it locks
        the administrators, in the order of their ids.
        """
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
        """Mark the account deleted and free its address; raises NotFound, also the second time, or LastAdmin."""
        ...

    def request_erasure(self, user_id: UUID, erase_at: datetime, at: datetime) -> User:
        """Note when the account is to be erased, or an earlier time that was noted; raises NotFound or LastAdmin."""
        ...

    def cancel_erasure(self, user_id: UUID, at: datetime) -> bool:
        """Note that the account is to stay; False when it was to stay. Raises NotFound, also once erasing has begun."""
        ...

    def list_erasable(self, at: datetime, deleted_before: datetime, limit: int) -> Sequence[UUID]:
        """List at most `limit` accounts whose time to be erased has come, or that were deleted by a time, by id."""
        ...

    def begin_erasure(self, user_id: UUID, at: datetime, deleted_before: datetime) -> User | None:
        """Mark the account deleted if it is one of `list_erasable`, and return it; None if it is not, or is gone.

        A second time returns it again. Raises LastAdmin. To be the first write of its unit, as `change_account`.
        """
        ...

    def erase(self, user_id: UUID) -> None:
        """Delete the row and what belongs to it, and forget it in invitations; raises NotFound or LastAdmin."""
        ...
