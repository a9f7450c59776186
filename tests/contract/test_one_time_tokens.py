"""One-time tokens: one live at a time, spent once, by the link or by the code."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from repositories.entities.one_time_tokens import MOST_ATTEMPTS, Purpose
from repositories.errors import Conflict, InvalidValue
from repositories.stores import Backend
from tests.contract.builders import AT, LATER, MICROSECOND, SECOND, given, make_one_time_token, undone
from tests.contract.threads import race

LINK, RESET = Purpose.MAGIC_LINK, Purpose.PASSWORD_RESET


def test_a_token_is_stored_as_it_was_given(backend: Backend) -> None:
    """X1: every field the caller's."""
    token = make_one_time_token(code_hash=b"\x00code", attempts=2)

    with backend.unit() as stores:
        assert stores.one_time_tokens.replace(token) == token

    with backend.unit() as stores:
        assert stores.one_time_tokens.find(token.id, AT) == token
        assert stores.one_time_tokens.find_by_hash(token.token_hash, LINK, AT) == token
        assert stores.one_time_tokens.find(uuid4(), AT) is None


def test_a_token_is_spent_once(backend: Backend) -> None:
    """X18: it is gone for every way of asking."""
    token = make_one_time_token(code_hash=b"code")
    given(backend, token)

    with backend.unit() as stores:
        assert stores.one_time_tokens.spend(token.token_hash, LINK, AT) == replace(token, used_at=AT)
        assert stores.one_time_tokens.spend(token.token_hash, LINK, AT) is None

    with backend.unit() as stores:
        assert stores.one_time_tokens.find(token.id, AT) is None
        assert stores.one_time_tokens.find_by_hash(token.token_hash, LINK, AT) is None
        assert stores.one_time_tokens.spend_code(token.email, LINK, b"code", AT) is None


def test_a_token_ends_exactly_when_it_expires(backend: Backend) -> None:
    """X23: it can be spent a microsecond before, and not from then on."""
    token = make_one_time_token(code_hash=b"code")
    given(backend, token)

    with backend.unit() as stores:
        assert stores.one_time_tokens.find(token.id, LATER) is None
        assert stores.one_time_tokens.find_by_hash(token.token_hash, LINK, LATER) is None
        assert stores.one_time_tokens.spend(token.token_hash, LINK, LATER) is None
        assert stores.one_time_tokens.spend_code(token.email, LINK, b"code", LATER) is None
        assert stores.one_time_tokens.spend(token.token_hash, LINK, LATER - MICROSECOND) is not None


def test_a_token_is_good_for_its_purpose_alone(backend: Backend) -> None:
    """A link for signing in resets no password."""
    token = make_one_time_token(code_hash=b"code")
    given(backend, token)

    with backend.unit() as stores:
        assert stores.one_time_tokens.find_by_hash(token.token_hash, RESET, AT) is None
        assert stores.one_time_tokens.spend(token.token_hash, RESET, AT) is None
        assert stores.one_time_tokens.spend_code(token.email, RESET, b"code", AT) is None
        assert stores.one_time_tokens.find(token.id, AT) == token


def test_a_new_token_ends_the_one_before_it(backend: Backend) -> None:
    """In any spelling of the address, and for that purpose alone."""
    old = make_one_time_token(email="zoe@example.fr")
    reset = make_one_time_token(email="zoe@example.fr", purpose=RESET)
    given(backend, old, reset)
    new = make_one_time_token(email="ZOE@Example.FR ")

    with backend.unit() as stores:
        stores.one_time_tokens.replace(new)

    with backend.unit() as stores:
        assert stores.one_time_tokens.find(old.id, AT) is None
        assert stores.one_time_tokens.find(reset.id, AT) == reset
        assert stores.one_time_tokens.spend(old.token_hash, LINK, AT) is None
        assert stores.one_time_tokens.spend(new.token_hash, LINK, AT) is not None


def test_the_code_spends_the_token_of_its_address(backend: Backend) -> None:
    """In any spelling; the code of one address is nothing to another."""
    zoe = make_one_time_token(email="zoe@example.fr", code_hash=b"123")
    lea = make_one_time_token(email="lea@example.fr", code_hash=b"456")
    given(backend, zoe, lea)

    with backend.unit() as stores:
        assert stores.one_time_tokens.spend_code("nobody@example.fr", LINK, b"123", AT) is None
        assert stores.one_time_tokens.spend_code("a\x00", LINK, b"123", AT) is None
        assert stores.one_time_tokens.spend_code("lea@example.fr", LINK, b"123", AT) is None
        spent = stores.one_time_tokens.spend_code(" Zoe@EXAMPLE.fr", LINK, b"123", AT)

    assert spent == replace(zoe, used_at=AT, attempts=1)
    with backend.unit() as stores:
        assert stores.one_time_tokens.find(lea.id, AT) == replace(lea, attempts=1)


