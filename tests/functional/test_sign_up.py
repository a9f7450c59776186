"""Signing up: who gets in, who does not, and what a refusal leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from huntaze_app.clock import now
from repositories.entities.users import User
from tests.answers import (
    FRENCH_REFUSAL,
    assert_error,
    assert_invalid,
    is_code_open,
    router_of,
    session_token,
    submit,
)
from tests.people import PASSWORD, admin, creator, invitation, sign_up

EMAIL = "lea@example.fr"
USER_KEYS = {
    "id",
    "email",
    "name",
    "avatar",
    "role",
    "subscription",
    "emailVerified",
    "onboardingCompleted",
    "createdAt",
}


def find(app: Flask, email: str) -> User | None:
    return router_of(app).run("auth", lambda stores: stores.users.find_by_email(email), read_only=True)


def test_a_sign_up_answers_with_the_new_user_and_signs_in(app: Flask, client: FlaskClient) -> None:
    response = sign_up(client, EMAIL, invitation(app))

    body = response.get_json()
    assert response.status_code == 201
    assert body.keys() == USER_KEYS
    assert (body["email"], body["role"], body["subscription"]) == (EMAIL, "CREATOR", "FREE")
    assert (body["emailVerified"], body["onboardingCompleted"], body["avatar"]) == (False, False, None)
    assert body["createdAt"].endswith("Z")
    assert client.get("/api/auth/me").get_json() == body


def test_a_sign_up_makes_the_free_subscription(app: Flask, client: FlaskClient) -> None:
    sign_up(client, EMAIL, invitation(app))
    user = find(app, EMAIL)
    assert user is not None

    record = router_of(app).run("billing", lambda stores: stores.subscriptions.find_by_user(user.id), read_only=True)

    assert record is not None
    assert (record.plan, record.status) == ("FREE", "ACTIVE")


@pytest.mark.parametrize("code", ["", "0000000000000000", "nonsense", "é" * 16, "%", "' OR 1=1 --"])
def test_without_a_valid_code_nobody_gets_in(app: Flask, client: FlaskClient, code: str) -> None:
    invitation(app)

    response = sign_up(client, EMAIL, code)

    assert assert_error(response, 403, "invite_required")["error"] == FRENCH_REFUSAL
    assert "Set-Cookie" not in response.headers
    assert find(app, EMAIL) is None


def test_a_sign_up_without_the_field_is_refused_for_want_of_an_invitation(client: FlaskClient) -> None:
    response = client.post("/api/auth/signup", json={"email": EMAIL, "password": PASSWORD, "name": "Léa"})

    assert_error(response, 403, "invite_required")


def test_used_revoked_foreign_and_unknown_codes_are_refused_alike(app: Flask) -> None:
    used, foreign = invitation(app), invitation(app, "other@example.fr")
    assert sign_up(app.test_client(), "first@example.fr", used).status_code == 201
    refusals = [sign_up(app.test_client(), EMAIL, code) for code in (used, revoked_code(app), foreign, "F" * 16)]

    bodies = [{**answer.get_json(), "requestId": None} for answer in refusals]
    assert {answer.status_code for answer in refusals} == {403}
    assert all(body == bodies[0] for body in bodies)
    assert is_code_open(app, foreign, "other@example.fr")
    assert find(app, EMAIL) is None


def revoked_code(app: Flask) -> str:
    client = admin(app)
    made = client.post("/api/admin/invites", json={"count": 1}).get_json()["invites"][0]
    assert client.delete(f"/api/admin/invites/{made['id']}").status_code == 204
    return str(made["code"])


@pytest.mark.parametrize(
    ("invited", "typed"),
    [
        ("lea@example.fr", "LEA@Example.FR"),
        ("LEA@EXAMPLE.FR", " lea@example.fr "),
        ("léa@exemple.fr", "le\u0301a@exemple.fr"),  # composed and decomposed
        ("lea@xn--exmple-cva.fr", "lea@exémple.fr"),
    ],
)
def test_a_bound_code_takes_its_address_in_another_spelling(
    app: Flask, client: FlaskClient, invited: str, typed: str
) -> None:
    answer = admin(app).post("/api/admin/invites", json={"emails": [invited]})
    code = answer.get_json()["invites"][0]["code"]

    response = sign_up(client, typed, code)

    assert response.status_code == 201
    assert response.get_json()["email"] == answer.get_json()["invites"][0]["email"]


def test_a_code_may_be_typed_in_lower_case_and_with_spaces_around(app: Flask, client: FlaskClient) -> None:
    assert sign_up(client, EMAIL, f"  {invitation(app).lower()} ").status_code == 201


@pytest.mark.parametrize("spelling", [EMAIL, "LEA@EXAMPLE.FR", " Lea@example.fr"])
def test_a_taken_address_with_a_valid_code_conflicts_and_leaves_the_code_unused(app: Flask, spelling: str) -> None:
    creator(app, EMAIL)
    code = invitation(app)

    response = sign_up(app.test_client(), spelling, code)

    body = assert_error(response, 409, "email_taken")
    assert list(body["details"]) == ["email"]
    assert "Set-Cookie" not in response.headers
    assert is_code_open(app, code)
    assert sign_up(app.test_client(), "someone@example.fr", code).status_code == 201


def test_a_taken_address_is_not_told_to_whoever_has_no_code(app: Flask) -> None:
    creator(app, EMAIL)

    assert_error(sign_up(app.test_client(), EMAIL, "F" * 16), 403, "invite_required")


@pytest.mark.parametrize(
    "extra",
    [
        {"role": "ADMIN"},
        {"subscription": "PRO"},
        {"plan": "PRO"},
        {"emailVerified": True},
        {"email_verified_at": "2026-01-01T00:00:00Z"},
        {"id": "01a1f919-1dde-7790-bf51-72adcfc10cf5"},
        {"deleted_at": None},
        {"isActive": False},
        {"passwordHash": "x"},
        {"password_hash": "x"},
        {"createdAt": "2020-01-01T00:00:00Z"},
        {"stripeCustomerId": "cus_1"},
        {"invite_code": "X"},
        {"__class__": "User"},
        {"csrf_token": "x"},
    ],
)
def test_no_other_column_can_be_set_by_a_sign_up(app: Flask, client: FlaskClient, extra: dict[str, Any]) -> None:
    code = invitation(app)
    body = {"email": EMAIL, "password": PASSWORD, "name": "Léa", "inviteCode": code, **extra}

    assert_invalid(client.post("/api/auth/signup", json=body), *extra)

    assert find(app, EMAIL) is None
    assert is_code_open(app, code)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "no address"),
        ("email", None),
        ("email", 7),
        ("email", ["lea@example.fr"]),
        ("password", "1234567"),
        ("password", "x" * 257),
        ("password", "x" * 10_001),
        ("password", "eight\x7fchars"),
        ("password", None),
        ("password", 12345678),
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 201),
        ("name", "Lé\na"),
        ("name", True),
        ("inviteCode", "x" * 65),
        ("inviteCode", 5),
        ("inviteCode", None),
    ],
)
def test_an_impossible_value_is_refused_and_the_code_stays_unused(
    app: Flask, client: FlaskClient, field: str, value: object
) -> None:
    code = invitation(app)
    body = {"email": EMAIL, "password": PASSWORD, "name": "Léa", "inviteCode": code, field: value}

    assert_invalid(client.post("/api/auth/signup", json=body), field)

    assert is_code_open(app, code)


def test_missing_fields_are_told_one_by_one_in_whole_sentences(client: FlaskClient) -> None:
    details = assert_invalid(client.post("/api/auth/signup", json={}), "email", "name", "password")

    assert set(map(tuple, details.values())) == {("Ce champ est requis.",)}


@pytest.mark.parametrize(
    "password", ["8 signes", "x" * 256, "  spaces around  ", "chèvre bleue😀😀", "x" * 72 + "73rd"]
)
def test_a_password_is_taken_exactly_as_typed(app: Flask, client: FlaskClient, password: str) -> None:
    assert sign_up(client, EMAIL, invitation(app), password).status_code == 201

    def sign_in(tried: str) -> int:
        return app.test_client().post("/api/auth/signin", json={"email": EMAIL, "password": tried}).status_code

    assert sign_in(password) == 200
    assert sign_in(password[:-1]) == 401


def test_signing_up_from_the_page_leads_to_the_first_visit(app: Flask, client: FlaskClient) -> None:
    code = invitation(app)
    assert f'value="{code}"' in client.get(f"/signup?code={code}").text
    fields = {"email": EMAIL, "password": PASSWORD, "name": "Léa", "inviteCode": code}

    response = submit(client, "/signup", fields, "/signup")

    assert (response.status_code, response.headers["Location"]) == (303, "/onboarding")
    assert session_token(response)
    assert "Bienvenue" in client.get("/onboarding", follow_redirects=True).text


def test_a_refused_sign_up_page_keeps_what_was_typed_but_the_password(app: Flask, client: FlaskClient) -> None:
    fields = {"email": EMAIL, "password": "a secret of mine", "name": "Léa <b>", "inviteCode": "F" * 16}

    response = submit(client, "/signup", fields, "/signup")

    assert response.status_code == 403
    assert FRENCH_REFUSAL in response.text
    assert "Léa &lt;b&gt;" in response.text
    assert "a secret of mine" not in response.text
    assert find(app, EMAIL) is None


def test_a_page_refusal_by_conflict_leaves_the_code_unused(app: Flask) -> None:
    creator(app, EMAIL)
    code = invitation(app)
    fields = {"email": EMAIL, "password": PASSWORD, "name": "Léa", "inviteCode": code}

    response = submit(app.test_client(), "/signup", fields, "/signup")

    assert response.status_code == 409
    assert is_code_open(app, code)


def test_the_address_of_a_deleted_account_may_sign_up_again(app: Flask) -> None:
    old = creator(app, EMAIL).get("/api/auth/me").get_json()
    user = find(app, EMAIL)
    assert user is not None
    router_of(app).run("auth", lambda stores: stores.users.remove(user.id, now()))

    response = sign_up(app.test_client(), EMAIL, invitation(app))

    assert response.status_code == 201
    assert response.get_json()["id"] != old["id"]
