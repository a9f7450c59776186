"""Accounts as administrators handle them, and what a creator may do of it with her own."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from repositories.entities.users import User
from repositories.paging import PageRequest
from repositories.postgres.models import UserRow
from tests.answers import assert_error, assert_invalid, router_of
from tests.functional.hostile import NUMBERS
from tests.people import ADMIN, PASSWORD, admin, creator, invitation, sign_up

USERS = "/api/users"
UNKNOWN = "01a1f919-1dde-7790-bf51-72adcfc10cf5"
COLUMNS = [column.name for column in UserRow.__table__.columns]
CAMEL = ["isActive", "emailVerified", "createdAt", "updatedAt", "deletedAt", "passwordHash", "stripeCustomerId"]


@pytest.fixture
def boss(app: Flask) -> FlaskClient:
    return admin(app)  # beside the seeds' creator


def id_of(client: FlaskClient) -> str:
    return str(client.get("/api/auth/me").get_json()["id"])


def listed(client: FlaskClient, **query: object) -> list[str]:
    response = client.get(USERS, query_string=query)
    assert response.status_code == 200, response.text
    return [user["email"] for user in response.get_json()["users"]]


def row_of(app: Flask, user_id: str) -> User:
    return router_of(app).run("users", lambda stores: stores.users.get(UUID(user_id)), read_only=True)


def actions(app: Flask) -> list[tuple[str, dict[str, Any]]]:
    page = router_of(app).run("admin", lambda stores: stores.audit.list_page(PageRequest(limit=100)))
    return [(event.action, event.details) for event in reversed(page.items)]


def sign_in(app: Flask, email: str) -> TestResponse:
    return app.test_client().post("/api/auth/signin", json={"email": email, "password": PASSWORD})


def test_accounts_are_listed_newest_first_and_found_by_name_address_role_and_activity(
    app: Flask, boss: FlaskClient
) -> None:
    creator(app, "zoe@example.fr")
    lea = boss.post(USERS, json={"email": "lea@example.fr", "name": "Léa 100%_\\", "role": "ADMIN"}).get_json()
    boss.patch(f"{USERS}/{lea['id']}", json={"isActive": False})

    assert listed(boss) == ["lea@example.fr", "zoe@example.fr", ADMIN, "creatrice@huntaze.test"]
    assert listed(boss, q="LÉA") == listed(boss, q="0%_\\") == listed(boss, active="false") == ["lea@example.fr"]
    assert listed(boss, q="zoe@EXAMPLE") == ["zoe@example.fr"]
    assert listed(boss, q="%") == listed(boss, q="_") == listed(boss, q="\\") == ["lea@example.fr"]
    assert listed(boss, role="ADMIN") == ["lea@example.fr", ADMIN]
    assert listed(boss, role="ADMIN", active="true", q="huntaze") == [ADMIN]
    assert listed(boss, q="nobody") == []
    page = boss.get(USERS, query_string={"page": 2, "limit": 3}).get_json()
    assert page["pagination"] == {"page": 2, "limit": 3, "total": 4, "pages": 2}
    assert [user["email"] for user in page["users"]] == ["creatrice@huntaze.test"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("sort=password_hash", "sort"),
        ("order=id;drop", "order"),
        ("__class__=x", "__class__"),
        ("password_hash=x", "password_hash"),
        ("is_active=true", "is_active"),
        ("role=ROOT", "role"),
        ("role=", "role"),
        ("role=ADMIN&role=CREATOR", "role"),
        ("active=1", "active"),
        ("q=a&q=b", "q"),
        ("q=" + "%25" * 10_000, "q"),
        ("q=a%00b", "q"),
    ],
)
def test_an_impossible_search_is_refused_at_once(boss: FlaskClient, query: str, field: str) -> None:
    """L9, L10, I8."""
    started = time.thread_time()

    assert_invalid(boss.get(f"{USERS}?{query}"), field)

    assert time.thread_time() - started < 0.2


@pytest.mark.parametrize("number", NUMBERS)
def test_a_page_is_a_plain_number(boss: FlaskClient, number: str) -> None:
    """L8."""
    for name in ("page", "limit"):
        assert_error(boss.get(USERS, query_string={name: number}), 400, "validation_error")


def test_a_created_account_has_a_plan_and_no_password(app: Flask, boss: FlaskClient) -> None:
    made = boss.post(USERS, json={"email": "New@Example.fr", "name": "New"})

    body = made.get_json()
    assert made.status_code == 201
    assert (body["email"], body["role"], body["subscription"]) == ("new@example.fr", "CREATOR", "FREE")
    assert (body["isActive"], body["emailVerified"]) == (True, False)
    assert_error(sign_in(app, "new@example.fr"), 401, "invalid_credentials")
    found = router_of(app).run("users", lambda stores: stores.subscriptions.find_by_user(UUID(body["id"])))
    assert found is not None
    assert_error(boss.post(USERS, json={"email": "NEW@example.fr", "name": "N"}), 409, "email_taken")
    assert [action for action, _details in actions(app)].count("user_created") == 1


@pytest.mark.parametrize("field", [*COLUMNS, *CAMEL, "password", "organisation_id", "__class__"])
def test_only_what_is_allowed_can_be_given_or_changed(app: Flask, boss: FlaskClient, field: str) -> None:
    """I2: every column, in both spellings; nothing else is written either."""
    creator(app)
    user_id = id_of(creator(app, "other@example.fr"))
    before = row_of(app, user_id)
    for allowed, method, path in (
        ({"name", "role", "isActive"}, "PATCH", f"{USERS}/{user_id}"),
        ({"email", "name", "role", "locale"}, "POST", USERS),
    ):
        if field not in allowed:
            body = {"name": "Changed", field: "ADMIN"} | ({"email": "made@example.fr"} if method == "POST" else {})
            assert_invalid(boss.open(path, method=method, json=body), field)
    assert row_of(app, user_id) == before
    assert "made@example.fr" not in listed(boss)


def test_another_role_acts_at_once_and_ends_the_sessions(app: Flask, boss: FlaskClient) -> None:
    """E2, E9, I7."""
    zoe = creator(app)
    user_id = id_of(zoe)

    assert boss.patch(f"{USERS}/{user_id}", json={"role": "ADMIN"}).get_json()["role"] == "ADMIN"

    assert_error(zoe.get("/api/auth/me"), 401, "unauthenticated")
    zoe.post("/api/auth/signin", json={"email": "zoe@example.fr", "password": PASSWORD})
    assert zoe.get(USERS).status_code == 200
    boss.patch(f"{USERS}/{user_id}", json={"role": "CREATOR"})
    assert_error(zoe.get(USERS), 401, "unauthenticated")
    changes = [details for action, details in actions(app) if action == "role_changed"]
    assert changes == [{"before": "CREATOR", "after": "ADMIN"}, {"before": "ADMIN", "after": "CREATOR"}]


def test_a_deactivated_account_is_out_at_once_and_may_come_back(app: Flask, boss: FlaskClient) -> None:
    """E9."""
    zoe = creator(app)
    user_id = id_of(zoe)

    assert boss.patch(f"{USERS}/{user_id}", json={"isActive": False}).get_json()["isActive"] is False

    assert_error(zoe.get("/api/auth/me"), 401, "unauthenticated")
    assert_error(sign_in(app, "zoe@example.fr"), 401, "invalid_credentials")
    boss.patch(f"{USERS}/{user_id}", json={"isActive": True})
    assert_error(zoe.get("/api/auth/me"), 401, "unauthenticated")
    assert sign_in(app, "zoe@example.fr").status_code == 200
    told = [action for action, _details in actions(app) if action.startswith("user_")]
    assert told == ["user_deactivated", "user_reactivated"]


def test_a_change_of_nothing_or_of_the_name_ends_no_session(app: Flask, boss: FlaskClient) -> None:
    zoe = creator(app)

    for body in ({}, {"role": "CREATOR", "isActive": True}, {"name": "Renamed"}):
        assert boss.patch(f"{USERS}/{id_of(zoe)}", json=body).status_code == 200

    assert zoe.get("/api/auth/me").get_json()["name"] == "Renamed"
    assert [action for action, _details in actions(app)][-1] == "user_renamed"
    assert "Renamed" not in repr(actions(app))


@pytest.mark.parametrize("body", [{"role": "CREATOR"}, {"isActive": False}, {"name": "N", "role": "CREATOR"}, None])
def test_the_last_administrator_stays(app: Flask, boss: FlaskClient, body: dict[str, Any] | None) -> None:
    mine = f"{USERS}/{id_of(boss)}"
    before = row_of(app, id_of(boss))

    assert_error(boss.delete(mine) if body is None else boss.patch(mine, json=body), 409, "last_admin")

    assert row_of(app, id_of(boss)) == before
    second = boss.post(USERS, json={"email": "second@example.fr", "name": "Second", "role": "ADMIN"})
    assert second.status_code == 201
    assert (boss.delete(mine) if body is None else boss.patch(mine, json=body)).status_code in {200, 204}


def test_a_deleted_account_is_gone_and_its_address_may_sign_up_again(app: Flask, boss: FlaskClient) -> None:
    """K1, K2, K5, K6."""
    zoe = creator(app)
    path = f"{USERS}/{id_of(zoe)}"

    assert (boss.delete(path).status_code, boss.delete(path).status_code) == (204, 404)

    assert_error(zoe.get("/api/auth/me"), 401, "unauthenticated")
    assert_error(sign_in(app, "zoe@example.fr"), 401, "invalid_credentials")
    assert "zoe@example.fr" not in listed(boss)
    for call in (boss.get(path), boss.get(f"{path}/stats"), boss.patch(path, json={"name": "Back"})):
        assert_error(call, 404, "not_found")
    assert sign_up(app.test_client(), "Zoe@example.fr", invitation(app)).status_code == 201
    assert listed(boss, q="zoe@")  # another account
    assert [action for action, _details in actions(app)].count("user_deleted") == 1


def test_a_creator_reads_and_deletes_herself(app: Flask) -> None:
    zoe = creator(app)
    mine = f"{USERS}/{id_of(zoe)}"

    assert zoe.get(mine).get_json()["email"] == "zoe@example.fr"
    stats = zoe.get(f"{mine}/stats").get_json()
    assert (stats["activeSessions"], stats["signInsLast30Days"], stats["accountAgeDays"]) == (1, 1, 0)
    assert_error(zoe.patch(mine, json={"role": "ADMIN"}), 403, "forbidden")
    assert zoe.delete(mine).status_code == 204
    assert_error(zoe.get(mine), 401, "unauthenticated")


@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("GET", "/stats"), ("DELETE", "")])
def test_the_ids_of_others_answer_what_unknown_ids_do(app: Flask, boss: FlaskClient, method: str, end: str) -> None:
    """I3: the same bytes but for the request's own id; and nothing happens to them."""
    zoe, other = creator(app), creator(app, "canary@example.fr")
    wanted = (id_of(other), id_of(boss), UNKNOWN, UNKNOWN.upper(), "0" * 8 + UNKNOWN[8:])
    headers = {"X-Request-Id": "same"}

    answers = [zoe.open(f"{USERS}/{one}{end}", method=method, headers=headers) for one in wanted]

    assert {(answer.status_code, answer.data) for answer in answers} == {(404, answers[0].data)}
    assert_error(answers[0], 404, "not_found")
    assert other.get("/api/auth/me").status_code == boss.get("/api/auth/me").status_code == 200


