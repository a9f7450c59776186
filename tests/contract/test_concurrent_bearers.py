"""Refresh tokens and API keys at once: one child, so many keys and no more, and nothing outlives an end."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from time import sleep
from uuid import uuid4

import pytest

from repositories.entities.refresh_tokens import Outcome, Rotation
from repositories.entities.users import User
from repositories.errors import BrokenReference, KeyReplaced, NotFound, TooManyKeys
from repositories.paging import PageRequest
from repositories.stores import Backend
from tests.contract.builders import AT, LATER, given, make_key, make_token, stored_user
from tests.contract.threads import CALLERS, race

ROUNDS = 5
PAUSE = 0.03  # seconds: long enough for another to get in between, if nothing holds it
GRACE = timedelta(seconds=10)


def test_a_token_has_one_child_whoever_rotates_it(backend: Backend) -> None:
    """F3: every other gets that same child."""
    for _ in range(ROUNDS):
        token = make_token(stored_user(backend))
        given(backend, token)

        def rotate(_caller: int, digest: bytes = token.token_hash) -> Rotation | None:
            child = uuid4()
            with backend.unit() as stores:
                return stores.refresh_tokens.rotate(digest, child, child.bytes, AT, GRACE)

        answers = [answer for answer in race(rotate) if isinstance(answer, Rotation)]

        assert Counter(answer.outcome for answer in answers) == {Outcome.ROTATED: 1, Outcome.REPEATED: CALLERS - 1}
        assert len({answer.token for answer in answers}) == 1


@pytest.mark.parametrize("ends_all", [False, True])
@pytest.mark.parametrize("is_first", [False, True])
def test_no_child_outlives_the_end_of_its_family(backend: Backend, *, ends_all: bool, is_first: bool) -> None:
    """F7: whichever of the two began first, and however the family ends."""
    token = make_token(stored_user(backend))
    given(backend, token)
    parent, child = uuid4(), uuid4()
    with backend.unit() as stores:  # the first token stands for its family: a later one must do as well
        stores.refresh_tokens.rotate(token.token_hash, parent, parent.bytes, AT, GRACE)

    def act(caller: int) -> None:
        sleep(PAUSE * ((caller == 0) == is_first))
        with backend.unit() as stores:
            if caller == 0:
                stores.refresh_tokens.rotate(parent.bytes, child, child.bytes, AT, GRACE)
            elif ends_all:
                stores.refresh_tokens.revoke_all_of(token.user_id, AT)
            else:
                stores.refresh_tokens.revoke_family(token.family_id, AT)
            sleep(2 * PAUSE)

    race(act, callers=2)

    with backend.unit() as stores:
        for secret in (token.token_hash, parent.bytes, child.bytes):
            assert stores.refresh_tokens.rotate(secret, uuid4(), uuid4().bytes, AT, GRACE) is None
        assert stores.refresh_tokens.find_user(token.family_id, token.user_id, AT) is None
        assert stores.refresh_tokens.revoke_family(token.family_id, AT) is False


def test_an_owner_never_has_too_many_keys(backend: Backend) -> None:
    """V10."""
    most = 7
    for _ in range(ROUNDS):
        user = stored_user(backend)

        def add(_caller: int, user: User = user) -> None:
            with backend.unit() as stores:
                stores.api_keys.add(make_key(user), most)

        answers = race(add)

        assert Counter(map(type, answers)) == {type(None): most, TooManyKeys: CALLERS - most}
        with backend.unit() as stores:
            assert stores.api_keys.list_page(user.id, AT, PageRequest()).total == most


def test_a_key_has_one_successor_whoever_rotates_it(backend: Backend) -> None:
    """V5."""
    user = stored_user(backend)
    key = make_key(user)
    given(backend, key)

    def rotate(_caller: int) -> None:
        with backend.unit() as stores:
            stores.api_keys.replace(key.id, make_key(user), LATER)

    assert Counter(map(type, race(rotate))) == {type(None): 1, KeyReplaced: CALLERS - 1}
    with backend.unit() as stores:
        assert stores.api_keys.list_page(user.id, AT, PageRequest()).total == 2


def test_a_key_is_revoked_by_one_of_many(backend: Backend) -> None:
    """V4."""
    user = stored_user(backend)
    key = make_key(user)
    given(backend, key)

    def revoke(_caller: int) -> None:
        with backend.unit() as stores:
            stores.api_keys.revoke(user.id, key.id, AT)

    assert Counter(map(type, race(revoke))) == {type(None): 1, NotFound: CALLERS - 1}


@pytest.mark.parametrize("store", ["refresh_tokens", "api_keys"])
@pytest.mark.parametrize("is_first", [False, True])
def test_nothing_is_made_that_outlives_its_account(backend: Backend, store: str, *, is_first: bool) -> None:
    """V9, W10: a deletion ends what there is, and who comes later is refused."""
    user = stored_user(backend)

    def act(caller: int) -> None:
        sleep(PAUSE * ((caller == 0) == is_first))
        with backend.unit() as stores:
            if caller == 0:
                getattr(stores, store).revoke_all_of(user.id, AT)
                sleep(PAUSE)
                stores.users.remove(user.id, AT)
            elif store == "api_keys":
                stores.api_keys.add(make_key(user), 9)
            else:
                stores.refresh_tokens.add(make_token(user))
            sleep(2 * PAUSE)

    answers = race(act, callers=2)

    assert {type(answer) for answer in answers} <= {type(None), BrokenReference}
    with backend.unit() as stores:
        assert getattr(stores, store).revoke_all_of(user.id, AT) == 0
