"""Two tabs of one person who comes with Google for the first time: whatever the moment, neither is turned away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from huntaze_app.auth import google_service
from huntaze_app.auth.signing_in import Device
from huntaze_app.clients.identity import Person
from repositories.entities.accounts import Provider
from repositories.stores import Backend
from tests.contract.builders import AT, given, make_account, make_user


class Late:
    """Accounts as a tab sees them that looked just before the other tab was done."""

    def __init__(self, accounts: Any) -> None:
        self._accounts, self._looks = accounts, 0

    def find_owner(self, provider: Provider, subject: str) -> UUID | None:
        self._looks += 1
        found: UUID | None = self._accounts.find_owner(provider, subject)
        return None if self._looks == 1 else found


def test_an_account_linked_between_two_looks_signs_in(backend: Backend) -> None:
    user = make_user()
    account = make_account(user)
    given(backend, user, account)

    with backend.unit() as stores:
        stores.accounts = Late(stores.accounts)  # type: ignore[assignment]  # all that signing in asks of it
        person = Person(account.provider_account_id, user.email, user.name)
        done = google_service.sign_in(stores, Device(), AT, person)

    assert done is not None
    assert done.user == user