@pytest.mark.parametrize("wrong", ["0", "-1", "null", "undefined", "{" + UNKNOWN + "}", "%00", str(2**66), "me2", "é"])
def test_an_impossible_id_is_not_found(boss: FlaskClient, wrong: str) -> None:
    """L12."""
    for method in ("GET", "PATCH", "DELETE"):
        assert_error(boss.open(f"{USERS}/{wrong}", method=method, json={}), 404, "not_found")


def test_creators_do_not_see_the_list(app: Flask) -> None:
    zoe = creator(app)

    for method, body in (("GET", None), ("POST", {"email": "a@example.fr", "name": "A"}), ("GET", None)):
        assert_error(zoe.open(USERS, method=method, json=body), 403, "forbidden")
        assert_error(app.test_client().open(USERS, method=method, json=body), 401, "unauthenticated")


def test_the_figures_are_those_of_the_account(app: Flask, boss: FlaskClient) -> None:
    made = boss.post("/api/admin/invites", json={"count": 3}).get_json()["invites"]
    sign_up(app.test_client(), "guest@example.fr", made[0]["code"])
    sign_in(app, ADMIN)
    boss.put("/api/users/onboarding-status", json={"steps": {"profile": True}})

    stats = boss.get(f"{USERS}/{id_of(boss)}/stats").get_json()

    seen = stats.pop("lastSeenAt")
    assert stats == {
        "accountAgeDays": 0,
        "activeSessions": 2,
        "signInsLast30Days": 2,
        "invitesCreated": 3,
        "invitesUsed": 1,
        "onboardingStepsDone": 1,
        "onboardingSteps": 4,
    }
    assert seen.endswith("Z")
