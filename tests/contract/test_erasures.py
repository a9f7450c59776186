"""What is listed of a user, and what is left of her when she is erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from repositories.entities.users import Role
from repositories.errors import LastAdmin, NotFound
from repositories.stores import Backend
from tests.contract.builders import (
    AT,
    LATER,
    SECOND,
    given,
    make_event,
    make_invite,
    make_key,
    make_mail,
    make_month,
    make_token,
    make_user,
    stored_user,
)

BEFORE = AT - timedelta(days=14)


def test_a_time_to_be_erased_is_noted_and_never_put_off(backend: Backend) -> None:
    """The earliest of those asked for stays."""
    user = stored_user(backend)

    with backend.unit() as stores:
        asked = stores.users.request_erasure(user.id, LATER, AT + SECOND)
    with backend.unit() as stores:
        again = stores.users.request_erasure(user.id, LATER + SECOND, AT + SECOND)
        sooner = stores.users.request_erasure(user.id, LATER - SECOND, AT + SECOND)

    assert asked == again == replace(user, erase_at=LATER, updated_at=AT + SECOND)
    assert sooner.erase_at == LATER - SECOND
    with backend.unit() as stores:
        assert stores.users.get(user.id) == sooner


def test_an_account_is_kept_after_all(backend: Backend) -> None:
    """Twice is fine; and it may be asked for once more, at another time."""
    user = stored_user(backend)

    with backend.unit() as stores:
        stores.users.request_erasure(user.id, LATER, AT)
        assert stores.users.cancel_erasure(user.id, LATER) is True
        assert stores.users.cancel_erasure(user.id, LATER) is False
    with backend.unit() as stores:
        assert stores.users.get(user.id) == replace(user, updated_at=LATER)
        assert stores.users.request_erasure(user.id, LATER + SECOND, AT).erase_at == LATER + SECOND


def test_nobody_that_is_not_there_is_to_be_erased_or_kept(backend: Backend) -> None:
    """A removed account is as good as none."""
    removed = stored_user(backend, deleted_at=AT, erase_at=LATER)

    with backend.unit() as stores:
        for user_id in (removed.id, uuid4()):
            with pytest.raises(NotFound):
                stores.users.request_erasure(user_id, LATER, AT)
            with pytest.raises(NotFound):
                stores.users.cancel_erasure(user_id, AT)
        assert stores.users.begin_erasure(uuid4(), AT, AT) is None


def test_the_last_administrator_stays(backend: Backend) -> None:
    """When it is asked for, and when the time has come and the others have gone meanwhile."""
    boss, other = make_user(role=Role.ADMIN), make_user(role=Role.ADMIN)
    given(backend, boss, other)

    with backend.unit() as stores:
        stores.users.request_erasure(boss.id, AT, AT)
        stores.users.remove(other.id, AT)
    with backend.unit() as stores:
        with pytest.raises(LastAdmin):
            stores.users.begin_erasure(boss.id, AT, BEFORE)
        with pytest.raises(LastAdmin):
            stores.users.request_erasure(boss.id, AT, AT)
        assert stores.users.get(boss.id).is_active_admin


def test_accounts_are_erasable_when_their_time_has_come(backend: Backend) -> None:
    """That of their own, or so long after they were deleted."""
    due, deleted = make_user(erase_at=AT), make_user(deleted_at=BEFORE)
    begun = make_user(erase_at=AT, deleted_at=AT)
    other = (make_user(), make_user(erase_at=AT + SECOND), make_user(deleted_at=BEFORE + SECOND))
    given(backend, due, deleted, begun, *other)
    wanted = sorted([due.id, deleted.id, begun.id])

    with backend.unit() as stores:
        assert list(stores.users.list_erasable(AT, BEFORE, 10)) == wanted
        assert list(stores.users.list_erasable(AT, BEFORE, 2)) == wanted[:2]
        assert list(stores.users.list_erasable(AT, BEFORE, 0)) == []
        assert [stores.users.begin_erasure(one.id, AT, BEFORE) for one in other] == [None] * 3


def test_an_account_whose_erasure_has_begun_is_deleted_and_cannot_be_kept(backend: Backend) -> None:
    """Begun once more it is the same: what was interrupted goes on."""
    user = stored_user(backend, erase_at=AT)

    with backend.unit() as stores:
        begun = stores.users.begin_erasure(user.id, AT, BEFORE)
    with backend.unit() as stores:
        again = stores.users.begin_erasure(user.id, LATER, BEFORE)
        with pytest.raises(NotFound):
            stores.users.cancel_erasure(user.id, LATER)
        with pytest.raises(NotFound):
            stores.users.get(user.id)

    assert begun == again == replace(user, deleted_at=AT)


def test_a_kept_account_is_not_erased(backend: Backend) -> None:
    """Whoever comes first."""
    user = stored_user(backend, erase_at=AT)

    with backend.unit() as stores:
        stores.users.cancel_erasure(user.id, AT)
        assert stores.users.begin_erasure(user.id, AT, BEFORE) is None
        assert stores.users.get(user.id).deleted_at is None


def test_events_are_listed_from_one_to_the_next(backend: Backend) -> None:
    """One user's, oldest first, also those of one moment, each once."""
    owner = uuid4()
    events = [make_event(user_id=owner, created_at=at, event_data={"n": 1}) for at in (AT, LATER, AT, AT, AT + SECOND)]
    given(backend, *events, make_event())
    wanted = sorted(events, key=lambda event: (event.created_at, event.id))

    with backend.unit() as stores:
        first = stores.analytics.list_of(owner, None, 2)
        second = stores.analytics.list_of(owner, first[-1], 2)
        third = stores.analytics.list_of(owner, second[-1], 2)
        assert [*first, *second, *third] == wanted
        assert list(stores.analytics.list_of(owner, third[-1], 2)) == []
        assert list(stores.analytics.list_of(uuid4(), None, 2)) == []


