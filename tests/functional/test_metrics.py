"""Business figures, month by month."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from huntaze_app.clock import new_id
from repositories.entities.metrics import BusinessMonth
from repositories.errors import InvalidValue
from tests.answers import assert_error, router_of
from tests.people import creator

MONTH_KEYS = {
    "month",
    "grossVolumeCents",
    "aiMessages",
    "messages",
    "activeSubscribers",
    "fans",
    "averageResponseSeconds",
    "plan",
}


def test_without_figures_of_ones_own_twelve_sample_months_end_with_this_one(app: Flask) -> None:
    with time_machine.travel(datetime(2026, 1, 31, 23, 59, tzinfo=UTC), tick=False):
        body = creator(app).get("/api/metrics/monthly").get_json()

    assert body["sample"] is True
    assert [one["month"] for one in body["months"]] == [f"2025-{n:02}-01" for n in range(2, 13)] + ["2026-01-01"]
    assert all(one.keys() == MONTH_KEYS for one in body["months"])


def test_the_totals_are_the_sums_of_the_months(app: Flask) -> None:
    client = creator(app)
    months = client.get("/api/metrics/monthly").get_json()["months"]

    body = client.get("/api/metrics").get_json()

    assert body.keys() == {"sample", "current", "grossVolumeCents", "aiMessages"}
    assert body["current"] == months[-1]
    assert body["grossVolumeCents"] == sum(one["grossVolumeCents"] for one in months)
    assert body["aiMessages"] == sum(one["aiMessages"] for one in months)


def test_ones_own_months_replace_the_sample(app: Flask, backend_name: str) -> None:
    client = creator(app)
    owner = UUID(client.get("/api/auth/me").get_json()["id"])
    other = creator(app, "other@example.fr")
    own = BusinessMonth(new_id(), owner, date(2026, 4, 1), datetime(2026, 4, 1, tzinfo=UTC), revenue_cents=2**53)
    router_of(app).run("metrics", lambda stores: stores.metrics.save(own))

    body = client.get("/api/metrics").get_json()

    assert body["sample"] is (backend_name == "memory")
    assert body["grossVolumeCents"] == 2**53
    assert other.get("/api/metrics").get_json()["sample"] is True


def test_a_month_that_cannot_be_stored_leaves_nothing_behind(app: Flask) -> None:
    client = creator(app)
    owner = UUID(client.get("/api/auth/me").get_json()["id"])
    too_much = BusinessMonth(new_id(), owner, date(2026, 4, 1), datetime(2026, 4, 1, tzinfo=UTC), revenue_cents=2**66)

    with pytest.raises(InvalidValue):
        router_of(app).run("metrics", lambda stores: stores.metrics.save(too_much))

    assert client.get("/api/metrics").get_json()["sample"] is True


@pytest.mark.parametrize("path", ["/api/metrics", "/api/metrics/monthly"])
def test_metrics_are_for_the_signed_in_alone(client: FlaskClient, path: str) -> None:
    assert_error(client.get(path), 401, "unauthenticated")
