"""Accounts: what is stored, found and refused."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from uuid import uuid4

import pytest

from repositories.entities.users import Onboarding, OnboardingStep, Plan, Role, User
from repositories.errors import Conflict, EmailTaken, NotFound, StripeCustomerTaken
from repositories.stores import Backend
from tests.contract.builders import AT, LATER, given, make_user, stored_user


def full_user() -> User:
    """An account with every field set to something that is not its default."""
    return make_user(
        role=Role.ADMIN,
        subscription=Plan.ENTERPRISE,
        password_hash="$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
        avatar="https://cdn.example.fr/a.png",
        bio="Créatrice",
        timezone="Europe/Paris",
        locale="en",
        stripe_customer_id="cus_1",
        onboarding=Onboarding(OnboardingStep.AI_CONFIG, (OnboardingStep.PROFILE, OnboardingStep.PLATFORMS)),
        email_verified_at=LATER,
        is_active=False,
    )


def test_adding_an_account_answers_with_what_is_stored(backend: Backend) -> None:
    """X1, X24: every field is the caller's, the id and the times too."""
    user = full_user()

    with backend.unit() as stores:
        added = stores.users.add(user)

    with backend.unit() as stores:
        assert added == user == stores.users.get(user.id)


def test_a_stored_account_cannot_be_changed_from_outside(backend: Backend) -> None:
    """X1: what is handed out is frozen, so it is no alias through which the store could be changed."""
    user = stored_user(backend)

    with backend.unit() as stores:
        found = stores.users.get(user.id)
        with pytest.raises(FrozenInstanceError):
            found.name = "Léa"  # type: ignore[misc]  # it is frozen: that is the point
        assert stores.users.get(user.id) == user


def test_an_account_has_the_defaults_of_its_entity(backend: Backend) -> None:
    """X24: no backend has a default of its own."""
    user = stored_user(backend)

    with backend.unit() as stores:
        found = stores.users.get(user.id)

    assert (found.role, found.subscription, found.locale, found.is_active) == (Role.CREATOR, Plan.FREE, "fr", True)
    assert (found.password_hash, found.deleted_at, found.onboarding) == (None, None, Onboarding())


def test_an_unknown_account_is_not_found(backend: Backend) -> None:
    """X2."""
    stored_user(backend)

    with backend.unit() as stores, pytest.raises(NotFound):
        stores.users.get(uuid4())


def test_an_account_is_found_by_its_address(backend: Backend) -> None:
    """X2: the whole account, and only that one."""
    user = stored_user(backend, email="zoe@example.fr")
    stored_user(backend, email="lea@example.fr")

    with backend.unit() as stores:
        assert stores.users.find_by_email("zoe@example.fr") == user


@pytest.mark.parametrize("email", ["", "z", "zoe@example.f", "%", "zo_@example.fr", "zoe+1@example.fr"])
def test_an_address_of_nobody_finds_nobody(backend: Backend, email: str) -> None:
    """X2, X11: neither a part of an address nor a pattern is an address."""
    stored_user(backend, email="zoe@example.fr")

    with backend.unit() as stores:
        assert stores.users.find_by_email(email) is None


def test_an_address_is_taken_once(backend: Backend) -> None:
    """X3: the error names the field, nothing is written, and the same unit goes on."""
    first = stored_user(backend, email="zoe@example.fr")
    second = make_user(email="zoe@example.fr")

    with backend.unit() as stores:
        with pytest.raises(EmailTaken) as refusal:
            stores.users.add(second)
        with pytest.raises(NotFound):
            stores.users.get(second.id)
        third = stores.users.add(make_user())

    assert refusal.value.field == "email"
    with backend.unit() as stores:
        assert stores.users.find_by_email("zoe@example.fr") == first
        assert stores.users.get(third.id) == third


def test_an_address_is_taken_by_an_account_of_the_same_unit(backend: Backend) -> None:
    """X3: what the unit itself wrote counts."""
    with backend.unit() as stores:
        first = stores.users.add(make_user(email="zoe@example.fr"))
        with pytest.raises(EmailTaken):
            stores.users.add(make_user(email="zoe@example.fr"))

    with backend.unit() as stores:
        assert stores.users.find_by_email("zoe@example.fr") == first


def test_a_stripe_customer_is_one_account(backend: Backend) -> None:
    """X3: while any number of accounts have none."""
    given(backend, make_user(stripe_customer_id="cus_1"), make_user(), make_user())

    with backend.unit() as stores:
        with pytest.raises(StripeCustomerTaken) as refusal:
            stores.users.add(make_user(stripe_customer_id="cus_1"))
        stores.users.add(make_user(stripe_customer_id="CUS_1"))

    assert refusal.value.field == "stripe_customer_id"


def test_an_id_is_one_account(backend: Backend) -> None:
    """X3: a second account with the id of another does not take its place."""
    user = stored_user(backend)

    with backend.unit() as stores:
        with pytest.raises(Conflict) as refusal:
            stores.users.add(make_user(id=user.id, email="other@example.fr"))
        assert stores.users.get(user.id) == user
        assert stores.users.find_by_email("other@example.fr") is None

    assert refusal.value.field is None


def test_of_two_conflicts_the_address_is_told_first(backend: Backend) -> None:
    """X3: both backends tell the same one."""
    stored_user(backend, email="zoe@example.fr", stripe_customer_id="cus_1")

    with backend.unit() as stores, pytest.raises(EmailTaken):
        stores.users.add(make_user(email="zoe@example.fr", stripe_customer_id="cus_1"))


def test_a_second_account_is_equal_but_for_what_differs(backend: Backend) -> None:
    """X1, X14: two rows do not mix."""
    first, second = full_user(), replace(full_user(), stripe_customer_id="cus_2", created_at=AT)
    given(backend, first, second)

    with backend.unit() as stores:
        assert (stores.users.get(first.id), stores.users.get(second.id)) == (first, second)
