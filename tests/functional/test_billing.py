"""What a user pays for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from huntaze_app.clock import new_id, now
from huntaze_app.security.tokens import token_hash
from repositories.entities.sessions import Session
from repositories.entities.subscriptions import SubscriptionRecord, SubscriptionStatus
from repositories.entities.users import Plan, User
from tests.answers import assert_error, router_of
from tests.people import creator

START = datetime(2026, 1, 31, 12, 0, 0, 250, tzinfo=UTC)
FREE = {
    "plan": "FREE",
    "status": "ACTIVE",
    "cancelAtPeriodEnd": False,
    "currentPeriodStart": None,
    "currentPeriodEnd": None,
    "stripeSubscriptionId": None,
}


def test_a_new_account_is_free_and_active(app: Flask) -> None:
    response = creator(app).get("/api/billing/subscription")

    assert response.status_code == 200
    assert response.get_json() == FREE


def test_what_stripe_told_is_shown(app: Flask) -> None:
    client = creator(app)
    owner = UUID(client.get("/api/auth/me").get_json()["id"])
    end = START + timedelta(days=28)

    def pay(status: SubscriptionStatus) -> None:
        found = router.run("billing", lambda stores: stores.subscriptions.find_by_user(owner), read_only=True)
        assert found is not None
        record = SubscriptionRecord(
            found.id, owner, START, START, Plan.PRO, status, "active", "sub_1", START, end, cancel_at_period_end=True
        )
        router.run("billing", lambda stores: stores.subscriptions.save(record))

    router = router_of(app)
    pay(SubscriptionStatus.PAST_DUE)

    assert client.get("/api/billing/subscription").get_json() == {
        "plan": "PRO",
        "status": "PAST_DUE",
        "cancelAtPeriodEnd": True,
        "currentPeriodStart": "2026-01-31T12:00:00.000250Z",
        "currentPeriodEnd": "2026-02-28T12:00:00.000250Z",
        "stripeSubscriptionId": "sub_1",
    }


def test_an_account_without_a_record_is_free(app: Flask) -> None:
    user = User(new_id(), "none@example.fr", "None", START, START)
    session = Session(new_id(), user.id, token_hash("t" * 43), now(), now(), now() + timedelta(hours=1))
    router_of(app).run("auth", lambda stores: stores.users.add(user))
    router_of(app).run("auth", lambda stores: stores.sessions.add(session))
    client = app.test_client()
    client.set_cookie("huntaze_session", "t" * 43)

    assert client.get("/api/billing/subscription").get_json() == FREE


def test_a_subscription_is_for_the_signed_in_alone(client: FlaskClient) -> None:
    assert_error(client.get("/api/billing/subscription"), 401, "unauthenticated")


def test_a_subscription_of_nobody_is_a_broken_reference_and_is_not_kept(app: Flask) -> None:
    nobody = new_id()

    @app.get("/api/broken")
    def broken() -> str:
        record = SubscriptionRecord(new_id(), nobody, START, START)
        router_of(app).run("billing", lambda stores: stores.subscriptions.add(record))
        return ""

    assert_error(app.test_client().get("/api/broken"), 400, "foreign_key")
    kept = router_of(app).run("billing", lambda stores: stores.subscriptions.find_by_user(nobody), read_only=True)
    assert kept is None
