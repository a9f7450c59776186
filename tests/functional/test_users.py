"""The account of whoever is signed in: profile and first visit."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.answers import assert_error, assert_invalid, submit
from tests.conftest import MakeApp
from tests.people import creator

PROFILE_KEYS = {
    "id",
    "email",
    "name",
    "avatar",
    "bio",
    "timezone",
    "locale",
    "role",
    "subscription",
    "createdAt",
    "updatedAt",
}
STEPS = ("profile", "platforms", "ai_config", "plan", "done")


@pytest.fixture
def zoe(app: Flask) -> FlaskClient:
    return creator(app)


def profile(client: FlaskClient) -> dict[str, Any]:
    body: dict[str, Any] = client.get("/api/users/profile").get_json()
    return body


def test_a_new_profile_is_empty_but_for_the_name(zoe: FlaskClient) -> None:
    body = profile(zoe)

    assert body.keys() == PROFILE_KEYS
    assert (body["email"], body["name"], body["role"]) == ("zoe@example.fr", "Zoé", "CREATOR")
    assert (body["avatar"], body["bio"], body["timezone"], body["locale"]) == (None, None, None, "fr")
    assert body["createdAt"] == body["updatedAt"]


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_given_fields_change_and_the_others_stay(zoe: FlaskClient, method: str) -> None:
    before = profile(zoe)
    changes = {"name": "Zoé Martin", "timezone": "Europe/Paris"}

    answer = zoe.open("/api/users/profile", method=method, json=changes)

    after = profile(zoe)
    assert answer.status_code == 200
    assert answer.get_json() == after
    assert {**before, **changes, "updatedAt": after["updatedAt"]} == after
    assert after["updatedAt"] > before["updatedAt"]


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("name", "  Zoé  ", "Zoé"),
        ("name", "x" * 200, "x" * 200),
        ("name", "عائشة 😀 𝒵", "عائشة 😀 𝒵"),
        ("bio", "two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("bio", "😀" * 2000, "😀" * 2000),
        ("bio", "", None),
        ("bio", "{{7*7}} ${7*7} <script>alert(1)</script> ' OR 1=1 -- %s %(x)s \\", None),
        ("bio", "\u2028 \ufffe \ufeff e\u0301", None),
        ("avatar", "https://example.fr/a.png?x=1#y", "https://example.fr/a.png?x=1#y"),
        ("avatar", None, None),
        ("avatar", "", None),
        ("timezone", "UTC", "UTC"),
        ("timezone", None, None),
        ("locale", "en", "en"),
    ],
)
def test_what_is_written_is_read_back(zoe: FlaskClient, field: str, value: str | None, kept: str | None) -> None:
    expected = value.strip() if value and kept is None else kept

    assert zoe.patch("/api/users/profile", json={field: value}).status_code == 200

    assert profile(zoe)[field] == expected


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", None),
        ("name", "x" * 201),
        ("name", "a\x00b"),
        ("name", "a\nb"),
        ("name", 7),
        ("bio", "x" * 2001),
        ("bio", "bell\x07"),
        ("bio", ["x"]),
        ("avatar", "http://example.fr/a.png"),
        ("avatar", "javascript:alert(1)"),
        ("avatar", "https://user@example.fr/"),
        ("avatar", "https://"),
        ("avatar", "https://[::1"),
        ("avatar", "//example.fr"),
        ("avatar", "https://example.fr/" + "x" * 2048),
        ("timezone", "Europe/Atlantis"),
        ("timezone", "../../etc/passwd"),
        ("timezone", 2),
        ("locale", "de"),
        ("locale", None),
        ("locale", True),
        ("email", "new@example.fr"),
        ("role", "ADMIN"),
        ("subscription", "PRO"),
        ("id", "x"),
        ("createdAt", "2020-01-01T00:00:00Z"),
        ("updated_at", "2020-01-01T00:00:00Z"),
        ("password_hash", "x"),
        ("is_active", False),
        ("deleted_at", None),
        ("stripe_customer_id", "cus_1"),
        ("onboarding", {}),
        ("email_verified_at", None),
    ],
)
def test_anything_else_is_refused_and_changes_nothing(zoe: FlaskClient, field: str, value: object) -> None:
    before = profile(zoe)

    response = zoe.patch("/api/users/profile", json={"name": "Changed", field: value})

    if value == "a\x00b":  # a body with NUL is refused as a whole
        assert_invalid(response, "_schema")
    else:
        assert_invalid(response, field)
    assert profile(zoe) == before


def test_nobody_reads_or_writes_a_profile_without_signing_in(client: FlaskClient) -> None:
    assert_error(client.get("/api/users/profile"), 401, "unauthenticated")
    assert_error(client.patch("/api/users/profile", json={"name": "X"}), 401, "unauthenticated")
    assert_error(client.put("/api/users/profile", data="{"), 401, "unauthenticated")


def test_each_user_has_her_own_profile(app: Flask, zoe: FlaskClient) -> None:
    other = creator(app, "other@example.fr")

    other.patch("/api/users/profile", json={"bio": "canary"})

    assert profile(zoe)["bio"] is None


def test_the_profile_page_changes_the_profile(zoe: FlaskClient) -> None:
    fields = {"name": "Zoé M.", "avatar": "", "bio": "Salut\r\nà tous", "timezone": "Europe/Paris", "locale": "fr"}

    response = submit(zoe, "/profile", fields, "/profile")

    assert (response.status_code, response.headers["Location"]) == (303, "/profile")
    page = zoe.get("/profile").text
    assert "Votre profil est enregistré." in page
    assert 'value="Zoé M."' in page
    assert "Votre profil est enregistré." not in zoe.get("/profile").text
    assert profile(zoe)["bio"] == "Salut\r\nà tous"


def test_a_refused_profile_page_shows_what_was_typed_and_changes_nothing(zoe: FlaskClient) -> None:
    before = profile(zoe)
    fields = {"name": "", "avatar": "http://insecure.fr", "bio": "<i>kept</i>", "timezone": "", "locale": "fr"}

    response = submit(zoe, "/profile", fields, "/profile")

    assert response.status_code == 400
    assert "Une adresse https:// est attendue." in response.text
    assert "&lt;i&gt;kept&lt;/i&gt;" in response.text
    assert profile(zoe) == before


def onboarding(client: FlaskClient) -> dict[str, Any]:
    body: dict[str, Any] = client.get("/api/users/onboarding-status").get_json()
    return body


def test_a_first_visit_begins_at_the_profile(zoe: FlaskClient) -> None:
    begun = {"completed": False, "currentStep": "profile", "steps": dict.fromkeys(STEPS, False)}
    assert onboarding(zoe) == {**begun, "platforms": [], "tone": None}


def test_a_first_visit_goes_step_by_step(zoe: FlaskClient) -> None:
    put = "/api/users/onboarding-status"
    first = zoe.put(put, json={"currentStep": "platforms", "steps": {"profile": True}})
    assert first.status_code == 200
    assert first.get_json() == onboarding(zoe)
    assert onboarding(zoe)["steps"] == {**dict.fromkeys(STEPS, False), "profile": True}

    zoe.put(put, json={"steps": {"profile": False, "plan": True}})
    assert onboarding(zoe)["steps"] == {**dict.fromkeys(STEPS, False), "plan": True}
    assert onboarding(zoe)["currentStep"] == "platforms"

    assert zoe.put(put, json={"completed": True}).get_json()["completed"] is True
    assert zoe.get("/api/auth/me").get_json()["onboardingCompleted"] is True

    again = zoe.put(put, json={"completed": False}).get_json()
    assert (again["completed"], again["currentStep"], again["steps"]["plan"]) == (False, "profile", True)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"currentStep": "nowhere"}, "currentStep"),
        ({"currentStep": 1}, "currentStep"),
        ({"completed": "true"}, "completed"),
        ({"completed": 1}, "completed"),
        ({"completed": None}, "completed"),
        ({"steps": []}, "steps"),
        ({"steps": {"nowhere": True}}, "steps.nowhere"),
        ({"steps": {"plan": 1}}, "steps.plan"),
        ({"steps": {"plan": {"plan": True}}}, "steps.plan"),
        ({"current_step": "plan"}, "current_step"),
        ({"finished": ["plan"]}, "finished"),
    ],
)
def test_an_impossible_first_visit_is_refused(zoe: FlaskClient, body: dict[str, Any], field: str) -> None:
    assert_invalid(zoe.put("/api/users/onboarding-status", json=body), field)

    assert onboarding(zoe)["steps"] == dict.fromkeys(STEPS, False)


def test_both_backends_tell_the_same_story(make_app: MakeApp) -> None:
    assert journey(make_app("memory")) == journey(make_app("postgres"))


def journey(app: Flask) -> list[object]:
    """The same requests, and what is left of the answers without ids and times."""
    client = creator(app)
    answers = [
        client.get("/api/users/profile"),
        client.patch("/api/users/profile", json={"bio": "é😀", "timezone": "Asia/Tokyo"}),
        client.patch("/api/users/profile", json={"bio": "x" * 3000}),
        client.put("/api/users/onboarding-status", json={"steps": {"plan": True}, "currentStep": "done"}),
        client.get("/api/billing/subscription"),
        client.post(
            "/api/analytics/events", json={"eventType": "view", "eventData": {"b": [1, {"a": None}], "a": 1.5}}
        ),
        client.post("/api/auth/signout"),
        client.get("/api/users/profile"),
    ]
    varying = ("id", "createdAt", "updatedAt", "requestId")
    told: list[object] = []
    for answer in answers:
        body = answer.get_json(silent=True) or {}
        told.append((answer.status_code, [(key, value) for key, value in body.items() if key not in varying]))
    return told
