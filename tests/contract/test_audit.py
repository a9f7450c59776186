"""The audit trail: it only grows, and outlives whom it names."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from repositories.entities.audit import AuditEvent
from repositories.errors import Conflict, InvalidValue
from repositories.paging import PageRequest
from repositories.stores import Backend
from tests.contract.builders import AT, LATER, SECOND, given, limit_of, make_audit_event, stored_user, undone


def test_an_event_is_stored_as_it_was_given(backend: Backend) -> None:
    """X1, X14: every field the caller's, and the details a copy."""
    details = {"means": "password", "invites": ["é😀", 1, None, True]}
    event = make_audit_event(actor_id=uuid4(), subject_id=uuid4(), ip="192.0.2.0", request_id="a", details=details)

    with backend.unit() as stores:
        added = stores.audit.add(event)
    details["means"] = "changed"

    with backend.unit() as stores:
        assert added == replace(event, details={**details, "means": "password"})
        assert stores.audit.list_page(PageRequest()).items == (added,)


def test_accounts_it_names_need_not_exist(backend: Backend) -> None:
    """A pseudonym stays when the account is gone."""
    user = stored_user(backend)
    event = make_audit_event(subject_id=user.id)
    given(backend, event)

    with backend.unit() as stores:
        stores.users.erase(user.id)

    with backend.unit() as stores:
        assert stores.audit.list_of(user.id) == (event,)


def test_pages_go_from_the_newest_back(backend: Backend) -> None:
    """X11: with a tie-break by id, and a total past the end too."""
    older, newer = make_audit_event(), make_audit_event(created_at=LATER)
    twin = make_audit_event(created_at=LATER)
    given(backend, older, newer, twin)

    with backend.unit() as stores:
        first, second = (stores.audit.list_page(PageRequest(page, 2)) for page in (1, 2))
        past = stores.audit.list_page(PageRequest(9, 2))

    assert first.items == tuple(sorted((newer, twin), key=lambda event: event.id, reverse=True))
    assert (second.items, second.total) == ((older,), 3)
    assert (past.items, past.total) == ((), 3)


def test_a_page_may_be_of_one_action_or_one_account(backend: Backend) -> None:
    """X11: as actor or as subject; both together narrow it further."""
    zoe, lea = uuid4(), uuid4()
    did = make_audit_event(actor_id=zoe, action="role_changed", subject_id=lea)
    signed_in = make_audit_event(actor_id=lea, created_at=AT + SECOND)
    unrelated = make_audit_event()
    given(backend, did, signed_in, unrelated)

    with backend.unit() as stores:
        listed = stores.audit.list_page
        assert listed(PageRequest(), "role_changed").items == (did,)
        assert listed(PageRequest(), None, lea).items == (signed_in, did)
        assert listed(PageRequest(), "signed_in", lea).items == (signed_in,)
        assert listed(PageRequest(), "signed_in", zoe).total == 0
        assert listed(PageRequest(), "%").total == 0
        assert stores.audit.list_page(PageRequest()).total == 3


def test_the_events_of_an_account_are_listed_from_the_oldest_on(backend: Backend) -> None:
    """X22: its own, and no others."""
    zoe = uuid4()
    later, first = make_audit_event(actor_id=zoe, created_at=LATER), make_audit_event(subject_id=zoe)
    given(backend, later, first, make_audit_event(actor_id=uuid4()))

    with backend.unit() as stores:
        assert stores.audit.list_of(zoe) == (first, later)
        assert stores.audit.list_of(uuid4()) == ()


def test_only_the_places_of_an_account_can_be_forgotten(backend: Backend) -> None:
    """Who, what and when stay, and so do the places of others."""
    zoe = uuid4()
    hers = make_audit_event(actor_id=zoe, ip="192.0.2.0", request_id="r")
    other = make_audit_event(actor_id=uuid4(), ip="198.51.100.0", created_at=LATER)
    given(backend, hers, other)

    with backend.unit() as stores:
        stores.audit.forget_places_of(zoe)
        stores.audit.forget_places_of(uuid4())

    with backend.unit() as stores:
        assert stores.audit.list_page(PageRequest()).items == (other, replace(hers, ip=None))


@pytest.mark.parametrize(
    "wrong",
    [{"action": "a\x00"}, {"action": "a" * (limit_of(AuditEvent, "action") + 1)}, {"details": {"a": float("nan")}}],
)
def test_what_cannot_be_stored_is_refused(backend: Backend, wrong: dict[str, object]) -> None:
    """X7: nothing is written, and the unit goes on."""
    kept = make_audit_event()

    with backend.unit() as stores:
        with pytest.raises(InvalidValue):
            stores.audit.add(make_audit_event(**wrong))
        stores.audit.add(kept)
        with pytest.raises(Conflict):
            stores.audit.add(kept)

    with backend.unit() as stores:
        assert stores.audit.list_page(PageRequest()).items == (kept,)


def test_what_is_undone_was_never_written_down(backend: Backend) -> None:
    """X15."""
    with undone(backend) as stores:
        stores.audit.add(make_audit_event())

    with backend.unit() as stores:
        assert stores.audit.list_page(PageRequest()).total == 0
