"""The waitlist: who is on it, once, and who was invited from it, once."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from repositories.entities.waitlist import WaitlistCounts, WaitlistEntry, WaitlistState
from repositories.errors import Conflict, InvalidValue
from repositories.paging import PageRequest
from repositories.stores import Backend
from tests.contract.builders import AT, LATER, SECOND, given, limit_of, make_entry, make_user, undone
from tests.contract.threads import race

ALL = PageRequest(limit=100)


def waiting_line(backend: Backend, length: int) -> list[WaitlistEntry]:
    """Entries that came one after the other, stored the last one first."""
    line = [make_entry(created_at=AT + SECOND * number) for number in range(length)]
    given(backend, *reversed(line))
    return line


@pytest.mark.parametrize("spelling", ["zoe@example.fr", " ZOE@Example.FR", "ｚｏｅ@example.fr"])
def test_an_address_joins_once_in_whatever_spelling(backend: Backend, spelling: str) -> None:
    """The second time changes nothing, not even for who was invited."""
    first = make_entry(email="zoe@example.fr", invited_at=LATER)

    with backend.unit() as stores:
        assert stores.waitlist.join(first) is True
        assert stores.waitlist.join(make_entry(email=spelling, locale="en", created_at=LATER)) is False

    with backend.unit() as stores:
        assert stores.waitlist.list_page(ALL).items == (first,)


def test_of_many_who_join_with_one_address_at_once_one_is_new(backend: Backend) -> None:
    """X17."""

    def join(_number: int) -> bool:
        with backend.unit() as stores:
            return stores.waitlist.join(make_entry(email="zoe@example.fr"))

    assert race(join, 16).count(True) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "x" * (limit_of(WaitlistEntry, "email") + 1)},
        {"email": "ß" * 200},
        {"email": "a\x00@example.fr"},
        {"email": "\ud800"},
        {"locale": "x" * (limit_of(WaitlistEntry, "locale") + 1)},
    ],
)
def test_what_cannot_be_stored_is_refused_and_the_unit_goes_on(backend: Backend, wrong: dict[str, str]) -> None:
    """X3."""
    entry = make_entry()

    with backend.unit() as stores:
        with pytest.raises(InvalidValue):
            stores.waitlist.join(make_entry(**wrong))
        assert stores.waitlist.join(entry)
        with pytest.raises(Conflict):
            stores.waitlist.join(make_entry(id=entry.id))
        assert stores.waitlist.list_page(ALL).items == (entry,)


def test_who_came_first_is_first_on_every_page(backend: Backend) -> None:
    line = waiting_line(backend, 5)

    with backend.unit() as stores:
        pages = [stores.waitlist.list_page(PageRequest(number, 2)) for number in (1, 2, 3, 4)]

    assert [one for page in pages for one in page.items] == line
    assert {page.total for page in pages} == {5}


def test_the_list_tells_who_waits_from_who_was_invited(backend: Backend) -> None:
    line = waiting_line(backend, 3)

    with backend.unit() as stores:
        stores.waitlist.invite([line[1].id], LATER)
        waiting = stores.waitlist.list_page(ALL, WaitlistState.WAITING)
        invited = stores.waitlist.list_page(ALL, WaitlistState.INVITED)

    assert (waiting.items, waiting.total) == ((line[0], line[2]), 2)
    assert (invited.items, invited.total) == ((replace(line[1], invited_at=LATER),), 1)


def test_an_invitation_is_made_once_for_each_entry(backend: Backend) -> None:
    """Unknown ids, and those of entries that were invited, are passed over."""
    line = waiting_line(backend, 3)

    with backend.unit() as stores:
        first = stores.waitlist.invite([line[1].id, line[0].id, uuid4()], AT)
        again = stores.waitlist.invite([one.id for one in line], LATER)

    assert list(first) == [replace(one, invited_at=AT) for one in line[:2]]
    assert list(again) == [replace(line[2], invited_at=LATER)]


def test_those_who_have_waited_longest_are_invited_first(backend: Backend) -> None:
    line = waiting_line(backend, 4)

    with backend.unit() as stores:
        stores.waitlist.invite([line[0].id], AT)
        chosen = stores.waitlist.invite_oldest(2, LATER)
        assert stores.waitlist.invite_oldest(0, LATER) == ()
        assert [one.id for one in stores.waitlist.invite_oldest(9, LATER)] == [line[3].id]

    assert list(chosen) == [replace(one, invited_at=LATER) for one in line[1:3]]


def test_however_many_invite_at_once_nobody_is_invited_twice(backend: Backend) -> None:
    """X17: by name and by number at the same time."""
    line = waiting_line(backend, 12)
    ids = [one.id for one in line]

    def invite(number: int) -> list[WaitlistEntry]:
        with backend.unit() as stores:
            waitlist = stores.waitlist
            return list(waitlist.invite_oldest(5, AT) if number % 2 else waitlist.invite(ids[::-1], AT))

    marked = [entry for answer in race(invite, 16) if isinstance(answer, list) for entry in answer]

    assert len(marked) == len(line)
    assert {entry.id for entry in marked} == set(ids)


def test_who_is_invited_by_other_means_is_noted_and_the_first_time_stays(backend: Backend) -> None:
    zoe, lea = make_entry(email="zoe@example.fr", locale="en"), make_entry(email="lea@example.fr", invited_at=AT)
    given(backend, zoe, lea, make_entry())

    with backend.unit() as stores:
        noted = stores.waitlist.note_invited(["ZOE@example.fr", "lea@example.fr", "x@example.fr", "\x00"], LATER)
        assert stores.waitlist.note_invited([], LATER) == ()
        assert stores.waitlist.count() == WaitlistCounts(3, 2, 0)

    assert set(noted) == {replace(zoe, invited_at=LATER), lea}


def test_the_counts_tell_how_far_they_came(backend: Backend) -> None:
    """An account counts by its address, in any spelling, as long as it is not deleted."""
    line = waiting_line(backend, 4)
    given(backend, make_user(email=line[0].email.upper()), make_user(email=line[1].email, deleted_at=AT), make_user())

    with backend.unit() as stores:
        stores.waitlist.invite([one.id for one in line[:3]], AT)
        counts = stores.waitlist.count()

    assert counts == WaitlistCounts(total=4, invited=3, signed_up=1)
    assert counts.waiting == 1


def test_a_forgotten_address_is_gone_in_every_spelling_and_may_join_again(backend: Backend) -> None:
    other = make_entry(email="")
    given(backend, make_entry(email="zoe@example.fr", invited_at=AT), other)

    with backend.unit() as stores:
        stores.waitlist.forget("Zoe@EXAMPLE.fr ")
        stores.waitlist.forget("nobody@example.fr")
        stores.waitlist.forget("\x00")
        assert stores.waitlist.list_page(ALL).items == (other,)
        assert stores.waitlist.join(make_entry(email="zoe@example.fr")) is True


def test_what_a_failed_unit_marked_still_waits(backend: Backend) -> None:
    """X2."""
    [entry] = waiting_line(backend, 1)

    with undone(backend) as stores:
        stores.waitlist.invite([entry.id], AT)
        stores.waitlist.note_invited([entry.email], AT)
        stores.waitlist.forget(entry.email)

    with backend.unit() as stores:
        assert stores.waitlist.list_page(ALL).items == (entry,)


def test_an_entry_is_found_by_its_address_in_any_spelling(backend: Backend) -> None:
    entry = make_entry(email="zoe@example.fr")
    given(backend, entry, make_entry(email="lea@example.fr"))

    with backend.unit() as stores:
        assert stores.waitlist.find("ZOE@example.fr") == entry
        assert stores.waitlist.find("ines@example.fr") is None
        assert stores.waitlist.find("\x00") is None
