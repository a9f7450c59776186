"""API keys: found by their hash, so many of an owner, replaced once, ended once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from repositories.entities.api_keys import ApiKey, KeyIdentity, Scope
from repositories.errors import BrokenReference, Conflict, InvalidValue, KeyReplaced, NotFound, TooManyKeys
from repositories.paging import PageRequest
from repositories.stores import Backend
from tests.contract.builders import (
    AT,
    LATER,
    MICROSECOND,
    SECOND,
    given,
    limit_of,
    make_key,
    make_user,
    stored_user,
    undone,
)

MOST = 5


def stored_key(backend: Backend, **fields: Any) -> ApiKey:
    """A key of an owner of its own."""
    key = make_key(stored_user(backend), **fields)
    given(backend, key)
    return key


def test_a_key_is_stored_as_it_was_given(backend: Backend) -> None:
    """X1, X24: with its owner, every field the caller's."""
    user = stored_user(backend)
    times = {"expires_at": LATER, "last_used_at": AT, "created_at": AT - SECOND}
    key = make_key(user, scopes=tuple(Scope), name="é😀", key_hash=bytes(range(256)), replaced_by=uuid4(), **times)
    plain = make_key(user, scopes=())

    with backend.unit() as stores:
        assert stores.api_keys.add(key, MOST) == key
        assert stores.api_keys.add(plain, MOST) == plain

    with backend.unit() as stores:
        assert stores.api_keys.find_identity(key.key_hash, AT) == KeyIdentity(key, user)
        assert stores.api_keys.get(user.id, key.id) == key
        assert stores.api_keys.get(user.id, plain.id) == plain


@pytest.mark.parametrize("key_hash", [b"", b"\x00", b"unknown", b"\xff" * 10_000])
def test_an_unknown_key_identifies_nobody(backend: Backend, key_hash: bytes) -> None:
    """X2."""
    stored_key(backend)

    with backend.unit() as stores:
        assert stores.api_keys.find_identity(key_hash, AT) is None


def test_a_key_ends_exactly_when_it_expires(backend: Backend) -> None:
    """V6, X23; and is still there to be looked at."""
    key = stored_key(backend, expires_at=LATER)

    with backend.unit() as stores:
        assert stores.api_keys.find_identity(key.key_hash, LATER - MICROSECOND) is not None
        assert stores.api_keys.find_identity(key.key_hash, LATER) is None
        assert stores.api_keys.get(key.user_id, key.id) == key
        assert stores.api_keys.list_page(key.user_id, LATER, PageRequest()).items == (key,)


def test_an_owner_has_so_many_keys_and_no_more(backend: Backend) -> None:
    """V10: those that are revoked or replaced do not count, those of others neither; the unit goes on."""
    user = stored_user(backend)
    keys = [make_key(user, expires_at=AT) for _ in range(MOST)]
    given(backend, make_key(user, revoked_at=AT), make_key(user, replaced_by=uuid4()), *keys)
    stored_key(backend)

    with backend.unit() as stores:
        with pytest.raises(TooManyKeys):
            stores.api_keys.add(make_key(user), MOST)
        stores.api_keys.revoke(user.id, keys[0].id, AT)
        stores.api_keys.add(make_key(user), MOST)
        with pytest.raises(TooManyKeys):
            stores.api_keys.add(make_key(user), MOST)


@pytest.mark.parametrize("field", ["id", "key_hash"])
def test_a_key_is_unlike_every_other(backend: Backend, field: str) -> None:
    """X3: nothing is written, and the same unit goes on."""
    key, other = stored_key(backend), stored_user(backend)

    with backend.unit() as stores:
        with pytest.raises(Conflict):
            stores.api_keys.add(make_key(other, **{field: getattr(key, field)}), MOST)
        assert stores.api_keys.list_page(other.id, AT, PageRequest()).total == 0
        stores.api_keys.add(make_key(other), MOST)


@pytest.mark.parametrize("name", ["x" * (limit_of(ApiKey, "name") + 1), "\x00", "\ud800"])
def test_a_key_with_a_name_that_cannot_be_stored_is_refused(backend: Backend, name: str) -> None:
    """X7."""
    user = stored_user(backend)

    with backend.unit() as stores:
        with pytest.raises(InvalidValue):
            stores.api_keys.add(make_key(user, name=name), MOST)
        stores.api_keys.add(make_key(user, name="x" * limit_of(ApiKey, "name")), MOST)


