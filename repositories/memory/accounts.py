"""Accounts at other providers."""

from __future__ import annotations

from uuid import UUID

from repositories.entities.accounts import LinkedAccount, Provider
from repositories.memory.unit import Unit


class MemoryAccountRepository:
    """Accounts at other providers, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, account: LinkedAccount) -> LinkedAccount:
        """Link an account."""
        self._unit.begin_writing()
        return self._unit.accounts.insert(account)

    def find_owner(self, provider: Provider, provider_account_id: str) -> UUID | None:
        """Return the id of the user an account signs in as."""
        with self._unit.reading:
            account = self._unit.accounts.find("provider_account_id", (provider, provider_account_id))
        return account.user_id if account else None

    def find_of(self, user_id: UUID, provider: Provider) -> LinkedAccount | None:
        """Return the user's account at a provider."""
        with self._unit.reading:
            return self._unit.accounts.find("user_id", (user_id, provider))

    def remove(self, user_id: UUID, provider: Provider) -> bool:
        """Unlink the user's account at a provider."""
        self._unit.begin_writing()
        account = self._unit.accounts.find("user_id", (user_id, provider))
        if account is not None:
            self._unit.accounts.delete(account.id)
        return account is not None
