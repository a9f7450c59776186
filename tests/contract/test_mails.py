"""Mails that go out."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from repositories.errors import BrokenReference, Conflict, InvalidValue, NotFound
from repositories.stores import Backend
from tests.contract.builders import AT, LATER, given, make_mail, stored_user, undone


def test_a_mail_is_stored_as_it_was_given(backend: Backend) -> None:
    mail = make_mail(values={"device": "Firefox"}, user_id=stored_user(backend).id)

    given(backend, mail)

    with backend.unit(read_only=True) as stores:
        assert stores.mails.get(mail.id) == mail
        with pytest.raises(NotFound):
            stores.mails.get(uuid4())


def test_an_event_is_told_once(backend: Backend) -> None:
    first = make_mail()

    with backend.unit() as stores:
        assert stores.mails.add(first)
        assert not stores.mails.add(make_mail(event=first.event))
        stores.mails.mark_sent(first.id, LATER)
        assert not stores.mails.add(make_mail(event=first.event)), "nor after it was sent"
        assert stores.mails.add(make_mail()), "and the unit goes on"


def test_an_event_that_was_undone_may_come_again(backend: Backend) -> None:
    mail = make_mail()

    with undone(backend) as stores:
        assert stores.mails.add(mail)

    with backend.unit() as stores:
        assert stores.mails.add(mail)


def test_a_mail_needs_its_user_and_its_own_id(backend: Backend) -> None:
    mail = make_mail()
    with backend.unit() as stores:
        with pytest.raises(BrokenReference):
            stores.mails.add(make_mail(user_id=uuid4()))
        assert stores.mails.add(mail)
        with pytest.raises(Conflict):
            stores.mails.add(make_mail(id=mail.id))
        with pytest.raises(InvalidValue):
            stores.mails.add(make_mail(event="x" * 201))


def test_attempts_are_counted_until_a_mail_is_settled(backend: Backend) -> None:
    mail = make_mail()
    given(backend, mail)

    with backend.unit() as stores:
        assert stores.mails.begin(uuid4(), AT) is None
        assert stores.mails.begin(mail.id, AT) == replace(mail, attempts=1, sending_at=AT)
        assert stores.mails.begin(mail.id, LATER) == replace(mail, attempts=2, sending_at=LATER)
        stores.mails.mark_sent(mail.id, LATER)
        assert stores.mails.begin(mail.id, LATER) is None


def test_a_settled_mail_forgets_whom_it_was_for_and_what_it_said(backend: Backend) -> None:
    sent, dropped = make_mail(values={"device": "Firefox"}), make_mail(values={"device": "Firefox"})
    given(backend, sent, dropped)

    with backend.unit() as stores:
        assert stores.mails.mark_sent(sent.id, LATER)
        assert not stores.mails.mark_sent(sent.id, LATER)
        assert not stores.mails.mark_dropped(sent.id, LATER)
        assert stores.mails.mark_dropped(dropped.id, LATER)
        assert not stores.mails.mark_sent(dropped.id, LATER)
        assert not stores.mails.mark_dropped(uuid4(), LATER)

        assert stores.mails.get(sent.id) == replace(sent, recipient=None, values={}, sent_at=LATER)
        assert stores.mails.get(dropped.id) == replace(dropped, recipient=None, values={}, dropped_at=LATER)


def test_the_mails_of_an_erased_user_go_with_her(backend: Backend) -> None:
    user = stored_user(backend)
    mail, other = make_mail(user_id=user.id, recipient=None), make_mail()
    given(backend, mail, other)

    with backend.unit() as stores:
        stores.users.erase(user.id)

    with backend.unit() as stores:
        with pytest.raises(NotFound):
            stores.mails.get(mail.id)
        assert stores.mails.get(other.id) == other


def test_settled_mails_are_forgotten_in_batches(backend: Backend) -> None:
    mails = [make_mail() for _ in range(3)]
    given(backend, *mails, make_mail())
    with backend.unit() as stores:
        for mail in mails:
            stores.mails.mark_sent(mail.id, LATER)
        assert stores.mails.remove_settled(AT, 10) == 0, "before, not at"
        assert stores.mails.remove_settled(LATER, 2) == 2
        assert stores.mails.remove_settled(LATER, 2) == 1
        assert stores.mails.remove_settled(LATER, 2) == 0, "one waits"
