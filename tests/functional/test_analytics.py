"""Events, the figures made of them, and the mark on those that are samples."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from config.settings import Toggles
from huntaze_app.clock import new_id
from repositories.entities.metrics import BusinessMonth
from tests.answers import assert_error, assert_invalid, router_of
from tests.conftest import AREAS, MakeApp
from tests.people import creator

EVENTS = "/api/analytics/events"
FIGURES = ("stats", "overview", "alerts", "top-hours")


@pytest.fixture
def zoe(app: Flask) -> FlaskClient:
    return creator(app)


@pytest.fixture
def is_sample(backend_name: str) -> bool:
    """Whether what is counted is gone at the next restart."""
    return backend_name == "memory"


def get(client: FlaskClient, name: str) -> dict[str, Any]:
    response = client.get(f"/api/analytics/{name}")
    assert response.status_code == 200
    body: dict[str, Any] = response.get_json()
    return body


def test_an_event_is_stored_and_told_back(zoe: FlaskClient) -> None:
    data = {"page": "é😀", "deep": [{"a": None, "b": True, "c": -1.5, "d": 9007199254740993}], "": ""}

    response = zoe.post(EVENTS, json={"eventType": "view", "eventData": data})

    body = response.get_json()
    assert response.status_code == 201
    assert body.keys() == {"id", "eventType", "eventData", "createdAt"}
    assert (body["eventType"], body["eventData"]) == ("view", data)
    assert UUID(body["id"]).version == 7


def test_events_are_counted_by_type_and_for_their_owner_alone(app: Flask, zoe: FlaskClient, is_sample: bool) -> None:
    other = creator(app, "other@example.fr")
    for kind in ("view", "view", "sale"):
        zoe.post(EVENTS, json={"eventType": kind})

    assert get(zoe, "stats") == {"sample": is_sample, "total": 3, "byType": {"view": 2, "sale": 1}}
    assert get(other, "stats") == {"sample": is_sample, "total": 0, "byType": {}}


def test_the_busiest_hours_come_first(app: Flask, is_sample: bool) -> None:
    with time_machine.travel(datetime(2026, 5, 1, 9, 30, tzinfo=UTC), tick=False):
        client = creator(app)
        assert get(client, "top-hours")["sample"] is True
        client.post(EVENTS, json={"eventType": "view"})
    with time_machine.travel(datetime(2026, 5, 1, 20, 59, 59, 999999, tzinfo=UTC), tick=False):
        client.post(EVENTS, json={"eventType": "view"})
        client.post(EVENTS, json={"eventType": "view"})
        body = get(client, "top-hours")

    assert body["sample"] is is_sample
    assert [hour["hour"] for hour in body["hours"]] == [20, 9]
    assert sum(hour["share"] for hour in body["hours"]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "eventType"),
        ({"eventType": ""}, "eventType"),
        ({"eventType": "x" * 101}, "eventType"),
        ({"eventType": None}, "eventType"),
        ({"eventType": 1}, "eventType"),
        ({"eventType": "a\nb"}, "eventType"),
        ({"eventType": "a", "eventData": None}, "eventData"),
        ({"eventType": "a", "eventData": []}, "eventData"),
        ({"eventType": "a", "eventData": "x"}, "eventData"),
        ({"eventType": "a", "userId": "01a1f919-1dde-7790-bf51-72adcfc10cf5"}, "userId"),
        ({"eventType": "a", "createdAt": "2020-01-01T00:00:00Z"}, "createdAt"),
    ],
)
def test_an_impossible_event_is_refused_and_not_counted(zoe: FlaskClient, body: dict[str, Any], field: str) -> None:
    assert_invalid(zoe.post(EVENTS, json=body), field)

    assert get(zoe, "stats")["total"] == 0


@pytest.mark.parametrize(("depth", "status"), [(20, 201), (21, 400)])
def test_event_data_may_be_twenty_levels_deep(zoe: FlaskClient, depth: int, status: int) -> None:
    data: dict[str, Any] = {}
    for _ in range(depth - 1):
        data = {"in": data}

    assert zoe.post(EVENTS, json={"eventType": "deep", "eventData": data}).status_code == status


def test_without_figures_of_ones_own_the_overview_is_a_sample(zoe: FlaskClient) -> None:
    body = get(zoe, "overview")

    assert body["sample"] is True
    assert len(body["revenue"]) == len(body["fanGrowth"]) == 12
    assert body["monthlyRevenueCents"] == body["revenue"][-1]["amountCents"]
    assert body["topFans"]
    assert sum(platform["share"] for platform in body["platforms"]) == pytest.approx(1)


def month(owner: UUID, first_day: date, **figures: Any) -> BusinessMonth:
    return BusinessMonth(new_id(), owner, first_day, datetime(2026, 5, 1, tzinfo=UTC), **figures)


def with_two_months(app: Flask) -> FlaskClient:
    client = creator(app)
    owner = UUID(client.get("/api/auth/me").get_json()["id"])
    april = month(owner, date(2026, 4, 1), revenue_cents=1000, fans=10, messages=100, ai_messages=50)
    may = month(owner, date(2026, 5, 1), revenue_cents=1500, fans=12, messages=100, ai_messages=20)
    for one in (may, april):
        router_of(app).run("metrics", lambda stores, one=one: stores.metrics.save(one))  # type: ignore[misc]
    return client


def test_ones_own_figures_are_shown_and_are_a_sample_only_where_a_restart_forgets_them(
    app: Flask, is_sample: bool
) -> None:
    body = get(with_two_months(app), "overview")

    assert body["sample"] is is_sample
    assert (body["monthlyRevenueCents"], body["monthlyRevenueChange"]) == (1500, 0.5)
    assert (body["automationRate"], body["automationRateChange"]) == (0.2, -0.6)
    assert [one["month"] for one in body["revenue"]] == ["2026-04-01", "2026-05-01"]
    assert body["topFans"] == body["platforms"] == []


def test_alerts_tell_what_moved_by_five_percent(app: Flask, is_sample: bool) -> None:
    body = get(with_two_months(app), "alerts")

    assert body == {
        "sample": is_sample,
        "alerts": [
            {"kind": "revenue", "severity": "info", "change": 0.5},
            {"kind": "automation", "severity": "warning", "change": -0.6},
        ],
    }


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_for_the_signed_in_alone(client: FlaskClient, name: str) -> None:
    assert_error(client.get(f"/api/analytics/{name}"), 401, "unauthenticated")


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_on_memory_is_marked_as_a_sample(make_app: MakeApp, name: str) -> None:
    client = creator(make_app("memory"))
    client.post(EVENTS, json={"eventType": "view"})

    assert get(client, name)["sample"] is True


def test_an_analytics_route_on_memory_still_knows_its_postgres_user(make_app: MakeApp) -> None:
    chosen = {**dict.fromkeys(AREAS, "postgres"), "analytics": "memory", "metrics": "memory"}
    client = creator(make_app("postgres", toggles=Toggles(chosen)))

    noted = client.post(EVENTS, json={"eventType": "view"})

    assert (noted.status_code, noted.headers["X-Store-Backend"]) == (201, "memory")
    assert client.get("/api/auth/me").headers["X-Store-Backend"] == "postgres"
    assert get(client, "stats")["total"] == 1


def test_the_dashboard_marks_its_figures_as_a_sample(zoe: FlaskClient) -> None:
    page = zoe.get("/dashboard")

    assert page.status_code == 200
    assert "exemple" in page.text.lower()
