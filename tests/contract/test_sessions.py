"""Sessions: who is signed in where, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from repositories.entities.sessions import Identity
from repositories.errors import BrokenReference, Conflict, NotFound
from repositories.stores import Backend
from tests.contract.builders import (
    AT,
    LATER,
    MICROSECOND,
    given,
    make_session,
    make_user,
    stored_user,
)


def test_a_session_is_stored_as_it_was_given(backend: Backend) -> None:
    """X1, X24: with its user, every field the caller's."""
    user = stored_user(backend, bio="Créatrice")
    session = make_session(user, user_agent="Mozilla/5.0 😀", ip="2001:db8::1", token_hash=bytes(range(256)))

    with backend.unit() as stores:
        added = stores.sessions.add(session)

    with backend.unit() as stores:
        assert added == session
        assert stores.sessions.find_identity(session.token_hash, AT) == Identity(session, user)


@pytest.mark.parametrize("token", [b"", b"\x00", b"unknown", b"\xff" * 10_000])
def test_an_unknown_token_identifies_nobody(backend: Backend, token: bytes) -> None:
    """X2."""
    given(backend, user := make_user(), make_session(user))

    with backend.unit() as stores:
        assert stores.sessions.find_identity(token, AT) is None
        assert stores.sessions.remove(token) is False


def test_a_session_ends_exactly_when_it_expires(backend: Backend) -> None:
    """X23: it is valid a microsecond before, and invalid from then on."""
    user = make_user()
    session = make_session(user, expires_at=LATER)
    given(backend, user, session)

    with backend.unit() as stores:
        assert stores.sessions.find_identity(session.token_hash, LATER - MICROSECOND) == Identity(session, user)
        assert stores.sessions.find_identity(session.token_hash, LATER) is None
        assert stores.sessions.find_identity(session.token_hash, LATER + MICROSECOND) is None


def test_an_expired_session_is_still_there_to_be_removed(backend: Backend) -> None:
    """X23: looking at it does not delete it."""
    user = make_user()
    session = make_session(user, expires_at=AT)
    given(backend, user, session)

    with backend.unit() as stores:
        assert stores.sessions.find_identity(session.token_hash, AT) is None
        assert stores.sessions.find_identity(session.token_hash, AT - MICROSECOND) is not None
        assert stores.sessions.remove(session.token_hash) is True


def test_a_session_of_a_barred_account_identifies_nobody(backend: Backend) -> None:
    """X21: one that is not active is as good as absent here, and gets no further session."""
    user = make_user()
    session = make_session(user)
    given(backend, user, session)

    with backend.unit() as stores:
        stores.users.change_account(user.id, {"is_active": False}, AT)
        assert stores.sessions.find_identity(session.token_hash, AT) is None
        with pytest.raises(BrokenReference):
            stores.sessions.add(make_session(user))
        assert stores.sessions.remove_all_of(user.id) == 1


def test_a_removed_account_gets_no_session(backend: Backend) -> None:
    """X5: its row is there, and it has no more part in anything."""
    user = stored_user(backend)

    with backend.unit() as stores:
        stores.users.remove(user.id, AT)
        with pytest.raises(BrokenReference):
            stores.sessions.add(make_session(user))


def test_a_token_is_one_session(backend: Backend) -> None:
    """X3: nothing is written, and the same unit goes on."""
    user, other = stored_user(backend), stored_user(backend)
    first = make_session(user)
    given(backend, first)

    with backend.unit() as stores:
        with pytest.raises(Conflict) as refusal:
            stores.sessions.add(make_session(other, token_hash=first.token_hash))
        third = stores.sessions.add(make_session(other))

    assert refusal.value.field is None
    with backend.unit() as stores:
        assert stores.sessions.find_identity(first.token_hash, AT) == Identity(first, user)
        assert stores.sessions.find_identity(third.token_hash, AT) == Identity(third, other)


def test_an_id_is_one_session(backend: Backend) -> None:
    """X3."""
    user = make_user()
    session = make_session(user)
    given(backend, user, session)

    with backend.unit() as stores:
        with pytest.raises(Conflict):
            stores.sessions.add(replace(session, token_hash=b"another"))
        assert stores.sessions.find_identity(b"another", AT) is None


def test_a_session_needs_its_user(backend: Backend) -> None:
    """X5: nothing is written, and the same unit goes on, even with the session once the user is there."""
    user = make_user()
    session = make_session(user)

    with backend.unit() as stores:
        with pytest.raises(BrokenReference):
            stores.sessions.add(session)
        assert stores.sessions.find_identity(session.token_hash, AT) is None
        stores.users.add(user)
        stores.sessions.add(session)

    with backend.unit() as stores:
        assert stores.sessions.find_identity(session.token_hash, AT) == Identity(session, user)


def test_touching_a_session_notes_the_time_and_nothing_else(backend: Backend) -> None:
    """X8: its end does not move."""
    user = make_user()
    session, other = make_session(user, ip="192.0.2.1"), make_session(user)
    given(backend, user, session, other)
    at = AT + timedelta(hours=1) + MICROSECOND

    with backend.unit() as stores:
        stores.sessions.touch(session.id, at)

    with backend.unit() as stores:
        assert stores.sessions.find_identity(session.token_hash, at) == Identity(
            replace(session, last_seen_at=at), user
        )
        assert stores.sessions.find_identity(other.token_hash, at) == Identity(other, user)


