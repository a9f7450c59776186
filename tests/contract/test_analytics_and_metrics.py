"""Events and monthly figures of creators' businesses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from repositories.entities.analytics import EventCounts
from repositories.entities.users import Plan
from repositories.errors import Conflict, InvalidValue
from repositories.stores import Backend
from tests.contract.builders import AT, LATER, given, make_event, make_month, stored_user

FIGURES = ("revenue_cents", "active_subscribers", "fans", "average_response_seconds", "messages", "ai_messages")


def test_an_event_is_stored_as_it_was_given(backend: Backend) -> None:
    """X1, X5: its user need not exist."""
    event = make_event(event_data={"amount_cents": 1990})

    with backend.unit() as stores:
        assert stores.analytics.add(event) == event

    with backend.unit() as stores:
        assert stores.analytics.count(event.user_id) == EventCounts(total=1, by_type={"sale": 1}, by_hour={0: 1})


def test_an_event_stored_is_a_copy(backend: Backend) -> None:
    """X1: neither what was given nor what was answered is held on to."""
    data = {"tags": ["new"]}
    event = make_event(event_data=data)

    with backend.unit() as stores:
        answer = stores.analytics.add(event)
        data["tags"].append("changed")

    assert answer.event_data == {"tags": ["new"]}


def test_an_event_is_added_once(backend: Backend) -> None:
    """X3: and the same unit goes on."""
    event = make_event()
    given(backend, event)

    with backend.unit() as stores:
        with pytest.raises(Conflict):
            stores.analytics.add(replace(event, event_type="view"))
        stores.analytics.add(replace(event, id=uuid4(), event_type="view"))

    with backend.unit() as stores:
        assert stores.analytics.count(event.user_id).by_type == {"sale": 1, "view": 1}


def test_a_user_without_events_counts_none(backend: Backend) -> None:
    """X2, X22: whatever others have; her account makes no difference."""
    user = stored_user(backend)
    given(backend, make_event())

    with backend.unit() as stores:
        assert stores.analytics.count(user.id) == EventCounts(total=0, by_type={}, by_hour={})


def test_events_are_counted_by_type_and_hour(backend: Backend) -> None:
    """X11, X13: the hour is that of UTC, wherever the time was written and whatever the clocks do there."""
    owner = uuid4()
    paris = ZoneInfo("Europe/Paris")
    times = [
        datetime(2026, 3, 29, 0, 59, 59, 999999, UTC),
        datetime(2026, 3, 29, 1, 59, tzinfo=paris),  # before the clocks go forward: 0 h UTC
        datetime(2026, 3, 29, 3, 0, tzinfo=paris),  # after: 1 h UTC
        datetime(2026, 10, 25, 2, 30, tzinfo=paris, fold=0),  # 0 h UTC
        datetime(2026, 10, 25, 2, 30, tzinfo=paris, fold=1),  # 1 h UTC
        datetime(2026, 1, 1, 0, 15, tzinfo=timezone(timedelta(hours=5, minutes=45))),  # 18 h UTC, the day before
    ]
    given(backend, *(make_event(user_id=owner, created_at=at, event_type=f"t{at.fold}") for at in times), make_event())

    with backend.unit() as stores:
        counts = stores.analytics.count(owner)

    assert counts == EventCounts(total=6, by_type={"t0": 5, "t1": 1}, by_hour={0: 3, 1: 2, 18: 1})


def test_figures_are_stored_as_they_were_given(backend: Backend) -> None:
    """X1, X5, X24: their user need not exist."""
    month = make_month(plan=Plan.PRO, **{name: 10 + place for place, name in enumerate(FIGURES)})

    with backend.unit() as stores:
        assert stores.metrics.save(month) == month

    with backend.unit() as stores:
        assert stores.metrics.list_months(month.user_id) == (month,)


def test_figures_of_a_month_replace_those_it_had(backend: Backend) -> None:
    """X8: which keep their id and their birth; everything else is taken over."""
    first = make_month(plan=Plan.PRO, **dict.fromkeys(FIGURES, 7))
    other = make_month(user_id=first.user_id, month=date(2026, 2, 1))
    given(backend, first, other)
    second = make_month(user_id=first.user_id, created_at=LATER, fans=1)

    with backend.unit() as stores:
        saved = stores.metrics.save(second)

    with backend.unit() as stores:
        assert saved == replace(second, id=first.id, created_at=first.created_at)
        assert stores.metrics.list_months(first.user_id) == (other, saved)


def test_figures_with_the_id_of_another_month_are_refused(backend: Backend) -> None:
    """X3: nothing is written; saved for a month that has figures, they keep its id instead."""
    first, second = make_month(), make_month()
    given(backend, first, second)

    with backend.unit() as stores:
        with pytest.raises(Conflict):
            stores.metrics.save(make_month(id=first.id))
        with pytest.raises(InvalidValue):
            stores.metrics.save(make_month(id=first.id, fans=2**63))
        saved = stores.metrics.save(replace(second, id=first.id, fans=3))

    with backend.unit() as stores:
        assert stores.metrics.list_months(first.user_id) == (first,)
        assert stores.metrics.list_months(second.user_id) == (saved,) == (replace(second, fans=3),)


def test_months_are_listed_oldest_first(backend: Backend) -> None:
    """X11, X22: in whatever order they came, and one user's only."""
    owner = uuid4()
    months = [date(2026, 1, 1), date(1999, 12, 1), date(2025, 12, 1), date.max.replace(day=1), date.min]
    given(backend, *(make_month(user_id=owner, month=month) for month in months), make_month())

    with backend.unit() as stores:
        assert [one.month for one in stores.metrics.list_months(owner)] == sorted(months)
        assert stores.metrics.list_months(uuid4()) == ()


def test_a_month_added_in_a_unit_is_found_in_it(backend: Backend) -> None:
    """X8, X16: so that a second save replaces the first."""
    month = make_month(fans=1)

    with backend.unit() as stores:
        stores.metrics.save(month)
        stores.metrics.save(replace(month, id=uuid4(), fans=2))
        assert stores.metrics.list_months(month.user_id) == (replace(month, fans=2),)


def test_a_time_of_creation_may_be_any(backend: Backend) -> None:
    """X13: the first and the last instant there is."""
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    month = make_month(created_at=first)
    given(backend, month, replace(month, id=uuid4(), month=date(2026, 4, 1), created_at=last))

    with backend.unit() as stores:
        assert [one.created_at for one in stores.metrics.list_months(month.user_id)] == [first, last]
        assert last > AT
