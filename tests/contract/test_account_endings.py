"""Accounts: removed ones are hidden, erased ones are gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from repositories.entities.users import Onboarding
from repositories.errors import EmailTaken, NotFound, StripeCustomerTaken
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
    stored_user,
    undone,
)


def test_a_removed_account_is_hidden(backend: Backend) -> None:
    """X21: by id and by address, from the unit that removed it and from the next."""
    user = stored_user(backend, email="zoe@example.fr")

    with backend.unit() as stores:
        stores.users.remove(user.id, LATER)
        assert stores.users.find_by_email("zoe@example.fr") is None

    with backend.unit() as stores:
        assert stores.users.find_by_email("zoe@example.fr") is None
        with pytest.raises(NotFound):
            stores.users.get(user.id)


def test_a_removed_account_cannot_be_changed(backend: Backend) -> None:
    """X21: nor removed a second time."""
    user = stored_user(backend)

    with backend.unit() as stores:
        stores.users.remove(user.id, AT)

    with backend.unit() as stores:
        with pytest.raises(NotFound):
            stores.users.edit_profile(user.id, {"name": "Léa"}, LATER)
        with pytest.raises(NotFound):
            stores.users.set_onboarding(user.id, Onboarding(), LATER)
        with pytest.raises(NotFound):
            stores.users.set_password_hash(user.id, "hash", LATER)
        with pytest.raises(NotFound):
            stores.users.remove(user.id, LATER)


def test_a_removed_account_frees_its_address(backend: Backend) -> None:
    """X21: a second account may take it, in another spelling and in the same unit; then it is taken again."""
    user = stored_user(backend, email="zoe@example.fr")

    with backend.unit() as stores:
        stores.users.remove(user.id, LATER)
        second = stores.users.add(make_user(email="ZOE@example.fr"))

    with backend.unit() as stores:
        assert stores.users.find_by_email("zoe@example.fr") == second
        with pytest.raises(EmailTaken):
            stores.users.add(make_user(email="zoe@example.fr"))
        stores.users.remove(second.id, LATER)
        third = stores.users.add(make_user(email="zoe@example.fr"))
        assert stores.users.find_by_email("zoe@example.fr") == third


def test_an_account_stored_as_removed_takes_no_address(backend: Backend) -> None:
    """X21: hidden from the start."""
    hidden = stored_user(backend, email="zoe@example.fr", deleted_at=AT)
    shown = stored_user(backend, email="zoe@example.fr")

    with backend.unit() as stores:
        assert stores.users.find_by_email("zoe@example.fr") == shown
        with pytest.raises(NotFound):
            stores.users.get(hidden.id)


def test_a_removed_account_keeps_its_stripe_customer(backend: Backend) -> None:
    """X21: money is not forgotten with the address."""
    user = stored_user(backend, stripe_customer_id="cus_1")

    with backend.unit() as stores:
        stores.users.remove(user.id, LATER)
        with pytest.raises(StripeCustomerTaken):
            stores.users.add(make_user(stripe_customer_id="cus_1"))


def test_a_removed_account_is_signed_in_nowhere(backend: Backend) -> None:
    """X21: its sessions open nothing, though they are there to be counted when they end."""
    user = stored_user(backend)
    session = make_session(user)
    given(backend, session)

    with backend.unit() as stores:
        stores.users.remove(user.id, AT)
        assert stores.sessions.find_identity(session.token_hash, AT) is None

    with backend.unit() as stores:
        assert stores.sessions.find_identity(session.token_hash, AT) is None
        assert stores.sessions.remove_all_of(user.id) == 1


@pytest.mark.parametrize("is_removed_first", [False, True])
def test_erasing_an_account_takes_all_that_is_its_own(backend: Backend, *, is_removed_first: bool) -> None:
    """X6: its sessions and its subscription; another account keeps hers."""
    user, other = make_user(stripe_customer_id="cus_1"), make_user()
    mine, hers = make_session(user), make_session(other)
    record = make_record(other)
    given(backend, user, other, mine, hers, make_record(user, stripe_subscription_id="sub_1"), record)

    with backend.unit() as stores:
        if is_removed_first:
            stores.users.remove(user.id, AT)
        stores.users.erase(user.id)

    with backend.unit() as stores:
        assert stores.sessions.remove(mine.token_hash) is False
        assert stores.subscriptions.find_by_user(user.id) is None
        with pytest.raises(NotFound):
            stores.users.get(user.id)
        with pytest.raises(NotFound):
            stores.users.erase(user.id)
        assert stores.sessions.remove(hers.token_hash) is True
        assert stores.subscriptions.find_by_user(other.id) == record


def test_an_erased_account_frees_all_its_names(backend: Backend) -> None:
    """X6, X21: id, address, Stripe customer and subscription, token; in the same unit."""
    user = make_user(stripe_customer_id="cus_1")
    session, record = make_session(user), make_record(user, stripe_subscription_id="sub_1")
    given(backend, user, session, record)

    with backend.unit() as stores:
        stores.users.erase(user.id)
        stores.users.add(user)
        stores.sessions.add(session)
        stores.subscriptions.add(record)

    with backend.unit() as stores:
        assert stores.users.find_by_email(user.email) == user
        assert stores.sessions.find_identity(session.token_hash, AT) is not None
        assert stores.subscriptions.find_by_user(user.id) == record


def test_invitations_forget_an_erased_account(backend: Backend) -> None:
    """X6: who used one and who made one; a used one stays used."""
    user, other = make_user(), make_user()
    used = make_invite(used_at=AT, used_by=user.id, created_by=other.id, code="USED")
    made = make_invite(used_at=AT, used_by=other.id, created_by=user.id, code="MADE", created_at=LATER)
    given(backend, user, other, used, made)

    with backend.unit() as stores:
        stores.users.erase(user.id)

    with backend.unit() as stores:
        newest, oldest = stores.invites.list_page(PageRequest()).items
        assert stores.invites.find_redeemable("USED", "zoe@example.fr") is None
    assert (newest.invite, newest.used_by_email) == (replace(made, created_by=None), other.email)
    assert (oldest.invite, oldest.used_by_email) == (replace(used, used_by=None), None)


def test_events_and_figures_outlive_an_erased_account(backend: Backend) -> None:
    """X6: their reference is weak, for they may live on another backend."""
    user = stored_user(backend)
    month = make_month(user_id=user.id)
    given(backend, month, make_event(user_id=user.id))

    with backend.unit() as stores:
        stores.users.erase(user.id)

    with backend.unit() as stores:
        assert stores.metrics.list_months(user.id) == (month,)
        assert stores.analytics.count(user.id).total == 1


def test_an_erasure_undone_brings_everything_back(backend: Backend) -> None:
    """X6, X15."""
    user = make_user()
    session, record = make_session(user), make_record(user)
    invite = make_invite(created_by=user.id)
    given(backend, user, session, record, invite)

    with undone(backend) as stores:
        stores.users.erase(user.id)

    with backend.unit() as stores:
        assert stores.users.find_by_email(user.email) == user
        assert stores.sessions.find_identity(session.token_hash, AT) is not None
        assert stores.subscriptions.find_by_user(user.id) == record
        assert stores.invites.list_page(PageRequest()).items[0].invite == invite