def test_events_are_erased_so_many_at_a_time(backend: Backend) -> None:
    """One user's alone."""
    owner, other = uuid4(), make_event()
    given(backend, *(make_event(user_id=owner) for _ in range(3)), other)

    with backend.unit() as stores:
        assert [stores.analytics.erase(owner, 2) for _ in range(3)] == [2, 1, 0]
    with backend.unit() as stores:
        assert stores.analytics.count(owner).total == 0
        assert list(stores.analytics.list_of(other.user_id, None, 5)) == [other]


def test_months_are_erased(backend: Backend) -> None:
    """One user's alone; then the same month may be saved anew."""
    month, other = make_month(), make_month()
    given(backend, month, other)

    with backend.unit() as stores:
        assert [stores.metrics.erase(month.user_id) for _ in range(2)] == [1, 0]
        again = stores.metrics.save(month)
    with backend.unit() as stores:
        assert stores.metrics.list_months(month.user_id) == (again,)
        assert stores.metrics.list_months(other.user_id) == (other,)


def test_mails_are_listed_by_their_user(backend: Backend) -> None:
    """Oldest first, and without those to an address."""
    user, other = stored_user(backend), stored_user(backend)
    late = make_mail(user_id=user.id, recipient=None, created_at=LATER, values={"a": 1})
    early = make_mail(user_id=user.id, recipient=None)
    given(backend, late, early, make_mail(), make_mail(user_id=other.id, recipient=None))

    with backend.unit() as stores:
        assert list(stores.mails.list_of(user.id)) == [early, late]


def test_mails_to_an_address_are_forgotten(backend: Backend) -> None:
    """Those made by a time; and nobody else's."""
    old, new, other = (make_mail(recipient=name) for name in ("zoe@example.fr", "zoe@example.fr", "lea@example.fr"))
    new = replace(new, created_at=LATER)
    given(backend, old, new, other)

    with backend.unit() as stores:
        stores.mails.forget("zoe@example.fr", AT)
    with backend.unit() as stores:
        with pytest.raises(NotFound):
            stores.mails.get(old.id)
        assert (stores.mails.get(new.id), stores.mails.get(other.id)) == (new, other)


def test_tokens_and_keys_are_listed_also_when_they_are_over(backend: Backend) -> None:
    """Oldest first, one owner's alone."""
    user, other = stored_user(backend), stored_user(backend)
    tokens = [make_token(user, created_at=LATER), make_token(user, revoked_at=AT)]
    keys = [make_key(user, created_at=LATER), make_key(user)]
    given(backend, *tokens, *keys, make_token(other), make_key(other))

    with backend.unit() as stores:
        stores.api_keys.revoke(user.id, keys[1].id, LATER)
    with backend.unit() as stores:
        assert list(stores.refresh_tokens.list_of(user.id)) == tokens[::-1]
        assert list(stores.api_keys.list_of(user.id)) == [replace(keys[1], revoked_at=LATER), keys[0]]


def test_invitations_are_listed_by_who_made_or_used_them(backend: Backend) -> None:
    """Oldest first."""
    user, other = stored_user(backend), stored_user(backend)
    made, used = make_invite(created_by=user.id, created_at=LATER), make_invite(used_by=user.id, used_at=AT)
    given(backend, made, used, make_invite(created_by=other.id))

    with backend.unit() as stores:
        assert list(stores.invites.list_of(user.id)) == [used, made]


def test_an_address_is_forgotten_in_invitations(backend: Backend) -> None:
    """In any spelling; one that nobody used would let anybody in without it, and goes; a later one is a new story."""
    user, other = stored_user(backend), stored_user(backend)
    used = make_invite(email="zoe@example.fr", used_by=user.id, used_at=AT)
    unused = make_invite(email="ZOE@example.fr", created_by=other.id)
    revoked = make_invite(email="zoe@example.fr", revoked_at=AT)
    kept = [
        make_invite(email="zoe@example.fr", created_at=LATER),
        make_invite(email="zoe@example.fr", used_by=other.id, used_at=AT),
        make_invite(email="lea@example.fr"),
        make_invite(),
    ]
    given(backend, used, unused, revoked, *kept)

    with backend.unit() as stores:
        stores.invites.forget(user.id, "zoe@example.fr", AT)
    with backend.unit() as stores:
        assert stores.invites.get(used.id) == replace(used, email=None)
        assert [stores.invites.get(one.id) for one in kept] == kept
        for gone in (unused, revoked):
            with pytest.raises(NotFound):
                stores.invites.get(gone.id)
        assert stores.invites.find_redeemable(used.code, "lea@example.fr") is None
