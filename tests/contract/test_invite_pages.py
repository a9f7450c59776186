"""Pages of invitations: in order, complete, and refused where there can be none."""

from __future__ import annotations

import time
from uuid import UUID

import pytest

from repositories.errors import InvalidValue
from repositories.paging import PageRequest
from repositories.stores import Backend
from tests.contract.builders import AT, LATER, SECOND, given, make_invite, make_user, stored_user, undone

MANY = 10_000
BUDGET = 4.0  # seconds for a page of many, on a machine that does much else; it takes a few hundredths


def ids_of(backend: Backend, request: PageRequest) -> list[UUID]:
    """The ids on a page, in its order."""
    with backend.unit(read_only=True) as stores:
        return [listed.invite.id for listed in stores.invites.list_page(request).items]


def test_a_list_of_nothing_is_an_empty_page(backend: Backend) -> None:
    """X11."""
    with backend.unit() as stores:
        page = stores.invites.list_page(PageRequest())

    assert (page.items, page.total, page.page, page.limit, page.pages) == ((), 0, 1, 20, 0)


def test_invitations_are_listed_newest_first(backend: Backend) -> None:
    """X11: in whatever order they came."""
    oldest, middle, newest = make_invite(), make_invite(created_at=AT + SECOND), make_invite(created_at=LATER)
    given(backend, middle, newest, oldest)

    assert ids_of(backend, PageRequest()) == [newest.id, middle.id, oldest.id]


def test_invitations_of_one_instant_are_listed_by_id(backend: Backend) -> None:
    """X11: the tie is broken, so that pages neither repeat nor leave out."""
    invites = [make_invite(id=UUID(int=number << 96 | 7)) for number in (2, 2**31, 1, 2**32 - 1, 3)]
    given(backend, *invites)
    expected = sorted((invite.id for invite in invites), reverse=True)

    assert ids_of(backend, PageRequest()) == expected
    assert [ids_of(backend, PageRequest(page, 1)) for page in (1, 2, 3, 4, 5)] == [[one] for one in expected]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6, 100])
def test_pages_of_any_size_hold_everything_once(backend: Backend, limit: int) -> None:
    """X11, X12: across every boundary, with the total on each page and on the one past the end."""
    given(backend, *(make_invite(created_at=AT + SECOND * (number // 2)) for number in range(5)))
    expected = ids_of(backend, PageRequest(limit=100))

    with backend.unit() as stores:
        last = -(-5 // limit)
        pages = [stores.invites.list_page(PageRequest(page, limit)) for page in range(1, last + 2)]

    assert [listed.invite.id for page in pages for listed in page.items] == expected
    assert [(page.total, page.page, page.limit, page.pages) for page in pages] == [
        (5, number, limit, last) for number in range(1, last + 2)
    ]
    assert pages[-1].items == ()


@pytest.mark.parametrize("page", [3, 1000, 2**31, 2**40])
def test_a_page_past_the_end_is_empty_and_knows_the_total(backend: Backend, page: int) -> None:
    """X11."""
    given(backend, make_invite(), make_invite())

    with backend.unit() as stores:
        found = stores.invites.list_page(PageRequest(page, 1))

    assert (found.items, found.total, found.page) == ((), 2, page)


@pytest.mark.parametrize(("page", "limit"), [(0, 20), (-1, 20), (1, 0), (1, -1), (2**62, 20), (1, 2**63), (2**70, 1)])
def test_a_page_that_cannot_be_is_refused(backend: Backend, page: int, limit: int) -> None:
    """X7, X11: pages are numbered from 1, and hold at least a row."""
    given(backend, make_invite())

    with backend.unit() as stores, pytest.raises(InvalidValue):
        stores.invites.list_page(PageRequest(page, limit))


def test_a_page_shows_what_its_unit_has_written(backend: Backend) -> None:
    """X16: and forgets it when the unit is undone."""
    kept = make_invite()
    given(backend, kept)
    user = make_user()
    added = make_invite(created_at=LATER)

    with undone(backend) as stores:
        stores.users.add(user)
        stores.invites.add_all([added])
        stores.invites.redeem(added.code, user.email, user.id, LATER)
        page = stores.invites.list_page(PageRequest())
        assert [listed.invite.id for listed in page.items] == [added.id, kept.id]
        assert page.items[0].used_by_email == user.email
        assert page.total == 2

    assert ids_of(backend, PageRequest()) == [kept.id]


def test_an_invitation_shows_the_address_of_whoever_used_it(backend: Backend) -> None:
    """X21: also when that account is removed: an administrator sees where an invitation went."""
    user = stored_user(backend, email="Zoe@example.fr")
    invite = make_invite()
    given(backend, invite)

    with backend.unit() as stores:
        stores.invites.redeem(invite.code, user.email, user.id, AT)
        stores.users.remove(user.id, LATER)

    with backend.unit() as stores:
        assert stores.invites.list_page(PageRequest()).items[0].used_by_email == "Zoe@example.fr"


def test_pages_of_ten_thousand_are_right_and_quick(backend: Backend) -> None:
    """X25: the first, one in the middle, and the last."""
    user = stored_user(backend)
    invites = [make_invite(created_at=AT + SECOND * (number // 3), code=f"{number:016}") for number in range(MANY)]
    with backend.unit() as stores:
        stores.invites.add_all(invites)
        stores.invites.redeem(invites[-1].code, user.email, user.id, AT)
    expected = [one.id for one in sorted(invites, key=lambda one: (one.created_at, one.id), reverse=True)]

    for number in (1, 50, 100):
        start = time.perf_counter()
        with backend.unit(read_only=True) as stores:
            page = stores.invites.list_page(PageRequest(number, 100))
        assert time.perf_counter() - start < BUDGET
        assert [listed.invite.id for listed in page.items] == expected[(number - 1) * 100 : number * 100]
        assert (page.total, page.pages) == (MANY, 100)
