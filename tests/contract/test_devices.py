"""Known devices: which marks belong to whom."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from repositories.errors import BrokenReference, Conflict
from repositories.stores import Backend
from tests.contract.builders import AT, LATER, SECOND, given, make_device, make_user, stored_user
from tests.contract.threads import race


def test_a_device_is_new_the_first_time(backend: Backend) -> None:
    """X1, X8: then only the time it was seen changes."""
    user = stored_user(backend)
    first = make_device(user)
    again = make_device(user, mark_hash=first.mark_hash, created_at=LATER, seen_at=LATER)

    with backend.unit() as stores:
        assert stores.devices.note(first) is False
        assert stores.devices.note(again) is True

    with backend.unit() as stores:
        assert stores.devices.list_of(user.id) == (replace(first, seen_at=LATER),)


def test_a_mark_is_known_for_its_user_alone(backend: Backend) -> None:
    """X22: two people may share a device."""
    zoe, lea = stored_user(backend), stored_user(backend)
    hers = make_device(zoe)
    given(backend, hers)

    with backend.unit() as stores:
        other = make_device(lea, mark_hash=hers.mark_hash)
        assert stores.devices.note(other) is False
        assert stores.devices.list_of(zoe.id) == (hers,)
        assert stores.devices.list_of(lea.id) == (other,)


def test_a_device_needs_its_user_and_an_id_of_its_own(backend: Backend) -> None:
    """X3, X5: nothing is written, and the unit goes on."""
    user = stored_user(backend)
    device = make_device(user)

    with backend.unit() as stores:
        with pytest.raises(BrokenReference):
            stores.devices.note(make_device(make_user()))
        stores.devices.note(device)
        with pytest.raises(Conflict):
            stores.devices.note(make_device(user, id=device.id))
        assert stores.devices.list_of(user.id) == (device,)
        assert stores.devices.list_of(uuid4()) == ()


def test_devices_go_with_their_user(backend: Backend) -> None:
    """X6."""
    user = stored_user(backend)
    given(backend, make_device(user))

    with backend.unit() as stores:
        stores.users.erase(user.id)
        assert stores.devices.list_of(user.id) == ()


def test_devices_unseen_for_long_are_purged_the_oldest_first(backend: Backend) -> None:
    """In batches, and never one that was seen since."""
    user = stored_user(backend)
    ages = [make_device(user, seen_at=AT + SECOND * number) for number in range(4)]
    given(backend, *ages)

    with backend.unit() as stores:
        assert stores.devices.remove_unseen(AT + SECOND * 3, 2) == 2
        assert stores.devices.remove_unseen(AT + SECOND * 3, 2) == 1
        assert stores.devices.remove_unseen(AT + SECOND * 3, 2) == 0
        assert stores.devices.list_of(user.id) == (ages[3],)


def test_of_many_sign_ins_at_once_one_is_from_a_new_device(backend: Backend) -> None:
    """X17."""
    user = stored_user(backend)
    mark = uuid4().bytes

    def note(_number: int) -> bool:
        with backend.unit() as stores:
            return stores.devices.note(make_device(user, mark_hash=mark))

    assert race(note, 16).count(False) == 1
