"""Accounts: what may be changed of one, and what may not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from repositories.entities.users import Onboarding, OnboardingStep, ProfileChanges
from repositories.errors import InvalidValue, NotFound
from repositories.stores import Backend
from tests.contract.builders import AT, LATER, MICROSECOND, SECOND, make_user, stored_user

PROFILES: list[ProfileChanges] = [
    {"name": "Léa"},
    {"avatar": "https://cdn.example.fr/b.png"},
    {"bio": "😀"},
    {"timezone": "America/Los_Angeles"},
    {"locale": "en"},
    {"avatar": None, "bio": None, "timezone": None},
    {"name": "Léa", "avatar": "b", "bio": "c", "timezone": "d", "locale": "e"},
    {"name": "", "bio": ""},
    {},
]


@pytest.mark.parametrize("changes", PROFILES, ids=lambda changes: "+".join(changes) or "nothing")
def test_a_profile_changes_only_where_asked(backend: Backend, changes: ProfileChanges) -> None:
    """X8: the answer is what is stored, and the rest is kept."""
    user = stored_user(backend, avatar="a", bio="b", timezone="Europe/Paris", password_hash="hash")
    other = stored_user(backend)

    with backend.unit() as stores:
        changed = stores.users.edit_profile(user.id, changes, LATER)

    with backend.unit() as stores:
        assert changed == replace(user, **changes, updated_at=LATER) == stores.users.get(user.id)
        assert stores.users.get(other.id) == other


@pytest.mark.parametrize(
    "field",
    ["id", "email", "role", "subscription", "created_at", "updated_at", "deleted_at", "password_hash", "nose", ""],
)
def test_what_is_not_part_of_a_profile_cannot_be_edited(backend: Backend, field: str) -> None:
    """X8: neither id, role and times nor a field nobody has heard of; and nothing is written."""
    user = stored_user(backend)
    changes: Any = {"name": "Léa", field: getattr(user, field, "x")}

    with backend.unit() as stores:
        with pytest.raises(TypeError):
            stores.users.edit_profile(user.id, changes, LATER)
        assert stores.users.get(user.id) == user


def test_a_profile_refused_keeps_its_old_values(backend: Backend) -> None:
    """X7, X8: a good change beside a bad one is not made either; then the unit goes on."""
    user = stored_user(backend)

    with backend.unit() as stores:
        with pytest.raises(InvalidValue):
            stores.users.edit_profile(user.id, {"bio": "fine", "name": "x" * 201}, LATER)
        assert stores.users.get(user.id) == user
        stores.users.edit_profile(user.id, {"bio": "fine"}, LATER)

    with backend.unit() as stores:
        assert stores.users.get(user.id).bio == "fine"


def test_a_name_cannot_be_taken_away(backend: Backend) -> None:
    """X7: None is refused where the field is not optional."""
    user = stored_user(backend)
    changes: Any = {"name": None}

    with backend.unit() as stores:
        with pytest.raises(InvalidValue):
            stores.users.edit_profile(user.id, changes, LATER)
        assert stores.users.get(user.id) == user


def test_onboarding_is_noted_step_by_step(backend: Backend) -> None:
    """X8, X14: the finished steps keep their order, and the rest of the account is kept."""
    user = stored_user(backend, bio="kept")
    steps = (OnboardingStep.PLATFORMS, OnboardingStep.PROFILE)

    with backend.unit() as stores:
        changed = stores.users.set_onboarding(user.id, Onboarding(OnboardingStep.PLAN, steps), LATER)

    with backend.unit() as stores:
        found = stores.users.get(user.id)
    assert found == changed == replace(user, onboarding=Onboarding(OnboardingStep.PLAN, steps), updated_at=LATER)
    assert found.onboarding.finished == steps


def test_a_password_hash_is_replaced(backend: Backend) -> None:
    """X8: and nothing else but the time of the change."""
    user = stored_user(backend, password_hash="old")

    with backend.unit() as stores:
        stores.users.set_password_hash(user.id, "new", LATER + MICROSECOND)

    with backend.unit() as stores:
        assert stores.users.get(user.id) == replace(user, password_hash="new", updated_at=LATER + MICROSECOND)


@pytest.mark.parametrize("hashed", ["x\x00", "\udfff", "x" * 256])
def test_a_password_hash_that_cannot_be_stored_is_refused(backend: Backend, hashed: str) -> None:
    """X7."""
    user = stored_user(backend, password_hash="old")

    with backend.unit() as stores:
        with pytest.raises(InvalidValue):
            stores.users.set_password_hash(user.id, hashed, LATER)
        assert stores.users.get(user.id) == user


def test_nothing_can_be_changed_of_an_unknown_account(backend: Backend) -> None:
    """X9: NotFound from every method, and nothing appears."""
    unknown = uuid4()

    with backend.unit() as stores:
        with pytest.raises(NotFound):
            stores.users.edit_profile(unknown, {"name": "Léa"}, AT)
        with pytest.raises(NotFound):
            stores.users.edit_profile(unknown, {"name": "x" * 201}, AT)
        with pytest.raises(NotFound):
            stores.users.set_onboarding(unknown, Onboarding(), AT)
        with pytest.raises(NotFound):
            stores.users.set_password_hash(unknown, "hash", AT)
        with pytest.raises(NotFound):
            stores.users.remove(unknown, AT)
        with pytest.raises(NotFound):
            stores.users.erase(unknown)
        stores.users.add(make_user(id=unknown))


def test_what_nobody_can_store_is_told_before_who_is_missing(backend: Backend) -> None:
    """X7, X9: of two reasons to refuse, both backends give the same."""
    with backend.unit() as stores:
        with pytest.raises(InvalidValue):
            stores.users.edit_profile(uuid4(), {"name": "\x00"}, AT)
        with pytest.raises(InvalidValue):
            stores.users.set_password_hash(uuid4(), "\ud800", AT)


def test_an_address_is_proved_once(backend: Backend) -> None:
    """The first time is kept."""
    user = stored_user(backend)

    with backend.unit() as stores:
        proved = stores.users.verify_email(user.id, LATER)
        again = stores.users.verify_email(user.id, LATER + SECOND)
        with pytest.raises(NotFound):
            stores.users.verify_email(uuid4(), LATER)

    assert proved == again == replace(user, email_verified_at=LATER, updated_at=LATER)
    with backend.unit() as stores:
        assert stores.users.get(user.id) == proved