def test_a_key_needs_an_owner_who_may_sign_in(backend: Backend) -> None:
    """X5, X21: one that exists, is active and is not deleted."""
    barred, deleted = stored_user(backend, is_active=False), stored_user(backend, deleted_at=AT)

    for user in (barred, deleted, make_user()):
        with backend.unit() as stores, pytest.raises(BrokenReference):
            stores.api_keys.add(make_key(user), MOST)


def test_a_deleted_owner_has_dead_keys(backend: Backend) -> None:
    """V9: even those nobody revoked."""
    key = stored_key(backend)

    with backend.unit() as stores:
        stores.users.remove(key.user_id, AT)
        assert stores.api_keys.find_identity(key.key_hash, AT) is None


def test_an_erased_owner_takes_the_keys_along(backend: Backend) -> None:
    """X6."""
    key = stored_key(backend)

    with backend.unit() as stores:
        stores.users.erase(key.user_id)
        assert stores.api_keys.list_page(key.user_id, AT, PageRequest()).total == 0


def test_keys_are_listed_newest_first_and_only_those_of_their_owner(backend: Backend) -> None:
    """X13: a replaced one while it works, an expired one until it is revoked."""
    user = stored_user(backend)
    keys = [make_key(user, created_at=AT + turn * SECOND) for turn in range(3)]
    waning = make_key(user, created_at=AT - SECOND, replaced_by=uuid4(), expires_at=LATER)
    expired = make_key(user, created_at=AT - 2 * SECOND, expires_at=AT)
    gone = make_key(user, revoked_at=AT)
    given(backend, *keys, waning, expired, gone, make_key(stored_user(backend)))

    with backend.unit() as stores:
        first = stores.api_keys.list_page(user.id, AT, PageRequest(1, 2))
        second = stores.api_keys.list_page(user.id, AT, PageRequest(2, 2))
        past = stores.api_keys.list_page(user.id, LATER, PageRequest(9, 2))
        later = stores.api_keys.list_page(user.id, LATER, PageRequest())
    assert (first.items, first.total) == ((keys[2], keys[1]), 5)
    assert second.items == (keys[0], waning)
    assert (past.items, past.total) == ((), 4)
    assert later.items == (keys[2], keys[1], keys[0], expired)


def test_a_use_is_noted_unless_one_was_noted_since(backend: Backend) -> None:
    """V6."""
    key = stored_key(backend)
    minute = timedelta(minutes=1)

    def last_use() -> object:
        with backend.unit() as stores:
            return stores.api_keys.get(key.user_id, key.id).last_used_at

    for at, noted in ((AT, AT), (AT + minute - MICROSECOND, AT), (AT + minute, AT + minute)):
        with backend.unit() as stores:
            stores.api_keys.touch(key.id, at, at - minute)
        assert last_use() == noted


def test_touching_a_key_that_is_gone_brings_nothing_back(backend: Backend) -> None:
    """X9."""
    key = stored_key(backend)

    with backend.unit() as stores:
        stores.api_keys.revoke(key.user_id, key.id, AT)
        stores.api_keys.touch(key.id, AT, AT)
        stores.api_keys.touch(uuid4(), AT, AT)
        assert stores.api_keys.find_identity(key.key_hash, AT) is None


@pytest.mark.parametrize("own_end", [None, AT + SECOND, LATER + SECOND])
def test_a_replaced_key_works_until_the_end_of_the_overlap(backend: Backend, own_end: Any) -> None:
    """V5: or its own, if that is earlier; the successor goes on."""
    user = stored_user(backend)
    key, successor = make_key(user, expires_at=own_end), make_key(user)
    given(backend, key)
    end = min(LATER, own_end or LATER)

    with backend.unit() as stores:
        stores.api_keys.replace(key.id, successor, LATER)

    with backend.unit() as stores:
        kept = replace(key, replaced_by=successor.id, expires_at=end)
        assert stores.api_keys.find_identity(key.key_hash, end - MICROSECOND) == KeyIdentity(kept, user)
        assert stores.api_keys.find_identity(key.key_hash, end) is None
        assert stores.api_keys.find_identity(successor.key_hash, AT) == KeyIdentity(successor, user)


