"""The pages of the first visit."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.answers import assert_invalid, form_token, submit
from tests.people import creator

STATUS = "/api/users/onboarding-status"
PROFILE = {"name": "Zoé M.", "bio": "", "timezone": "", "locale": "fr"}


@pytest.fixture
def zoe(app: Flask) -> FlaskClient:
    return creator(app)


def status(client: FlaskClient) -> dict[str, Any]:
    body: dict[str, Any] = client.get(STATUS).get_json()
    return body


def send(client: FlaskClient, page: str, **fields: Any) -> str:
    response = submit(client, f"/onboarding/{page}", fields)
    assert response.status_code == 303, response.text
    return str(response.headers["Location"])


def test_step_by_step_to_the_end(zoe: FlaskClient) -> None:
    assert zoe.get("/onboarding").headers["Location"] == "/onboarding/profile"
    assert send(zoe, "profile", **PROFILE) == "/onboarding/platforms"
    token = form_token(zoe, "/onboarding/platforms")
    chosen = {"platforms": ["tiktok", "onlyfans"], "csrf_token": token}
    assert zoe.post("/onboarding/platforms", data=chosen).headers["Location"] == "/onboarding/ai-config"
    assert zoe.get("/onboarding").headers["Location"] == "/onboarding/ai-config"  # where she stopped
    assert send(zoe, "ai-config", tone="playful") == "/onboarding/plan"
    assert "Gratuite" in zoe.get("/onboarding/plan").text
    assert send(zoe, "plan") == "/onboarding/done"

    told = status(zoe)
    assert (told["completed"], told["platforms"], told["tone"]) == (True, ["onlyfans", "tiktok"], "playful")
    assert zoe.get("/api/auth/me").get_json()["name"] == "Zoé M."
    assert "Tout est prêt" in zoe.get("/onboarding", follow_redirects=True).text
    assert "Premiers pas" not in zoe.get("/dashboard").text


def test_every_step_may_be_left_for_later_and_taken_up_again(zoe: FlaskClient) -> None:
    for step, following in (("profile", "platforms"), ("platforms", "ai-config"), ("ai_config", "plan")):
        assert send(zoe, "skip", step=step) == f"/onboarding/{following}"
    assert status(zoe)["currentStep"] == "plan"
    assert not any(status(zoe)["steps"].values())

    assert send(zoe, "ai-config", tone="friendly") == "/onboarding/plan"
    assert status(zoe)["steps"]["ai_config"] is True
    assert 'value="friendly" id="field-tone" checked' in zoe.get("/onboarding/ai-config").text
    send(zoe, "skip", step="profile")
    assert status(zoe)["currentStep"] == "plan"  # looking back is no step back
    assert send(zoe, "skip", step="plan") == "/onboarding/done"
    assert status(zoe)["completed"] is True
    assert send(zoe, "skip", step="done") == "/onboarding/done"
    assert send(zoe, "ai-config", tone="flirty") == "/onboarding/plan"
    assert (status(zoe)["completed"], status(zoe)["tone"]) == (True, "flirty")


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("profile", {**PROFILE, "name": ""}),
        ("profile", {**PROFILE, "role": "ADMIN"}),
        ("profile", {**PROFILE, "timezone": "Europe/Atlantis"}),
        ("platforms", {"platforms": "myspace"}),
        ("ai-config", {}),
        ("ai-config", {"tone": "rude"}),
        ("ai-config", {"tone": "<script>"}),
    ],
)
def test_a_refused_step_is_shown_again_and_changes_nothing(zoe: FlaskClient, step: str, fields: dict[str, str]) -> None:
    before = status(zoe), zoe.get("/api/auth/me").get_json()

    response = submit(zoe, f"/onboarding/{step}", fields)

    assert response.status_code == 400
    assert 'role="alert"' in response.text
    assert "<script>" not in response.text
    assert (status(zoe), zoe.get("/api/auth/me").get_json()) == before


@pytest.mark.parametrize("step", ["", "nowhere"])
def test_only_a_step_can_be_skipped(zoe: FlaskClient, step: str) -> None:
    assert submit(zoe, "/onboarding/skip", {"step": step}).status_code == 400
    assert status(zoe)["currentStep"] == "profile"


def test_programs_tell_the_same(zoe: FlaskClient) -> None:
    told = zoe.put(STATUS, json={"platforms": ["reddit", "onlyfans", "reddit"], "tone": "intimate"}).get_json()

    assert (told["platforms"], told["tone"], told["currentStep"]) == (["onlyfans", "reddit"], "intimate", "profile")
    zoe.put(STATUS, json={"steps": {"plan": True}, "currentStep": "plan"})
    submit(zoe, "/profile", {**PROFILE, "avatar": ""}, "/profile")
    assert (status(zoe)["platforms"], status(zoe)["tone"]) == (["onlyfans", "reddit"], "intimate")
    assert zoe.put(STATUS, json={"platforms": [], "tone": None}).get_json()["tone"] is None
    for wrong in ({"platforms": ["x"]}, {"platforms": "reddit"}, {"platforms": None}, {"platforms": [None]}):
        assert_invalid(zoe.put(STATUS, json=wrong), "platforms")
    assert_invalid(zoe.put(STATUS, json={"tone": "rude"}), "tone")


def test_the_language_chosen_is_spoken_from_there_on(zoe: FlaskClient) -> None:
    send(zoe, "profile", **{**PROFILE, "locale": "en"})

    assert "Where do you publish?" in zoe.get("/onboarding/platforms").text


def test_visitors_sign_in_first(client: FlaskClient) -> None:
    assert client.get("/onboarding").headers["Location"] == "/signin?next=/onboarding"
