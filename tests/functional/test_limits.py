"""Who calls too often is told when to come back, and nobody else notices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.answers import assert_error
from tests.conftest import MakeApp
from tests.people import admin, creator

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

Clock = time_machine.Traveller


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The time, which stands still."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def limited(backend_name: str, make_app: MakeApp) -> Flask:
    """An application with the shipped limits."""
    return make_app(backend_name, ratelimit_enabled=True)


def statuses(count: int, call: Callable[[], TestResponse]) -> list[int]:
    return [call().status_code for _ in range(count)]


def test_the_eleventh_call_in_ten_seconds_is_refused_and_waiting_helps(limited: Flask, clock: Clock) -> None:
    visitor = limited.test_client()
    for left in range(9, -1, -1):
        response = visitor.get("/api/auth/me")
        assert response.status_code == 401
        assert response.headers["X-RateLimit-Limit"] == "10"
        assert response.headers["X-RateLimit-Remaining"] == str(left)
        assert response.headers["X-RateLimit-Reset"] == str(int(START.timestamp()) + 10)
        assert "Retry-After" not in response.headers
        clock.shift(0.5)

    refused = visitor.get("/api/auth/me")
    assert_error(refused, 429, "rate_limited")
    assert refused.headers["Retry-After"] == "5"
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    clock.shift(4.9)
    assert visitor.get("/api/auth/me").status_code == 429
    clock.shift(0.1)
    assert statuses(2, lambda: visitor.get("/api/auth/me")) == [401, 429]


def test_one_budget_covers_every_route_method_and_spelling(limited: Flask, clock: Clock) -> None:
    zoe = creator(limited)
    calls: list[Callable[[], TestResponse]] = [
        lambda: zoe.get("/api/auth/me?x=1"),
        lambda: zoe.get("/api/users/profile"),
        lambda: zoe.patch("/api/users/profile", json={"name": "Z"}),
        lambda: zoe.head("/api/auth/me"),
        lambda: zoe.get("/api/nowhere"),
        lambda: zoe.delete("/api/auth/me"),
        lambda: zoe.get("/api/auth/me/"),
        lambda: zoe.post("/api/analytics/events", json={}),
        lambda: zoe.get("/api/metrics"),
        lambda: zoe.get("/api/billing/subscription"),
    ]

    assert 429 not in [call().status_code for call in calls]
    assert zoe.get("/api/auth/me").status_code == 429


def test_what_is_not_under_api_is_not_limited(limited: Flask) -> None:
    visitor = limited.test_client()
    for path in ("/healthz", "/readyz", "/api/health", "/api/openapi.json", "/api/docs", "/static/css/base.css", "/"):
        responses = [visitor.get(path, buffered=True) for _ in range(12)]
        assert {response.status_code for response in responses} == {200}, path
        assert "X-RateLimit" not in str(responses[0].headers)
    assert statuses(12, lambda: visitor.options("/api/auth/me")) == [200] * 12


def test_each_user_has_her_own_budget_wherever_she_is(limited: Flask, clock: Clock) -> None:
    zoe, lea = creator(limited), creator(limited, "lea@example.fr")
    places = [{"REMOTE_ADDR": f"192.0.2.{number}"} for number in range(11)]

    assert [zoe.get("/api/auth/me", environ_base=place).status_code for place in places] == [200] * 10 + [429]
    assert lea.get("/api/auth/me").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": "Bearer {}"}, {"Cookie": "huntaze_session={}"}, {"X-Forwarded-For": "203.0.113.{}"}],
    ids=lambda headers: next(iter(headers)),
)
def test_what_is_nobody_s_counts_by_its_address(limited: Flask, clock: Clock, headers: dict[str, str]) -> None:
    client = limited.test_client(use_cookies=False)
    made = [{name: text.format(f"{number:043}") for name, text in headers.items()} for number in range(11)]

    found = [client.get("/api/auth/me", headers=one).status_code for one in made]

    assert found == [401] * 10 + [429]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
    ],
)
def test_addresses_of_one_network_share_a_budget(
    limited: Flask, clock: Clock, one: str, other: str, same: bool
) -> None:
    visitor = limited.test_client()
    statuses(10, lambda: visitor.get("/api/auth/me", environ_base={"REMOTE_ADDR": one}))

    assert (visitor.get("/api/auth/me", environ_base={"REMOTE_ADDR": other}).status_code == 429) is same


def test_a_refusal_is_told_in_every_form_and_language(limited: Flask, clock: Clock) -> None:
    visitor = limited.test_client()
    statuses(10, lambda: visitor.get("/api/auth/me"))

    french = visitor.get("/api/auth/me").get_json()["error"]
    english = visitor.get("/api/auth/me", headers={"Accept-Language": "en"}).get_json()["error"]
    problem = visitor.get("/api/auth/me", headers={"Accept": "application/problem+json"})

    assert french == "Trop de demandes en peu de temps. Réessayez dans 10\N{NO-BREAK SPACE}s."
    assert english == "Too many requests in a short time. Try again in 10\N{NO-BREAK SPACE}s."
    assert (problem.content_type, problem.get_json()["status"]) == ("application/problem+json", 429)
    assert problem.headers["Retry-After"] == "10"


def test_without_limits_there_are_no_headers_and_no_refusals(client: FlaskClient) -> None:
    responses = [client.get("/api/auth/me") for _ in range(30)]

    assert {response.status_code for response in responses} == {401}
    assert "X-RateLimit" not in str(responses[0].headers)


def test_another_site_spends_nobody_s_budget(limited: Flask, clock: Clock) -> None:
    zoe = creator(limited)

    for _ in range(12):
        assert zoe.post("/api/auth/signout", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403

    assert zoe.get("/api/auth/me").status_code == 200


def test_an_administrator_is_limited_like_anybody(limited: Flask, clock: Clock) -> None:
    boss = admin(limited)

    assert statuses(11, lambda: boss.get("/api/admin/invites")) == [200] * 10 + [429]


def test_the_window_of_the_setting_is_the_one_that_counts(backend_name: str, make_app: MakeApp, clock: Clock) -> None:
    visitor = make_app(backend_name, ratelimit_enabled=True, ratelimit_default=(2, 60)).test_client()

    assert statuses(3, lambda: visitor.get("/api/auth/me")) == [401, 401, 429]
    clock.shift(timedelta(seconds=59))
    assert visitor.get("/api/auth/me").headers["Retry-After"] == "1"
