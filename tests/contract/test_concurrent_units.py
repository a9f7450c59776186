"""Units of work at once: one wins, nobody's work is lost, nobody waits for ever."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from threading import Event
from time import monotonic
from uuid import UUID, uuid4

import pytest

from repositories.entities.invites import Invite
from repositories.errors import CodeTaken, Conflict, EmailTaken, InviteUsed, SubscriptionExists, Unavailable
from repositories.paging import PageRequest
from repositories.stores import Backend
from tests.contract.builders import (
    AT,
    LATER,
    given,
    make_event,
    make_invite,
    make_month,
    make_record,
    make_session,
    make_user,
    stored_invite,
    stored_user,
    undone,
)
from tests.contract.threads import CALLERS, elsewhere, race

ROUNDS = 5
PATIENCE = 4.0  # seconds: the backends wait two for another writer


def test_an_address_is_taken_by_one_of_many(backend: Backend) -> None:
    """X17: each in its own spelling; the others are told so."""
    for number in range(ROUNDS):
        spellings = [f"{'zoe' if caller % 2 else 'ZOE'}{number}@example.fr" + " " * caller for caller in range(CALLERS)]

        def sign_up(caller: int, spellings: list[str] = spellings) -> UUID:
            with backend.unit() as stores:
                return stores.users.add(make_user(email=spellings[caller])).id

        answers = race(sign_up)

        winners = [answer for answer in answers if isinstance(answer, UUID)]
        assert Counter(type(answer) for answer in answers) == {UUID: 1, EmailTaken: CALLERS - 1}
        with backend.unit() as stores:
            found = stores.users.find_by_email(spellings[0])
        assert found is not None
        assert [found.id] == winners


def test_an_invitation_is_spent_by_one_of_many(backend: Backend) -> None:
    """X18: after each has looked whether it is unspent."""
    users = [stored_user(backend) for _ in range(CALLERS)]
    for number in range(ROUNDS):
        invite = stored_invite(backend, created_at=AT + timedelta(days=number))

        def redeem(caller: int, code: str = invite.code) -> Invite | None:
            with backend.unit() as stores:
                stores.invites.find_redeemable(code, users[caller].email)
                return stores.invites.redeem(code, users[caller].email, users[caller].id, AT)

        (spent,) = [answer for answer in race(redeem) if answer is not None]

        with backend.unit() as stores:
            assert stores.invites.list_page(PageRequest()).items[0].invite == spent
            assert stores.invites.count().used == number + 1


def test_a_sign_up_with_one_invitation_leaves_one_account(backend: Backend) -> None:
    """X15, X18: whoever comes too late leaves nothing behind."""
    invite = stored_invite(backend)
    users = [make_user() for _ in range(CALLERS)]

    def sign_up(caller: int) -> UUID:
        with backend.unit() as stores:
            user = stores.users.add(users[caller])
            if stores.invites.redeem(invite.code, user.email, user.id, AT) is None:
                raise InviteUsed
            return user.id

    answers = race(sign_up)

    assert Counter(type(answer) for answer in answers) == {UUID: 1, InviteUsed: CALLERS - 1}
    with backend.unit() as stores:
        stayed = [user.id for user in users if stores.users.find_by_email(user.email)]
    assert stayed == [answer for answer in answers if isinstance(answer, UUID)]


def test_an_invitation_is_either_spent_or_withdrawn(backend: Backend) -> None:
    """X18: never both, whoever is first."""
    user = stored_user(backend)
    for _ in range(ROUNDS):
        invite = stored_invite(backend)

        def act(caller: int, invite: Invite = invite) -> Invite | None:
            with backend.unit() as stores:
                if caller % 2:
                    return stores.invites.redeem(invite.code, user.email, user.id, AT)
                return stores.invites.revoke(invite.id, AT)

        race(act, callers=8)

        with backend.unit() as stores:
            listed = {one.invite.id: one.invite for one in stores.invites.list_page(PageRequest()).items}[invite.id]
        assert (listed.used_at is None) != (listed.revoked_at is None)


def test_a_code_is_made_by_one_of_many(backend: Backend) -> None:
    """X17: and of those who lose, none of their other invitations stays."""

    def make(_: int) -> None:
        with backend.unit() as stores:
            stores.invites.add_all([make_invite(), make_invite(code="SAME")])

    answers = race(make)

    assert Counter(type(answer) for answer in answers) == {type(None): 1, CodeTaken: CALLERS - 1}
    with backend.unit() as stores:
        assert stores.invites.count().total == 2


def test_a_token_and_a_subscription_are_one_of_many(backend: Backend) -> None:
    """X17."""
    user = stored_user(backend)

    def sign_in(_: int) -> None:
        with backend.unit() as stores:
            stores.sessions.add(make_session(user, token_hash=b"same"))

    def subscribe(_: int) -> None:
        with backend.unit() as stores:
            stores.subscriptions.add(make_record(user))

    assert Counter(type(answer) for answer in race(sign_in)) == {type(None): 1, Conflict: CALLERS - 1}
    assert Counter(type(answer) for answer in race(subscribe)) == {type(None): 1, SubscriptionExists: CALLERS - 1}


def test_a_session_ends_once_for_one_of_many(backend: Backend) -> None:
    """X18: of those who end it, one is told that it was there."""
    user = make_user()
    session = make_session(user)
    given(backend, user, session)

    def sign_out(_: int) -> bool:
        with backend.unit() as stores:
            return stores.sessions.remove(session.token_hash)

    assert sorted(race(sign_out), key=bool) == [False] * (CALLERS - 1) + [True]


def test_figures_of_one_month_saved_by_many_are_one_row(backend: Backend) -> None:
    """X17, X19: the first gives the id, one of them the figures."""
    owner = uuid4()

    def save(caller: int) -> UUID:
        with backend.unit() as stores:
            return stores.metrics.save(make_month(user_id=owner, fans=caller, messages=caller)).id

    ids = race(save)

    with backend.unit() as stores:
        (month,) = stores.metrics.list_months(owner)
    assert set(ids) == {month.id}
    assert month.fans == month.messages


def test_no_event_of_many_is_lost(backend: Backend) -> None:
    """X19: nor a month, nor a session."""
    user = stored_user(backend)

    def work(caller: int) -> None:
        for number in range(4):
            with backend.unit() as stores:
                stores.analytics.add(make_event(user_id=user.id))
                stores.metrics.save(make_month(user_id=user.id, month=date(2000 + caller, 1 + number, 1)))
                stores.sessions.add(make_session(user))

    assert race(work) == [None] * CALLERS

    with backend.unit() as stores:
        assert stores.analytics.count(user.id).total == 4 * CALLERS
        assert len(stores.metrics.list_months(user.id)) == 4 * CALLERS
        assert stores.sessions.remove_all_of(user.id) == 4 * CALLERS


def test_changes_of_different_fields_do_not_undo_each_other(backend: Backend) -> None:
    """X19, X8: a change writes its own field only, not what it read of the others before."""
    user = stored_user(backend)

    def edit(caller: int) -> None:
        with backend.unit() as stores:
            stores.users.get(user.id)
            if caller % 3 == 0:
                stores.users.edit_profile(user.id, {"name": "new"}, LATER)
            elif caller % 3 == 1:
                stores.users.edit_profile(user.id, {"bio": "new"}, LATER)
            else:
                stores.users.set_password_hash(user.id, "new", LATER)

    race(edit)

    with backend.unit() as stores:
        found = stores.users.get(user.id)
    assert (found.name, found.bio, found.password_hash) == ("new", "new", "new")


def test_a_unit_that_fails_does_not_undo_the_work_of_another(backend: Backend) -> None:
    """X15, X16: what another stored while it was open stays, also the row it was about to change."""
    user, other, late = stored_user(backend), make_user(), make_user()

    def work() -> None:
        with backend.unit() as stores:
            stores.users.add(other)
            stores.users.edit_profile(user.id, {"bio": "theirs"}, LATER)

    with undone(backend) as stores:
        stores.users.get(user.id)
        elsewhere(work)
        stores.users.edit_profile(user.id, {"bio": "mine", "name": "mine"}, LATER)
        stores.users.add(late)

    with backend.unit() as stores:
        assert stores.users.get(other.id) == other
        assert (stores.users.get(user.id).bio, stores.users.get(user.id).name) == ("theirs", user.name)
        assert stores.users.find_by_email(late.email) is None


def test_many_units_half_of_which_fail_leave_the_other_half(backend: Backend) -> None:
    """X15, X19."""
    owner = uuid4()

    def work(caller: int) -> None:
        if caller % 2:
            with undone(backend) as stores:
                stores.analytics.add(make_event(user_id=owner, event_type="undone"))
        else:
            with backend.unit() as stores:
                stores.analytics.add(make_event(user_id=owner, event_type="kept"))

    race(work)

    with backend.unit() as stores:
        assert stores.analytics.count(owner).by_type == {"kept": CALLERS // 2}


@pytest.mark.parametrize("is_undone", [False, True])
def test_a_writer_of_the_same_row_waits_for_the_one_before(backend: Backend, *, is_undone: bool) -> None:
    """X16, X19: and then decides on what that one left."""
    email = "zoe@example.fr"
    has_written, may_end = Event(), Event()

    def first(_: int) -> None:
        with undone(backend) if is_undone else backend.unit() as stores:
            stores.users.add(make_user(email=email))
            has_written.set()
            may_end.wait(timeout=10)

    def second(_: int) -> None:
        has_written.wait(timeout=10)
        with backend.unit() as stores:
            assert stores.users.find_by_email(email) is None
            may_end.set()
            stores.users.add(make_user(email=email))

    answers = race(lambda caller: (first, second)[caller](caller), callers=2)

    assert [type(answer) for answer in answers] == [type(None), type(None) if is_undone else EmailTaken]


def test_a_writer_does_not_wait_for_ever(backend: Backend) -> None:
    """X28: when another keeps the row, the unit is told that the backend is busy; readers are not kept waiting."""
    user = stored_user(backend)

    def write() -> float:
        start = monotonic()
        with pytest.raises(Unavailable), backend.unit() as stores:
            stores.users.edit_profile(user.id, {"name": "second"}, LATER)
        return monotonic() - start

    with backend.unit() as stores:
        stores.users.edit_profile(user.id, {"name": "first"}, LATER)
        waited = elsewhere(write)
        with backend.unit(read_only=True) as others:
            assert others.users.get(user.id) == user

    assert waited < PATIENCE
    with backend.unit() as stores:
        assert stores.users.get(user.id).name == "first"
        stores.users.edit_profile(user.id, {"name": "second"}, LATER)
