"""Accounts at other providers."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select

from repositories.entities.accounts import LinkedAccount, Provider
from repositories.entities.values import is_storable
from repositories.postgres.models import AccountRow
from repositories.postgres.statements import Mapper, Statement
from repositories.postgres.unit import Unit

ACCOUNT = Mapper(LinkedAccount, AccountRow)
_IS_AT_PROVIDER = AccountRow.provider == bindparam("at_provider")
_IS_HERS = AccountRow.user_id == bindparam("owner")

_ADD = Statement(insert(AccountRow))
_FIND_OWNER = Statement(
    select(AccountRow.user_id).where(_IS_AT_PROVIDER, AccountRow.provider_account_id == bindparam("subject"))
)
_FIND_OF = Statement(select(*ACCOUNT.columns).where(_IS_HERS, _IS_AT_PROVIDER))
_REMOVE = Statement(delete(AccountRow).where(_IS_HERS, _IS_AT_PROVIDER).returning(AccountRow.id))


class PostgresAccountRepository:
    """Accounts at other providers, in the table `accounts`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, account: LinkedAccount) -> LinkedAccount:
        """Link an account."""
        self._unit.write(_ADD, **ACCOUNT.dump(account))
        return account

    def find_owner(self, provider: Provider, provider_account_id: str) -> UUID | None:
        """Return the id of the user an account signs in as."""
        if not is_storable(provider_account_id):
            return None
        row = self._unit.fetch_one(_FIND_OWNER, at_provider=str(provider), subject=provider_account_id)
        return row[0] if row else None

    def find_of(self, user_id: UUID, provider: Provider) -> LinkedAccount | None:
        """Return the user's account at a provider."""
        row = self._unit.fetch_one(_FIND_OF, owner=user_id, at_provider=str(provider))
        return ACCOUNT.load(row) if row else None

    def remove(self, user_id: UUID, provider: Provider) -> bool:
        """Unlink the user's account at a provider."""
        return bool(self._unit.write(_REMOVE, owner=user_id, at_provider=str(provider)))