def test_touching_a_session_that_is_gone_brings_nothing_back(backend: Backend) -> None:
    """X9: no error and no change."""
    user = make_user()
    session = make_session(user)
    given(backend, user, session)

    with backend.unit() as stores:
        stores.sessions.remove(session.token_hash)
        stores.sessions.touch(session.id, LATER)
        stores.sessions.touch(uuid4(), LATER)

    with backend.unit() as stores:
        assert stores.sessions.find_identity(session.token_hash, AT) is None
        assert stores.sessions.remove_all_of(user.id) == 0


def test_a_session_is_removed_once(backend: Backend) -> None:
    """X9: and only that one."""
    user = make_user()
    session, other = make_session(user), make_session(user)
    given(backend, user, session, other)

    with backend.unit() as stores:
        assert stores.sessions.remove(session.token_hash) is True
        assert stores.sessions.remove(session.token_hash) is False

    with backend.unit() as stores:
        assert stores.sessions.find_identity(session.token_hash, AT) is None
        assert stores.sessions.find_identity(other.token_hash, AT) == Identity(other, user)


def test_all_sessions_of_a_user_end_at_once(backend: Backend) -> None:
    """X9, X22: the expired ones too, and nobody else's."""
    user, other = make_user(), make_user()
    mine = [make_session(user), make_session(user), make_session(user, expires_at=AT)]
    hers = make_session(other)
    given(backend, user, other, *mine, hers)

    with backend.unit() as stores:
        assert stores.sessions.remove_all_of(user.id) == 3
        assert stores.sessions.remove_all_of(user.id) == 0
        assert stores.sessions.remove_all_of(uuid4()) == 0

    with backend.unit() as stores:
        assert [stores.sessions.find_identity(one.token_hash, AT) for one in mine] == [None, None, None]
        assert stores.sessions.find_identity(hers.token_hash, AT) == Identity(hers, other)


def test_a_removed_token_may_be_used_again(backend: Backend) -> None:
    """X3: in the same unit."""
    user = make_user()
    session = make_session(user)
    given(backend, user, session)

    with backend.unit() as stores:
        stores.sessions.remove(session.token_hash)
        again = stores.sessions.add(replace(session, id=uuid4()))

    with backend.unit() as stores:
        assert stores.sessions.find_identity(session.token_hash, AT) == Identity(again, user)


def test_the_valid_sessions_of_a_user_are_listed_the_last_used_first(backend: Backend) -> None:
    """X11, X22, X23: neither expired ones nor anybody else's."""
    user, other = make_user(), make_user()
    old = make_session(user)
    fresh = make_session(user, last_seen_at=AT + MICROSECOND)
    ended = make_session(user, expires_at=AT + MICROSECOND)
    given(backend, user, other, old, fresh, ended, make_session(other))

    with backend.unit() as stores:
        assert stores.sessions.list_of(user.id, AT + MICROSECOND) == (fresh, old)
        assert len(stores.sessions.list_of(user.id, AT)) == 3
        assert stores.sessions.list_of(uuid4(), AT) == ()


def test_one_session_of_a_user_ends_and_only_by_her(backend: Backend) -> None:
    """X22: somebody else's is not found, like one that does not exist."""
    user, other = make_user(), make_user()
    mine, second, hers = make_session(user), make_session(user), make_session(other)
    given(backend, user, other, mine, second, hers)

    with backend.unit() as stores:
        stores.sessions.remove_one_of(user.id, mine.id)
        for unknown in (mine.id, hers.id, uuid4()):
            with pytest.raises(NotFound):
                stores.sessions.remove_one_of(user.id, unknown)

    with backend.unit() as stores:
        assert stores.sessions.list_of(user.id, AT) == (second,)
        assert stores.sessions.list_of(other.id, AT) == (hers,)


def test_one_session_may_be_kept_when_the_others_end(backend: Backend) -> None:
    """X9: one of somebody else's is not kept."""
    user, other = make_user(), make_user()
    mine, second, hers = make_session(user), make_session(user), make_session(other)
    given(backend, user, other, mine, second, hers)

    with backend.unit() as stores:
        assert stores.sessions.remove_all_of(user.id, mine.id) == 1
        assert stores.sessions.list_of(user.id, AT) == (mine,)
        assert stores.sessions.remove_all_of(user.id, hers.id) == 1

    with backend.unit() as stores:
        assert stores.sessions.list_of(other.id, AT) == (hers,)


def test_sessions_that_are_over_are_removed_in_batches(backend: Backend) -> None:
    """E15."""
    user = stored_user(backend)
    over = [make_session(user, expires_at=AT) for _ in range(3)]
    alive = make_session(user, expires_at=AT + MICROSECOND)
    given(backend, *over, alive)

    with backend.unit() as stores:
        assert stores.sessions.remove_expired(AT - MICROSECOND, 10) == 0
        assert stores.sessions.remove_expired(AT, 2) == 2
        assert stores.sessions.remove_expired(AT, 2) == 1
        assert stores.sessions.find_identity(alive.token_hash, AT) is not None
