"""Units of work: all or nothing, unseen until they end, and whole after a refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from repositories.entities.invites import InviteCounts
from repositories.entities.users import Onboarding
from repositories.errors import (
    BrokenReference,
    CodeTaken,
    EmailTaken,
    InvalidValue,
    NotFound,
    ReadOnlyUnit,
    SubscriptionExists,
)
from repositories.paging import PageRequest
from repositories.stores import Backend, Stores
from tests.contract.builders import (
    AT,
    LATER,
    Undone,
    given,
    make_event,
    make_invite,
    make_month,
    make_record,
    make_session,
    make_user,
    put,
    stored_user,
    undone,
)
from tests.contract.threads import elsewhere

ANYONE = UUID(int=1)
WRITES: dict[str, Callable[[Stores], object]] = {
    "users.add": lambda stores: stores.users.add(make_user()),
    "users.edit_profile": lambda stores: stores.users.edit_profile(ANYONE, {"name": "Léa"}, AT),
    "users.set_onboarding": lambda stores: stores.users.set_onboarding(ANYONE, Onboarding(), AT),
    "users.set_password_hash": lambda stores: stores.users.set_password_hash(ANYONE, "hash", AT),
    "users.remove": lambda stores: stores.users.remove(ANYONE, AT),
    "users.erase": lambda stores: stores.users.erase(ANYONE),
    "sessions.add": lambda stores: stores.sessions.add(make_session(make_user())),
    "sessions.touch": lambda stores: stores.sessions.touch(ANYONE, AT),
    "sessions.remove": lambda stores: stores.sessions.remove(b"token"),
    "sessions.remove_all_of": lambda stores: stores.sessions.remove_all_of(ANYONE),
    "invites.add_all": lambda stores: stores.invites.add_all([make_invite()]),
    "invites.add_all none": lambda stores: stores.invites.add_all([]),
    "invites.redeem": lambda stores: stores.invites.redeem("CODE", "zoe@example.fr", ANYONE, AT),
    "invites.revoke": lambda stores: stores.invites.revoke(ANYONE, AT),
    "subscriptions.add": lambda stores: stores.subscriptions.add(make_record(make_user())),
    "subscriptions.save": lambda stores: stores.subscriptions.save(make_record(make_user())),
    "analytics.add": lambda stores: stores.analytics.add(make_event()),
    "metrics.save": lambda stores: stores.metrics.save(make_month()),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_unit_opened_for_reading_refuses_to_write(backend: Backend, write: Callable[[Stores], object]) -> None:
    """X15: before it looks whether there is anything to write; and it can still read."""
    user = stored_user(backend, id=ANYONE)

    with backend.unit(read_only=True) as stores:
        with pytest.raises(ReadOnlyUnit):
            write(stores)
        assert stores.users.get(ANYONE) == user

    with backend.unit(read_only=True) as stores:
        assert stores.users.get(ANYONE) == user
        assert stores.invites.count().total == 0


def test_a_unit_opened_for_reading_reads_everything(backend: Backend) -> None:
    """X15: every method that does not write."""
    user = make_user()
    session, record, invite = make_session(user), make_record(user), make_invite()
    event, month = make_event(user_id=user.id), make_month(user_id=user.id)
    given(backend, user, session, record, invite, event, month)

    with backend.unit(read_only=True) as stores:
        assert stores.users.find_by_email(user.email) == user
        assert stores.sessions.find_identity(session.token_hash, AT) is not None
        assert stores.subscriptions.find_by_user(user.id) == record
        assert stores.invites.find_redeemable(invite.code, user.email) == invite
        assert stores.invites.list_page(PageRequest()).total == 1
        assert stores.analytics.count(user.id).total == 1
        assert stores.metrics.list_months(user.id) == (month,)


def test_a_unit_that_fails_leaves_nothing(backend: Backend) -> None:
    """X15: whatever it wrote, in every store."""
    user = make_user()
    session, record, invite = make_session(user), make_record(user), make_invite()
    event, month = make_event(user_id=user.id), make_month(user_id=user.id)

    with undone(backend) as stores:
        for entity in (user, session, record, invite, event, month):
            put(stores, entity)
        assert stores.users.get(user.id) == user

    with backend.unit() as stores:
        assert stores.users.find_by_email(user.email) is None
        assert stores.sessions.find_identity(session.token_hash, AT) is None
        assert stores.subscriptions.find_by_user(user.id) is None
        assert stores.invites.count() == InviteCounts(total=0, used=0, revoked=0)
        assert stores.analytics.count(user.id).total == 0
        assert stores.metrics.list_months(user.id) == ()
        for entity in (user, session, record, invite, event, month):
            put(stores, entity)


def test_a_unit_that_fails_brings_back_what_it_changed(backend: Backend) -> None:
    """X15: changes and deletions alike."""
    user, other = make_user(), make_user()
    session, record, invite = make_session(user), make_record(user), make_invite()
    month = make_month(user_id=user.id)
    given(backend, user, other, session, record, invite, month)

    with undone(backend) as stores:
        stores.users.edit_profile(user.id, {"name": "Léa"}, LATER)
        stores.users.remove(other.id, LATER)
        stores.sessions.remove(session.token_hash)
        stores.subscriptions.save(replace(record, raw_status="changed"))
        stores.invites.redeem(invite.code, user.email, user.id, LATER)
        stores.metrics.save(replace(month, fans=9))

    with backend.unit() as stores:
        assert (stores.users.get(user.id), stores.users.get(other.id)) == (user, other)
        assert stores.sessions.find_identity(session.token_hash, AT) is not None
        assert stores.subscriptions.find_by_user(user.id) == record
        assert stores.invites.find_redeemable(invite.code, user.email) == invite
        assert stores.metrics.list_months(user.id) == (month,)


@pytest.mark.parametrize("failure", [Undone, KeyboardInterrupt, SystemExit, GeneratorExit, NotFound])
def test_a_unit_is_undone_by_whatever_is_raised(backend: Backend, failure: type[BaseException]) -> None:
    """X15: and what is raised comes out as it is."""
    user = make_user()

    with pytest.raises(failure), backend.unit() as stores:  # noqa: PT012  # the unit fails at its end
        stores.users.add(user)
        raise failure

    with backend.unit() as stores:
        assert stores.users.find_by_email(user.email) is None
        stores.users.add(user)


def test_a_unit_left_by_a_return_is_kept(backend: Backend) -> None:
    """X15: a unit ends well unless something is raised."""
    user = make_user()

    def leave() -> None:
        with backend.unit() as stores:
            stores.users.add(user)
            return

    leave()
    with backend.unit() as stores:
        assert stores.users.get(user.id) == user


def test_a_unit_with_many_refusals_keeps_all_else(backend: Backend) -> None:
    """X3, X15: of every kind, between writes that are kept."""
    taken = stored_user(backend, email="zoe@example.fr")
    given(backend, make_record(taken), make_invite(code="SAME"))
    added = [make_user() for _ in range(6)]
    refused: list[tuple[type[Exception], Callable[[Stores], object]]] = [
        (EmailTaken, lambda stores: stores.users.add(make_user(email="ZOE@example.fr"))),
        (BrokenReference, lambda stores: stores.sessions.add(make_session(make_user()))),
        (InvalidValue, lambda stores: stores.users.add(make_user(name="x" * 201))),
        (InvalidValue, lambda stores: stores.users.add(make_user(name="\ud800"))),
        (CodeTaken, lambda stores: stores.invites.add_all([make_invite(), make_invite(code="SAME")])),
        (SubscriptionExists, lambda stores: stores.subscriptions.add(make_record(taken))),
    ]

    with backend.unit() as stores:
        for user, (error, act) in zip(added, refused, strict=True):
            stores.users.add(user)
            with pytest.raises(error):
                act(stores)
            with pytest.raises(error):
                act(stores)

    with backend.unit() as stores:
        assert [stores.users.get(user.id) for user in added] == added
        assert stores.invites.count().total == 1


def test_a_unit_that_begins_with_a_refusal_goes_on(backend: Backend) -> None:
    """X3: the first write of a unit is like any other; and one with nothing but a refusal ends well."""
    taken = stored_user(backend)
    user = make_user()

    with backend.unit() as stores, pytest.raises(EmailTaken):
        stores.users.add(make_user(email=taken.email))
    with backend.unit() as stores:
        with pytest.raises(EmailTaken):
            stores.users.add(make_user(email=taken.email))
        stores.users.add(user)

    with backend.unit() as stores:
        assert stores.users.get(user.id) == user


def test_a_unit_may_end_without_doing_anything(backend: Backend) -> None:
    """X15: or fail."""
    with backend.unit():
        pass
    with undone(backend):
        pass
    with backend.unit() as stores, pytest.raises(NotFound):
        stores.users.get(uuid4())


def test_what_a_unit_wrote_is_unseen_until_it_ends(backend: Backend) -> None:
    """X16: neither a new row, nor a change, nor a deletion; in another thread and in this one."""
    user, other, new = make_user(), make_user(), make_user(email="new@example.fr")
    session = make_session(user)
    given(backend, user, other, session)

    def look() -> tuple[object, ...]:
        with backend.unit(read_only=True) as stores:
            found = stores.users.find_by_email("new@example.fr"), stores.users.get(user.id), stores.users.get(other.id)
            return *found, stores.sessions.find_identity(session.token_hash, AT) is not None

    with backend.unit() as stores:
        stores.users.add(new)
        edited = stores.users.edit_profile(user.id, {"name": "Léa"}, LATER)
        stores.users.erase(other.id)
        stores.sessions.remove(session.token_hash)
        assert look() == elsewhere(look) == (None, user, other, True)
        stores.users.add(other)

    assert look() == (new, edited, other, False)


def test_a_unit_sees_what_others_have_written_since_it_began(backend: Backend) -> None:
    """X16: units read what is committed at each look, not at their beginning."""
    user = make_user()

    with backend.unit() as stores:
        assert stores.users.find_by_email(user.email) is None
        elsewhere(lambda: given(backend, user))
        assert stores.users.find_by_email(user.email) == user


def test_a_backend_says_how_it_is(backend: Backend) -> None:
    """X28: a backend at hand is healthy and passes its checks, and is called what its folder is."""
    health = backend.health()

    assert (health.is_healthy, health.problem) == (True, None)
    assert 0 <= health.latency_ms < 1000
    assert [check for check in backend.checks() if not check.is_passed] == []
    assert type(backend).__module__ == f"repositories.{backend.name}.backend"
    assert backend.is_lasting is (backend.name != "memory")


def test_a_backend_may_be_closed_twice(backend: Backend) -> None:
    """X28: letting go of nothing is fine."""
    backend.close()
    backend.close()
