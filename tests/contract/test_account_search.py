"""Accounts: how administrators find them, and what is counted of one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from repositories.entities.users import Role, UserSearch
from repositories.errors import InvalidValue
from repositories.paging import PageRequest
from repositories.stores import Backend, Stores
from tests.contract.builders import (
    AT,
    MICROSECOND,
    SECOND,
    given,
    make_audit_event,
    make_invite,
    make_user,
    stored_user,
    undone,
)

ALL = PageRequest(limit=100)


def found(stores: Stores, **asked: Any) -> list[UUID]:
    return [user.id for user in stores.users.list_page(ALL, UserSearch(**asked)).items]


def test_accounts_are_listed_newest_first_and_in_pages(backend: Backend) -> None:
    """X15: of two of one moment the greater id first; a removed one is not there."""
    ids = sorted(uuid4() for _ in range(4))
    oldest, *twins = [make_user(id=one, created_at=AT + SECOND * bool(number)) for number, one in enumerate(ids)]
    given(backend, *twins, oldest, make_user(deleted_at=AT))

    with backend.unit() as stores:
        pages = [stores.users.list_page(PageRequest(page, 3), UserSearch()) for page in (1, 2, 3)]

    assert [[user.id for user in page.items] for page in pages] == [ids[:0:-1], ids[:1], []]
    assert [(page.total, page.page, page.limit) for page in pages] == [(4, 1, 3), (4, 2, 3), (4, 3, 3)]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("ÉLODIE", True),
        ("e\u0301lodie", True),
        (" élodie ", True),
        ("die m", True),
        ("STRASSE", True),
        ("ｍａｉｌ@", True),
        ("MAIL@Example", True),
        ("", True),
        ("  ", True),
        ("elodie", False),
        ("dieweg", False),
        ("martinmail", False),
        ("%", False),
        ("_", False),
        ("\\", False),
        (".*", False),
        ("x" * 300, False),
    ],
)
def test_a_text_is_looked_for_in_name_and_address_in_any_spelling(backend: Backend, text: str, is_found: bool) -> None:
    """L10: and to the letter."""
    user = stored_user(backend, name="Élodie Martin-Straße", email="Mail@example.fr")

    with backend.unit() as stores:
        assert found(stores, text=text) == ([user.id] if is_found else [])


@pytest.mark.parametrize("sign", ["%", "_", "\\", "'", '"', "*", "(", "%_\\"])
def test_signs_of_a_pattern_are_only_signs(backend: Backend, sign: str) -> None:
    """L10."""
    named = stored_user(backend, name=f"a{sign}b")
    given(backend, make_user(name="axb"), make_user(name="ab"))

    with backend.unit() as stores:
        assert found(stores, text=sign) == found(stores, text=f"A{sign}B") == [named.id]


def test_a_search_finds_what_all_of_it_asks_for(backend: Backend) -> None:
    """Role, activity and text together; the total counts the same."""
    given(backend, *(make_user(name="Zoé", role=role, is_active=active) for role in Role for active in (True, False)))
    given(backend, make_user(name="Léa", role=Role.ADMIN))

    with backend.unit() as stores:
        totals = [
            stores.users.list_page(PageRequest(1, 1), search).total
            for search in (
                UserSearch(),
                UserSearch(role=Role.ADMIN),
                UserSearch(is_active=False),
                UserSearch(is_active=True),
                UserSearch("zoé", Role.ADMIN),
                UserSearch("zoé", Role.ADMIN, is_active=False),
            )
        ]

    assert totals == [5, 3, 2, 3, 2, 1]


@pytest.mark.parametrize("text", ["\x00", "a\ud800"])
def test_a_text_that_nothing_can_hold_is_refused(backend: Backend, text: str) -> None:
    """X7."""
    with backend.unit() as stores, pytest.raises(InvalidValue):
        found(stores, text=text)


def test_a_name_is_found_as_it_is_now(backend: Backend) -> None:
    """Whoever changed it, and however the unit ends."""
    user = stored_user(backend, name="Old")

    with undone(backend) as stores:
        stores.users.edit_profile(user.id, {"name": "Undone"}, AT)
    with backend.unit() as stores:
        assert found(stores, text="undone") == []
        stores.users.edit_profile(user.id, {"name": "Profile"}, AT)
        assert (found(stores, text="old"), found(stores, text="profile")) == ([], [user.id])
        stores.users.change_account(user.id, {"name": "Account"}, AT)
        assert (found(stores, text="profile"), found(stores, text="account")) == ([], [user.id])


def test_known_accounts_are_told_from_others(backend: Backend) -> None:
    """Each once, by id; a removed one is not known."""
    one, two = sorted((stored_user(backend), stored_user(backend)), key=lambda user: user.id)
    removed = make_user(deleted_at=AT)
    given(backend, removed)

    with backend.unit() as stores:
        assert stores.users.list_known([two.id, uuid4(), one.id, two.id, removed.id]) == (one, two)
        assert stores.users.list_known([]) == ()


def test_the_invitations_a_user_made_are_counted(backend: Backend) -> None:
    """And not those that she used."""
    user, guest = stored_user(backend), stored_user(backend)
    mine = {"created_by": user.id}
    given(backend, make_invite(**mine), make_invite(**mine, revoked_at=AT), make_invite())
    given(backend, make_invite(**mine, used_at=AT, used_by=guest.id), make_invite(used_at=AT, used_by=user.id))

    with backend.unit() as stores:
        counts = stores.invites.count_of(user.id)
        assert (counts.total, counts.used, counts.revoked, counts.open) == (3, 1, 1, 1)
        assert stores.invites.count_of(guest.id).total == 0


def test_what_an_account_did_is_counted_from_a_moment_on(backend: Backend) -> None:
    """That moment included; what was done to it is not what it did."""
    user = uuid4()
    times = [AT - MICROSECOND, AT, AT + timedelta(days=40)]
    given(backend, *(make_audit_event(action="seen", actor_id=user, created_at=at) for at in times))
    given(backend, make_audit_event(action="other", actor_id=user), make_audit_event(action="seen", subject_id=user))

    with backend.unit() as stores:
        assert stores.audit.count_since("seen", user, AT) == 2
        assert stores.audit.count_since("unheard of", user, AT) == 0