def test_after_five_wrong_codes_the_right_one_is_too_late(backend: Backend) -> None:
    """The link still works: it cannot be guessed."""
    token = make_one_time_token(code_hash=b"right")
    given(backend, token)

    with backend.unit() as stores:
        tries = [b"wrong"] * MOST_ATTEMPTS + [b"right"]
        assert [stores.one_time_tokens.spend_code(token.email, LINK, code, AT) for code in tries] == [None] * 6

    with backend.unit() as stores:
        assert stores.one_time_tokens.spend(token.token_hash, LINK, AT) == replace(
            token, attempts=MOST_ATTEMPTS, used_at=AT
        )


def test_the_fifth_try_may_be_the_right_one(backend: Backend) -> None:
    """The boundary."""
    token = make_one_time_token(code_hash=b"right", attempts=MOST_ATTEMPTS - 1)
    given(backend, token)

    with backend.unit() as stores:
        assert stores.one_time_tokens.spend_code(token.email, LINK, b"right", AT) is not None


def test_a_token_without_a_code_has_none_that_is_right(backend: Backend) -> None:
    """Neither an empty one nor any other, and no attempt is counted."""
    token = make_one_time_token()
    given(backend, token)

    with backend.unit() as stores:
        assert stores.one_time_tokens.spend_code(token.email, LINK, b"", AT) is None
        assert stores.one_time_tokens.find(token.id, AT) == token


def test_a_burst_of_guesses_cannot_exceed_the_attempts(backend: Backend) -> None:
    """X18, X19: however many try at once."""
    token = make_one_time_token(code_hash=b"right")
    given(backend, token)

    def guess(_number: int) -> None:
        with backend.unit() as stores:
            stores.one_time_tokens.spend_code(token.email, LINK, b"wrong", AT)

    race(guess, 16)

    with backend.unit() as stores:
        found = stores.one_time_tokens.find(token.id, AT)
        assert found is not None
        assert found.attempts == MOST_ATTEMPTS


def test_of_many_who_spend_a_token_at_once_one_gets_it(backend: Backend) -> None:
    """X18: whether by the link or by the code."""
    token = make_one_time_token(code_hash=b"right")
    given(backend, token)
    got = []

    def spend(number: int) -> None:
        with backend.unit() as stores:
            if number % 8:
                spent = stores.one_time_tokens.spend(token.token_hash, LINK, AT)
            else:
                spent = stores.one_time_tokens.spend_code(token.email, LINK, b"right", AT)
            if spent is not None:
                got.append(number)

    race(spend)

    assert len(got) == 1


def test_a_token_may_be_taken_back_and_an_address_forgotten(backend: Backend) -> None:
    """Twice is fine; nobody else's goes with it."""
    first, second = make_one_time_token(email="zoe@example.fr"), make_one_time_token(email="lea@example.fr")
    reset = make_one_time_token(email="LEA@example.fr", purpose=RESET)
    given(backend, first, second, reset)

    with backend.unit() as stores:
        stores.one_time_tokens.remove(uuid4())
        stores.one_time_tokens.forget("Lea@Example.fr ")
        stores.one_time_tokens.forget("\ud800")
        assert stores.one_time_tokens.find(first.id, AT) == first
        stores.one_time_tokens.remove(first.id)

    with backend.unit() as stores:
        assert [stores.one_time_tokens.find(one.id, AT) for one in (first, second, reset)] == [None] * 3


def test_expired_tokens_are_purged_the_oldest_first(backend: Backend) -> None:
    """In batches, and never one that is live."""
    ages = [make_one_time_token(expires_at=AT + SECOND * number) for number in range(4)]
    given(backend, *ages)

    with backend.unit() as stores:
        assert stores.one_time_tokens.remove_expired(AT + SECOND * 3, 2) == 2
        assert stores.one_time_tokens.remove_expired(AT + SECOND * 3, 2) == 1
        assert stores.one_time_tokens.remove_expired(AT + SECOND * 3, 2) == 0

    with backend.unit() as stores:
        assert stores.one_time_tokens.find(ages[3].id, AT) == ages[3]


def test_a_hash_is_one_token(backend: Backend) -> None:
    """X3: a refused replacement leaves the one before it as it was."""
    first, second = make_one_time_token(), make_one_time_token()
    given(backend, first, second)

    with backend.unit() as stores:
        for wrong in (
            make_one_time_token(email=first.email, token_hash=second.token_hash),
            make_one_time_token(email=first.email, id=second.id),
        ):
            with pytest.raises(Conflict):
                stores.one_time_tokens.replace(wrong)

    with backend.unit() as stores:
        assert stores.one_time_tokens.find(first.id, AT) == first


def test_an_address_that_cannot_be_stored_is_refused(backend: Backend) -> None:
    """X7."""
    for email in ("a\x00@example.fr", "x" * 255, "ß" * 200):
        with backend.unit() as stores, pytest.raises(InvalidValue):
            stores.one_time_tokens.replace(make_one_time_token(email=email))


def test_what_is_undone_leaves_the_token_to_be_spent(backend: Backend) -> None:
    """X15."""
    token = make_one_time_token(code_hash=b"right")
    given(backend, token)

    with undone(backend) as stores:
        stores.one_time_tokens.spend(token.token_hash, LINK, AT)
    with undone(backend) as stores:
        stores.one_time_tokens.spend_code(token.email, LINK, b"wrong", AT)

    with backend.unit() as stores:
        assert stores.one_time_tokens.find(token.id, AT) == token