def test_a_key_is_replaced_once(backend: Backend) -> None:
    """V5: the second successor is not stored, and the same unit goes on."""
    key = stored_key(backend)
    first, second = (replace(key, id=uuid4(), key_hash=uuid4().bytes) for _ in range(2))

    with backend.unit() as stores:
        stores.api_keys.replace(key.id, first, LATER)
        with pytest.raises(KeyReplaced):
            stores.api_keys.replace(key.id, second, LATER)
        assert stores.api_keys.find_identity(second.key_hash, AT) is None
        stores.api_keys.replace(first.id, second, LATER)


def test_only_a_key_of_the_same_owner_is_replaced(backend: Backend) -> None:
    """I3, X9: and one that is not revoked."""
    key, other = stored_key(backend), stored_key(backend)

    with backend.unit() as stores:
        for gone in (other.id, uuid4()):
            with pytest.raises(NotFound):
                stores.api_keys.replace(gone, replace(key, id=uuid4(), key_hash=b"new"), LATER)
        stores.api_keys.revoke(key.user_id, key.id, AT)
        with pytest.raises(NotFound):
            stores.api_keys.replace(key.id, replace(key, id=uuid4(), key_hash=b"new"), LATER)
        assert stores.api_keys.find_identity(b"new", AT) is None


def test_a_successor_that_cannot_be_stored_replaces_nothing(backend: Backend) -> None:
    """X3, X7: both or neither."""
    key, other = stored_key(backend), stored_key(backend)

    with backend.unit() as stores:
        with pytest.raises(Conflict):
            stores.api_keys.replace(key.id, replace(key, id=uuid4(), key_hash=other.key_hash), AT)
        with pytest.raises(InvalidValue):
            stores.api_keys.replace(key.id, replace(key, id=uuid4(), key_hash=b"new", name="\x00"), AT)
        assert stores.api_keys.get(key.user_id, key.id) == key


def test_a_key_is_revoked_once_and_by_its_owner(backend: Backend) -> None:
    """I3, V4, X9."""
    key, other = stored_key(backend), stored_key(backend)

    with backend.unit() as stores:
        for owner, one in ((other.user_id, key.id), (key.user_id, uuid4())):
            with pytest.raises(NotFound):
                stores.api_keys.revoke(owner, one, AT)
        stores.api_keys.revoke(key.user_id, key.id, AT)
        with pytest.raises(NotFound):
            stores.api_keys.revoke(key.user_id, key.id, AT)
        with pytest.raises(NotFound):
            stores.api_keys.get(key.user_id, key.id)

    with backend.unit() as stores:
        assert stores.api_keys.find_identity(key.key_hash, AT) is None
        assert stores.api_keys.find_identity(other.key_hash, AT) is not None


def test_a_key_is_hidden_from_others(backend: Backend) -> None:
    """I3."""
    key, other = stored_key(backend), stored_key(backend)

    with backend.unit() as stores, pytest.raises(NotFound):
        stores.api_keys.get(other.user_id, key.id)


def test_a_revocation_undone_leaves_the_key_alive(backend: Backend) -> None:
    """X15."""
    key = stored_key(backend)

    with undone(backend) as stores:
        stores.api_keys.revoke(key.user_id, key.id, AT)

    with backend.unit() as stores:
        assert stores.api_keys.find_identity(key.key_hash, AT) is not None


def test_all_keys_of_an_owner_end_together(backend: Backend) -> None:
    """V9, X9: and are counted; those of others go on."""
    user, other = stored_user(backend), stored_key(backend)
    keys = [make_key(user), make_key(user)]
    given(backend, *keys)

    with backend.unit() as stores:
        assert stores.api_keys.revoke_all_of(user.id, AT) == 2
        assert stores.api_keys.revoke_all_of(user.id, AT) == 0
        assert [stores.api_keys.find_identity(key.key_hash, AT) for key in keys] == [None, None]
        assert stores.api_keys.find_identity(other.key_hash, AT) is not None
