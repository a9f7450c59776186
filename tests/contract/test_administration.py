"""Accounts: what administrators look up, change and end, and that one of them is always left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from repositories.entities.users import AccountChanges, ChangedUser, Role, User, UserSearch
from repositories.errors import BrokenReference, InvalidValue, LastAdmin, NotFound
from repositories.paging import PageRequest
from repositories.stores import Backend, Stores
from tests.contract.builders import (
    AT,
    LATER,
    given,
    make_session,
    make_user,
    stored_user,
)
from tests.contract.threads import race

ROUNDS = 20
ALL = PageRequest(limit=100)

CHANGES: list[AccountChanges] = [
    {"name": "Léa"},
    {"role": Role.ADMIN},
    {"is_active": False},
    {"name": "Léa", "role": Role.ADMIN, "is_active": False},
    {},
]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: "+".join(changes) or "nothing")
def test_an_account_changes_only_where_asked(backend: Backend, changes: AccountChanges) -> None:
    """X8: the answer is what was and what is stored, and the rest is kept."""
    user, other = stored_user(backend, bio="b", password_hash="hash"), stored_user(backend)

    with backend.unit() as stores:
        changed = stores.users.change_account(user.id, changes, LATER)

    with backend.unit() as stores:
        assert changed == ChangedUser(user, replace(user, **changes, updated_at=LATER))
        assert stores.users.get(user.id) == changed.after
        assert stores.users.get(other.id) == other


@pytest.mark.parametrize("field", ["id", "email", "subscription", "password_hash", "bio", "deleted_at", "nose", ""])
def test_what_is_not_an_administrators_business_cannot_be_changed(backend: Backend, field: str) -> None:
    """X8: and nothing is written."""
    user = stored_user(backend)
    changes: Any = {"name": "Léa", field: getattr(user, field, "x")}

    with backend.unit() as stores:
        with pytest.raises(TypeError):
            stores.users.change_account(user.id, changes, LATER)
        assert stores.users.get(user.id) == user


@pytest.mark.parametrize("name", ["\x00", "\ud800", "x" * 201, None])
def test_an_account_refused_keeps_its_old_values(backend: Backend, name: Any) -> None:
    """X7: the unit goes on."""
    user = stored_user(backend)

    with backend.unit() as stores:
        with pytest.raises(InvalidValue):
            stores.users.change_account(user.id, {"name": name, "role": Role.ADMIN}, LATER)
        assert stores.users.get(user.id) == user
        stores.users.change_account(user.id, {"name": "Léa"}, LATER)


def test_an_account_that_is_not_there_cannot_be_changed(backend: Backend) -> None:
    """X9: unknown or removed."""
    removed = stored_user(backend)

    with backend.unit() as stores:
        stores.users.remove(removed.id, AT)
        for one in (removed.id, uuid4()):
            with pytest.raises(NotFound):
                stores.users.change_account(one, {"name": "Léa"}, LATER)


Ending = Callable[[Stores, UUID], object]
ENDINGS: dict[str, Ending] = {
    "demoted": lambda stores, one: stores.users.change_account(one, {"role": Role.CREATOR}, AT),
    "deactivated": lambda stores, one: stores.users.change_account(one, {"is_active": False}, AT),
    "removed": lambda stores, one: stores.users.remove(one, AT),
    "erased": lambda stores, one: stores.users.erase(one),
}


def stored_admin(backend: Backend, **fields: Any) -> User:
    return stored_user(backend, role=Role.ADMIN, **fields)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_last_administrator_stays(backend: Backend, ending: str) -> None:
    """Creators, inactive and removed administrators do not count; with a second one she may go."""
    last = stored_admin(backend)
    given(backend, make_user(), make_user(role=Role.ADMIN, is_active=False), make_user(role=Role.ADMIN, deleted_at=AT))

    with backend.unit() as stores:
        with pytest.raises(LastAdmin):
            ENDINGS[ending](stores, last.id)
        assert stores.users.get(last.id) == last
        second = stores.users.add(make_user(role=Role.ADMIN))
        ENDINGS[ending](stores, last.id)
        with pytest.raises(LastAdmin):
            ENDINGS[ending](stores, second.id)


@pytest.mark.parametrize("ending", ENDINGS)
def test_whoever_is_no_active_administrator_may_go(backend: Backend, ending: str) -> None:
    """Also where there is no administrator at all."""
    creator, barred = stored_user(backend), stored_admin(backend, is_active=False)

    with backend.unit() as stores:
        ENDINGS[ending](stores, creator.id)
        ENDINGS[ending](stores, barred.id)


def test_a_last_administrator_may_be_renamed(backend: Backend) -> None:
    """And told again to be what she is."""
    last = stored_admin(backend)

    with backend.unit() as stores:
        changed = stores.users.change_account(last.id, {"name": "L", "role": Role.ADMIN, "is_active": True}, AT)

    assert changed.after.name == "L"


@pytest.mark.parametrize("callers", [2, 3, 8, 32])
def test_all_administrators_at_once_leave_one(backend: Backend, callers: int) -> None:
    """X20: each ends another one, in every way; no deadlock, and never none left."""
    ways = list(ENDINGS.values())
    for number in range(ROUNDS):
        with backend.unit() as stores:
            before = stores.users.list_page(ALL, UserSearch(role=Role.ADMIN, is_active=True)).items
            admins = [*before, *(stores.users.add(make_user(role=Role.ADMIN)) for _ in range(callers - len(before)))]

        def end(index: int, admins: list[User] = admins, number: int = number) -> None:
            with backend.unit() as stores:
                ways[(index + number) % len(ways)](stores, admins[index].id)

        answers = race(end, callers)

        with backend.unit() as stores:
            left = stores.users.list_page(ALL, UserSearch(role=Role.ADMIN, is_active=True))
        assert left.total == 1
        assert [type(answer) for answer in answers if answer is not None] == [LastAdmin]


def test_administrators_who_end_each_other_leave_one(backend: Backend) -> None:
    """X20: two only, each in a unit that ends the other's sessions, too."""
    pair = [stored_admin(backend), stored_admin(backend)]
    for _ in range(ROUNDS):
        given(backend, *map(make_session, pair))

        def end(index: int) -> None:
            with backend.unit() as stores:
                stores.users.change_account(pair[1 - index].id, {"role": Role.CREATOR}, AT)
                stores.sessions.remove_all_of(pair[1 - index].id)

        answers = race(end, 2)

        assert sorted(type(answer).__name__ for answer in answers) == ["LastAdmin", "NoneType"]
        winner, loser = (pair[index] for index in sorted((0, 1), key=lambda index: answers[index] is not None))
        with backend.unit() as stores:
            assert [len(stores.sessions.list_of(one.id, AT)) > 0 for one in (winner, loser)] == [True, False]
            stores.users.change_account(loser.id, {"role": Role.ADMIN}, AT)


@pytest.mark.parametrize("ending", ["deactivated", "removed"])
def test_nobody_signs_in_while_her_account_ends(backend: Backend, ending: str) -> None:
    """X20: whichever comes first, no session is left behind."""
    for _ in range(ROUNDS):
        user = stored_user(backend)

        def act(index: int, user: User = user) -> None:
            with backend.unit() as stores:
                if index:
                    stores.sessions.add(make_session(user))
                else:
                    ENDINGS[ending](stores, user.id)
                    stores.sessions.remove_all_of(user.id)

        answers = race(act, 8)

        assert answers[0] is None
        assert {type(answer) for answer in answers} <= {type(None), BrokenReference}
        with backend.unit() as stores:
            assert stores.sessions.list_of(user.id, AT) == ()
