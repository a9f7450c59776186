"""Accounts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from repositories.entities.users import AccountChanges, ChangedUser, Onboarding, ProfileChanges, User, UserSearch
from repositories.entities.values import email_key, folded, stored_email_key
from repositories.errors import LastAdmin, NotFound
from repositories.memory.tables import check_characters
from repositories.memory.unit import Unit
from repositories.paging import Page, PageRequest

EDITABLE = frozenset(ProfileChanges.__annotations__)
CHANGEABLE = frozenset(AccountChanges.__annotations__)


class MemoryUserRepository:
    """Accounts, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, user: User) -> User:
        """Store a new account."""
        stored_email_key(user.email)
        self._unit.begin_writing()
        return self._unit.users.insert(user)

    def get(self, user_id: UUID) -> User:
        """Return the account."""
        with self._unit.reading:
            user = self._unit.users.get(user_id)
        if user is None or user.deleted_at:
            raise NotFound("user")
        return user

    def find_by_email(self, email: str) -> User | None:
        """Return the account with this address."""
        with self._unit.reading:
            return self._unit.users.find("email", email_key(email))

    def list_page(self, request: PageRequest, search: UserSearch) -> Page[User]:
        """List the accounts asked for, newest first."""
        check_characters((search.text,))
        with self._unit.reading:
            users = self._unit.users.all()
        found = [user for user in users if user.deleted_at is None and _is_asked_for(user, search)]
        found.sort(key=lambda user: (user.created_at, user.id), reverse=True)
        shown = found[request.offset : request.offset + request.limit]
        return Page(tuple(shown), len(found), request.page, request.limit)

    def list_known(self, user_ids: Collection[UUID]) -> Sequence[User]:
        """List those of these accounts that there are."""
        with self._unit.reading:
            users = [self._unit.users.get(user_id) for user_id in sorted(set(user_ids))]
        return tuple(user for user in users if user is not None and user.deleted_at is None)

    def change_account(self, user_id: UUID, changes: AccountChanges, at: datetime) -> ChangedUser:
        """Change only the given fields, and leave an active administrator."""
        if unknown := changes.keys() - CHANGEABLE:
            raise TypeError(f"not part of an account: {', '.join(sorted(unknown))}")
        self._unit.begin_writing()
        check_characters(changes.values())
        before = self.get(user_id)
        after = replace(before, **changes, updated_at=at)
        self._keep_an_admin(before, after)
        return ChangedUser(before, self._unit.users.update(after))

    def edit_profile(self, user_id: UUID, changes: ProfileChanges, at: datetime) -> User:
        """Change the given fields."""
        if unknown := changes.keys() - EDITABLE:
            raise TypeError(f"not part of a profile: {', '.join(sorted(unknown))}")
        return self._change(user_id, at, **changes)

    def set_onboarding(self, user_id: UUID, onboarding: Onboarding, at: datetime) -> User:
        """Note how far the first visit is."""
        return self._change(user_id, at, onboarding=onboarding)

    def set_password_hash(self, user_id: UUID, password_hash: str, at: datetime) -> None:
        """Replace the stored hash."""
        self._change(user_id, at, password_hash=password_hash)

    def verify_email(self, user_id: UUID, at: datetime) -> User:
        """Note that the owner of the address has proved it."""
        self._unit.begin_writing()
        user = self.get(user_id)
        return user if user.is_email_verified else self._change(user_id, at, email_verified_at=at)

    def remove(self, user_id: UUID, at: datetime) -> None:
        """Mark the account deleted."""
        self._unit.begin_writing()
        self._keep_an_admin(self.get(user_id))
        self._change(user_id, at, deleted_at=at)

    def request_erasure(self, user_id: UUID, erase_at: datetime, at: datetime) -> User:
        """Note when the account is to be erased."""
        self._unit.begin_writing()
        user = self.get(user_id)
        self._keep_an_admin(user)
        return self._change(user_id, at, erase_at=min(erase_at, user.erase_at or erase_at))

    def cancel_erasure(self, user_id: UUID, at: datetime) -> bool:
        """Note that the account is to stay."""
        self._unit.begin_writing()
        if self.get(user_id).erase_at is None:
            return False
        self._change(user_id, at, erase_at=None)
        return True

    def list_erasable(self, at: datetime, deleted_before: datetime, limit: int) -> Sequence[UUID]:
        """List accounts that are to be erased."""
        with self._unit.reading:
            found = [user.id for user in self._unit.users.all() if user.is_erasable(at, deleted_before)]
        return tuple(sorted(found)[: max(limit, 0)])

    def begin_erasure(self, user_id: UUID, at: datetime, deleted_before: datetime) -> User | None:
        """Mark an account deleted that is to be erased."""
        self._unit.begin_writing()
        user = self._unit.users.get(user_id)
        if user is None or not user.is_erasable(at, deleted_before):
            return None
        self._keep_an_admin(user)
        return self._unit.users.update(replace(user, deleted_at=user.deleted_at or at))

    def erase(self, user_id: UUID) -> None:
        """Delete the row and what belongs to it."""
        self._unit.begin_writing()
        user = self._unit.users.get(user_id)
        if user is None:
            raise NotFound("user")
        self._keep_an_admin(user)
        for owned in (
            self._unit.sessions,
            self._unit.refresh_tokens,
            self._unit.api_keys,
            self._unit.accounts,
            self._unit.devices,
            self._unit.mails,
        ):
            for row in owned.all():
                if row.user_id == user_id:
                    owned.delete(row.id)
        record = self._unit.subscriptions.find("user_id", user_id)
        if record is not None:
            self._unit.subscriptions.delete(record.id)
        self._forget_in_invites(user_id)
        self._unit.users.delete(user_id)

    def _forget_in_invites(self, user_id: UUID) -> None:
        for invite in self._unit.invites.all():
            if user_id in (invite.used_by, invite.created_by):
                used_by = None if invite.used_by == user_id else invite.used_by
                created_by = None if invite.created_by == user_id else invite.created_by
                self._unit.invites.update(replace(invite, used_by=used_by, created_by=created_by))

    def _keep_an_admin(self, before: User, after: User | None = None) -> None:
        if not before.is_active_admin or (after and after.is_active_admin):
            return
        if not any(user.is_active_admin and user.id != before.id for user in self._unit.users.all()):
            raise LastAdmin

    def _change(self, user_id: UUID, at: datetime, **changes: Any) -> User:
        self._unit.begin_writing()
        check_characters(changes.values())
        return self._unit.users.update(replace(self.get(user_id), **changes, updated_at=at))


def _is_asked_for(user: User, search: UserSearch) -> bool:
    text = folded(search.text or "")
    return (
        (text in folded(user.name) or text in email_key(user.email))
        and search.role in (None, user.role)
        and search.is_active in (None, user.is_active)
    )
