"""Accounts at other providers: each signs in as one user, and a user has one at each provider."""

from __future__ import annotations

from uuid import uuid4

import pytest

from repositories.entities.accounts import LinkedAccount, Provider
from repositories.errors import AccountTaken, BrokenReference, Conflict, InvalidValue, ProviderLinked
from repositories.stores import Backend
from tests.contract.builders import AT, given, limit_of, make_account, make_user, stored_user, undone

GOOGLE = Provider.GOOGLE


def test_an_account_is_stored_as_it_was_given(backend: Backend) -> None:
    """X1, X24."""
    user = stored_user(backend)
    account = make_account(user, provider_account_id="É😀" * 40)

    with backend.unit() as stores:
        added = stores.accounts.add(account)

    with backend.unit() as stores:
        assert added == account == stores.accounts.find_of(user.id, GOOGLE)
        assert stores.accounts.find_owner(GOOGLE, account.provider_account_id) == user.id


@pytest.mark.parametrize("subject", ["", "unknown", "\x00", "\ud800", "x" * 10_000, "SUBJECT", "subject "])
def test_an_unknown_account_signs_in_as_nobody(backend: Backend, subject: str) -> None:
    """X2: a subject is compared to the letter."""
    user = make_user()
    given(backend, user, make_account(user, provider_account_id="subject"))

    with backend.unit() as stores:
        assert stores.accounts.find_owner(GOOGLE, subject) is None
        assert stores.accounts.find_of(uuid4(), GOOGLE) is None


def test_an_account_signs_in_as_one_user_only(backend: Backend) -> None:
    """X4: and the unit goes on after the refusal."""
    zoe, lea = make_user(), make_user()
    account = make_account(zoe)
    given(backend, zoe, lea, account)

    with backend.unit() as stores:
        with pytest.raises(AccountTaken):
            stores.accounts.add(make_account(lea, provider_account_id=account.provider_account_id))
        hers = stores.accounts.add(make_account(lea))

    with backend.unit() as stores:
        assert stores.accounts.find_owner(GOOGLE, account.provider_account_id) == zoe.id
        assert stores.accounts.find_of(lea.id, GOOGLE) == hers


def test_a_user_has_one_account_at_a_provider(backend: Backend) -> None:
    """X4: another one is refused, until the first is unlinked."""
    user = make_user()
    first, second = make_account(user), make_account(user)
    given(backend, user, first)

    with backend.unit() as stores:
        with pytest.raises(ProviderLinked):
            stores.accounts.add(second)
        assert stores.accounts.remove(user.id, GOOGLE) is True
        assert stores.accounts.remove(user.id, GOOGLE) is False
        stores.accounts.add(second)

    with backend.unit() as stores:
        assert stores.accounts.find_of(user.id, GOOGLE) == second
        assert stores.accounts.find_owner(GOOGLE, first.provider_account_id) is None


def test_the_same_id_twice_is_a_conflict(backend: Backend) -> None:
    """X4."""
    zoe, lea = make_user(), make_user()
    account = make_account(zoe)
    given(backend, zoe, lea, account)

    with backend.unit() as stores, pytest.raises(Conflict):
        stores.accounts.add(make_account(lea, id=account.id))


def test_an_account_needs_its_user(backend: Backend) -> None:
    """X5."""
    with backend.unit() as stores, pytest.raises(BrokenReference):
        stores.accounts.add(make_account(make_user()))


@pytest.mark.parametrize("subject", ["\x00", "\ud800", "x" * (limit_of(LinkedAccount, "provider_account_id") + 1)])
def test_a_subject_that_cannot_be_stored_is_refused(backend: Backend, subject: str) -> None:
    """X11."""
    user = stored_user(backend)

    with backend.unit() as stores, pytest.raises(InvalidValue):
        stores.accounts.add(make_account(user, provider_account_id=subject))


def test_a_removed_user_keeps_her_account_and_an_erased_one_does_not(backend: Backend) -> None:
    """X6, X21: so that it signs in as nobody else in the meantime, and may again afterwards."""
    user, other = make_user(), make_user()
    account, hers = make_account(user), make_account(other)
    given(backend, user, other, account, hers)

    with backend.unit() as stores:
        stores.users.remove(user.id, AT)
    with backend.unit() as stores:
        assert stores.accounts.find_owner(GOOGLE, account.provider_account_id) == user.id
        stores.users.erase(user.id)

    with backend.unit() as stores:
        assert stores.accounts.find_owner(GOOGLE, account.provider_account_id) is None
        assert stores.accounts.find_of(user.id, GOOGLE) is None
        assert stores.accounts.find_of(other.id, GOOGLE) == hers


def test_a_link_undone_was_never_there(backend: Backend) -> None:
    """X15."""
    user = stored_user(backend)
    account = make_account(user)

    with undone(backend) as stores:
        stores.accounts.add(account)

    with backend.unit() as stores:
        assert stores.accounts.find_of(user.id, GOOGLE) is None
        stores.accounts.add(account)
