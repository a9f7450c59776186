"""Accounts at other providers."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from repositories.entities.accounts import LinkedAccount, Provider


class AccountRepository(Protocol):
    """Which account at a provider signs in as which user; one of each provider for a user."""

    def add(self, account: LinkedAccount) -> LinkedAccount:
        """Link an account; raises AccountTaken, ProviderLinked, BrokenReference or InvalidValue."""
        ...

    def find_owner(self, provider: Provider, provider_account_id: str) -> UUID | None:
        """Return the id of the user an account signs in as, also when she is removed or inactive, or None."""
        ...

    def find_of(self, user_id: UUID, provider: Provider) -> LinkedAccount | None:
        """Return the user's account at a provider, or None."""
        ...

    def remove(self, user_id: UUID, provider: Provider) -> bool:
        """Unlink the user's account at a provider and say whether there was one."""
        ...
