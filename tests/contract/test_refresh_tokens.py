"""Refresh tokens: one live token a family, one child a token, no second life."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from repositories.entities.refresh_tokens import Outcome, RefreshToken, Rotation
from repositories.errors import BrokenReference, Conflict
from repositories.stores import Backend
from tests.contract.builders import (
    AT,
    LATER,
    MICROSECOND,
    SECOND,
    given,
    make_token,
    make_user,
    stored_user,
    undone,
)

GRACE = timedelta(seconds=10)


def rotate(backend: Backend, token: RefreshToken, at: datetime = AT) -> Rotation | None:
    """Present a token, in a unit of its own."""
    child = uuid4()
    with backend.unit() as stores:
        return stores.refresh_tokens.rotate(token.token_hash, child, child.bytes, at, GRACE)


def rotated(backend: Backend, token: RefreshToken, at: datetime = AT) -> RefreshToken:
    """The child of a token that is fresh."""
    rotation = rotate(backend, token, at)
    assert rotation is not None
    assert rotation.outcome is Outcome.ROTATED
    return rotation.token


def stored_token(backend: Backend, **fields: Any) -> RefreshToken:
    """The first token of a family of a user of its own."""
    token = make_token(stored_user(backend), **fields)
    given(backend, token)
    return token


def is_alive(backend: Backend, token: RefreshToken, at: datetime = AT) -> bool:
    """Whether the family of a token still signs its user in."""
    with backend.unit() as stores:
        return stores.refresh_tokens.find_user(token.family_id, token.user_id, at) is not None


def test_a_family_signs_its_user_in(backend: Backend) -> None:
    """X1, X2."""
    user = stored_user(backend, bio="Créatrice")
    token = make_token(user, token_hash=bytes(range(256)))

    with backend.unit() as stores:
        assert stores.refresh_tokens.add(token) == token

    with backend.unit() as stores:
        assert stores.refresh_tokens.find_user(token.family_id, user.id, AT) == user
        assert stores.refresh_tokens.find_user(token.family_id, uuid4(), AT) is None
        assert stores.refresh_tokens.find_user(uuid4(), user.id, AT) is None


def test_a_rotated_token_is_spent_and_its_child_takes_over(backend: Backend) -> None:
    """The child keeps user, family and end; F1, F6."""
    token = stored_token(backend)
    key = uuid4()

    with backend.unit() as stores:
        rotation = stores.refresh_tokens.rotate(token.token_hash, key, b"child", AT + SECOND, GRACE)

    child = RefreshToken(
        key, token.family_id, token.user_id, b"child", AT + SECOND, token.expires_at, parent_id=token.id
    )
    assert rotation == Rotation(Outcome.ROTATED, child)


def test_a_family_goes_on_for_fifty_rotations(backend: Backend) -> None:
    """F1: until the end of the first, and not beyond; F6."""
    newest = stored_token(backend, expires_at=LATER)
    for turn in range(50):
        newest = rotated(backend, newest, AT + turn * SECOND)

    assert newest.expires_at == LATER
    assert is_alive(backend, newest, LATER - MICROSECOND)
    assert not is_alive(backend, newest, LATER)
    assert rotate(backend, newest, LATER) is None
    assert rotate(backend, newest, LATER - MICROSECOND) is not None


@pytest.mark.parametrize("token_hash", [b"", b"\x00", b"unknown", b"\xff" * 10_000])
def test_an_unknown_token_rotates_nothing(backend: Backend, token_hash: bytes) -> None:
    """X2."""
    token = stored_token(backend)

    assert rotate(backend, replace(token, token_hash=token_hash)) is None

    assert is_alive(backend, token)


@pytest.mark.parametrize("after", [-SECOND, timedelta(0), GRACE - MICROSECOND, GRACE])
def test_a_token_spent_a_moment_ago_gives_the_same_child_again(backend: Backend, after: timedelta) -> None:
    """F4: and stores none."""
    token = stored_token(backend)
    child = rotated(backend, token)

    assert rotate(backend, token, AT + after) == Rotation(Outcome.REPEATED, child)
    assert rotate(backend, token, AT + after) == Rotation(Outcome.REPEATED, child)

    assert rotated(backend, child).parent_id == child.id


def test_a_token_spent_before_that_kills_its_family(backend: Backend) -> None:
    """F2, F4: the newest, too, and no other family."""
    token = stored_token(backend)
    other = stored_token(backend)
    child = rotated(backend, token)

    replayed = rotate(backend, token, AT + GRACE + MICROSECOND)

    assert replayed == Rotation(Outcome.REPLAYED, replace(token, used_at=AT))
    assert not is_alive(backend, token)
    assert rotate(backend, child) is None
    assert rotate(backend, token) is None, "told once"
    assert is_alive(backend, other)


def test_a_grandparent_kills_its_family_however_fresh_it_is(backend: Backend) -> None:
    """F2: only the direct parent of the live token may be repeated."""
    token = stored_token(backend)
    child = rotated(backend, token)
    grandchild = rotated(backend, child)

    replayed = rotate(backend, token)

    assert replayed is not None
    assert replayed.outcome is Outcome.REPLAYED
    assert rotate(backend, grandchild) is None
    assert not is_alive(backend, token)


def test_a_rotation_undone_spends_nothing(backend: Backend) -> None:
    """X15."""
    token = stored_token(backend)

    with undone(backend) as stores:
        assert stores.refresh_tokens.rotate(token.token_hash, uuid4(), b"lost", AT, GRACE) is not None

    assert rotated(backend, token).parent_id == token.id


def test_a_child_that_cannot_be_stored_leaves_the_unit_usable(backend: Backend) -> None:
    """X3: a child's id or hash is nobody else's."""
    token, other = stored_token(backend), stored_token(backend)

    with backend.unit() as stores:
        with pytest.raises(Conflict):
            stores.refresh_tokens.add(replace(token, id=uuid4()))
        with pytest.raises(Conflict):
            stores.refresh_tokens.add(replace(token, token_hash=b"new"))
        with pytest.raises(Conflict):
            stores.refresh_tokens.add(replace(other, id=uuid4(), token_hash=b"second", family_id=token.family_id))
        stores.refresh_tokens.add(replace(other, id=uuid4(), token_hash=b"third", family_id=uuid4()))
    with pytest.raises(Conflict), backend.unit() as stores:
        stores.refresh_tokens.rotate(token.token_hash, uuid4(), other.token_hash, AT, GRACE)

    assert rotated(backend, token).parent_id == token.id


def test_a_token_needs_a_user_who_may_sign_in(backend: Backend) -> None:
    """X5, X21: one that exists, is active and is not deleted."""
    barred, deleted = stored_user(backend, is_active=False), stored_user(backend, deleted_at=AT)

    for user in (barred, deleted, make_user()):
        with backend.unit() as stores, pytest.raises(BrokenReference):
            stores.refresh_tokens.add(make_token(user))


def test_a_deleted_account_ends_its_families_at_once(backend: Backend) -> None:
    """E9, F7: even those nobody revoked."""
    token = stored_token(backend)

    with backend.unit() as stores:
        stores.users.remove(token.user_id, AT)

    assert not is_alive(backend, token)
    assert rotate(backend, token) is None


def test_an_erased_account_takes_its_tokens_along(backend: Backend) -> None:
    """X6."""
    token = stored_token(backend)

    with backend.unit() as stores:
        stores.users.erase(token.user_id)
        assert stores.refresh_tokens.revoke_all_of(token.user_id, AT) == 0


def test_a_revoked_family_is_revoked_once_and_for_good(backend: Backend) -> None:
    """F7, X9."""
    token, other = stored_token(backend), stored_token(backend)
    child = rotated(backend, token)

    with backend.unit() as stores:
        assert stores.refresh_tokens.revoke_family(token.family_id, AT) is True
        assert stores.refresh_tokens.revoke_family(token.family_id, LATER) is False
        assert stores.refresh_tokens.revoke_family(uuid4(), AT) is False

    assert rotate(backend, child) is None
    assert rotate(backend, token) is None
    assert not is_alive(backend, token)
    assert is_alive(backend, other)


def test_all_families_of_a_user_are_revoked_together(backend: Backend) -> None:
    """F7, X9: and counted; those of others go on."""
    user, other = stored_user(backend), stored_token(backend)
    tokens = [make_token(user), make_token(user)]
    given(backend, *tokens)
    child = rotated(backend, tokens[0])

    with backend.unit() as stores:
        assert stores.refresh_tokens.revoke_all_of(user.id, AT) == 2
        assert stores.refresh_tokens.revoke_all_of(user.id, AT) == 0

    assert rotate(backend, child) is None
    assert not any(is_alive(backend, token) for token in tokens)
    assert is_alive(backend, other)
