"""Subscriptions: one record a user, replaced as a whole."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from repositories.entities.subscriptions import SubscriptionRecord, SubscriptionStatus
from repositories.entities.users import Plan, User
from repositories.errors import (
    BrokenReference,
    Conflict,
    InvalidValue,
    NotFound,
    StripeSubscriptionTaken,
    SubscriptionExists,
)
from repositories.stores import Backend
from tests.contract.builders import AT, LATER, MICROSECOND, given, make_record, make_user, stored_user


def full_record(user: User) -> SubscriptionRecord:
    """A record with every field set to something that is not its default."""
    return make_record(
        user,
        plan=Plan.PRO,
        status=SubscriptionStatus.PAST_DUE,
        raw_status="past_due",
        stripe_subscription_id="sub_1",
        current_period_start=AT,
        current_period_end=LATER,
        cancel_at_period_end=True,
        event_at=AT + MICROSECOND,
    )


def test_a_record_is_stored_as_it_was_given(backend: Backend) -> None:
    """X1, X24."""
    user = stored_user(backend)
    record = full_record(user)

    with backend.unit() as stores:
        added = stores.subscriptions.add(record)

    with backend.unit() as stores:
        assert added == record == stores.subscriptions.find_by_user(user.id)


@pytest.mark.parametrize("plan", Plan)
def test_every_plan_and_status_can_be_stored(backend: Backend, plan: Plan) -> None:
    """X14."""
    for status in SubscriptionStatus:
        user = stored_user(backend)
        given(backend, make_record(user, plan=plan, status=status))

        with backend.unit() as stores:
            found = stores.subscriptions.find_by_user(user.id)

        assert found is not None
        assert found.plan is plan
        assert found.status is status


def test_a_user_without_a_record_has_none(backend: Backend) -> None:
    """X2, X22: whatever others have."""
    user, other = make_user(), make_user()
    given(backend, user, other, make_record(other))

    with backend.unit() as stores:
        assert stores.subscriptions.find_by_user(user.id) is None
        assert stores.subscriptions.find_by_user(uuid4()) is None


def test_a_user_has_one_record(backend: Backend) -> None:
    """X3: nothing is written, and the same unit goes on."""
    user, other = stored_user(backend), stored_user(backend)
    record = full_record(user)
    given(backend, record)

    with backend.unit() as stores:
        with pytest.raises(SubscriptionExists) as refusal:
            stores.subscriptions.add(make_record(user))
        assert stores.subscriptions.find_by_user(user.id) == record
        stores.subscriptions.add(make_record(other))

    assert refusal.value.field == "user_id"


def test_a_stripe_subscription_is_one_record(backend: Backend) -> None:
    """X3: while any number of records have none."""
    users = [stored_user(backend) for _ in range(4)]
    given(backend, full_record(users[0]), make_record(users[1]), make_record(users[2]))

    with backend.unit() as stores:
        with pytest.raises(StripeSubscriptionTaken) as refusal:
            stores.subscriptions.add(make_record(users[3], stripe_subscription_id="sub_1"))
        assert stores.subscriptions.find_by_user(users[3].id) is None
        stores.subscriptions.add(make_record(users[3], stripe_subscription_id="SUB_1"))

    assert refusal.value.field == "stripe_subscription_id"


def test_of_two_conflicts_both_backends_tell_the_same(backend: Backend) -> None:
    """X3: that of the Stripe subscription."""
    user = stored_user(backend)
    record = full_record(user)
    given(backend, record)

    with backend.unit() as stores:
        with pytest.raises(StripeSubscriptionTaken):
            stores.subscriptions.add(replace(record, id=uuid4()))
        with pytest.raises(Conflict) as refusal:
            stores.subscriptions.add(record)

    assert refusal.value.field is None


def test_a_record_needs_its_user(backend: Backend) -> None:
    """X5: and the same unit goes on."""
    user = make_user()

    with backend.unit() as stores:
        with pytest.raises(BrokenReference):
            stores.subscriptions.add(make_record(user))
        stores.users.add(user)
        stores.subscriptions.add(make_record(user))


def test_a_record_is_replaced_but_for_its_birth(backend: Backend) -> None:
    """X8: every field is taken over, also the empty ones; `created_at` cannot be changed."""
    user = stored_user(backend)
    record = full_record(user)
    given(backend, record)
    plain = make_record(user, id=record.id, updated_at=LATER, created_at=LATER)

    with backend.unit() as stores:
        saved = stores.subscriptions.save(plain)

    with backend.unit() as stores:
        assert saved == replace(plain, created_at=record.created_at) == stores.subscriptions.find_by_user(user.id)


def test_a_record_saved_unchanged_stays_as_it_is(backend: Backend) -> None:
    """X8: it does not conflict with itself."""
    user = stored_user(backend)
    record = full_record(user)
    given(backend, record)

    with backend.unit() as stores:
        assert stores.subscriptions.save(record) == record


def test_an_unknown_record_cannot_be_saved(backend: Backend) -> None:
    """X9, X22: nor one that another user has; and nothing is written."""
    user, other = stored_user(backend), stored_user(backend)
    record = full_record(user)
    given(backend, record)

    with backend.unit() as stores:
        with pytest.raises(NotFound):
            stores.subscriptions.save(make_record(user))
        with pytest.raises(NotFound):
            stores.subscriptions.save(replace(record, user_id=other.id))
        with pytest.raises(NotFound):
            stores.subscriptions.save(make_record(other, stripe_subscription_id="sub_1", raw_status="x" * 65))
        with pytest.raises(InvalidValue):
            stores.subscriptions.save(make_record(other, raw_status="\x00"))

    with backend.unit() as stores:
        assert stores.subscriptions.find_by_user(user.id) == record
        assert stores.subscriptions.find_by_user(other.id) is None


def test_a_record_cannot_take_the_stripe_subscription_of_another(backend: Backend) -> None:
    """X3: it keeps its own, and the same unit goes on."""
    user, other = stored_user(backend), stored_user(backend)
    record = make_record(other, stripe_subscription_id="sub_2")
    given(backend, full_record(user), record)

    with backend.unit() as stores:
        with pytest.raises(StripeSubscriptionTaken):
            stores.subscriptions.save(replace(record, stripe_subscription_id="sub_1", plan=Plan.PRO))
        assert stores.subscriptions.find_by_user(other.id) == record
        stores.subscriptions.save(replace(record, stripe_subscription_id="sub_3"))


def test_a_stripe_subscription_given_up_may_be_taken(backend: Backend) -> None:
    """X3: in the same unit."""
    user, other = stored_user(backend), stored_user(backend)
    record = full_record(user)
    given(backend, record)

    with backend.unit() as stores:
        stores.subscriptions.save(replace(record, stripe_subscription_id=None))
        stores.subscriptions.add(make_record(other, stripe_subscription_id="sub_1"))
