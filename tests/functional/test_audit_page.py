"""The audit trail as administrators read it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from huntaze_app.admin.wording import NAMES
from huntaze_app.audit import Action
from huntaze_app.clock import new_id, now
from repositories.entities.audit import AuditEvent
from tests.answers import assert_error, assert_invalid, router_of
from tests.people import ADMIN, admin, creator

JSON = "/api/admin/audit"
PAGE = "/admin/audit"
UNKNOWN = "01a1f919-1dde-7790-bf51-72adcfc10cf5"


@pytest.fixture
def boss(app: Flask) -> FlaskClient:
    return admin(app)


def id_of(client: FlaskClient) -> str:
    return str(client.get("/api/auth/me").get_json()["id"])


def events(client: FlaskClient, **query: object) -> list[dict[str, Any]]:
    response = client.get(JSON, query_string=query)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.get_json()["events"]
    return found


def test_the_trail_tells_what_happened_newest_first_and_to_whom(app: Flask, boss: FlaskClient) -> None:
    zoe = id_of(creator(app))
    boss.patch(f"/api/users/{zoe}", json={"role": "ADMIN"}, headers={"X-Request-Id": "mine"})

    newest = events(boss)[0]

    times = [one["createdAt"] for one in events(boss)]
    assert times == sorted(times, reverse=True)
    assert (newest["action"], newest["details"]) == ("role_changed", {"before": "CREATOR", "after": "ADMIN"})
    assert (newest["actorId"], newest["actorEmail"]) == (id_of(boss), ADMIN)
    assert (newest["subjectId"], newest["subjectName"], newest["subjectEmail"]) == (zoe, "Zoé", "zoe@example.fr")
    assert (newest["requestId"], newest["ip"]) == ("mine", "127.0.0.0")


def test_a_deleted_account_is_an_id_without_a_name(app: Flask, boss: FlaskClient) -> None:
    zoe = id_of(creator(app))
    boss.delete(f"/api/users/{zoe}")

    told = events(boss, userId=zoe)

    assert [one["action"] for one in told] == ["user_deleted", "signed_in", "signed_up"]
    assert (told[0]["subjectId"], told[0]["subjectName"], told[0]["subjectEmail"]) == (zoe, None, None)
    page = boss.get(PAGE).text
    assert zoe[-12:] in page
    assert "compte disparu" in page
    assert "zoe@example.fr" not in page


def test_events_are_found_by_action_and_account(app: Flask, boss: FlaskClient) -> None:
    zoe = id_of(creator(app))

    assert {one["action"] for one in events(boss, action="signed_in")} == {"signed_in"}
    assert [one["actorId"] for one in events(boss, action="signed_in", userId=zoe)] == [zoe]
    assert events(boss, action="unheard_of") == []
    for account in ("ZOE@example.fr", zoe):
        page = boss.get(PAGE, query_string={"account": account, "action": ""}).text
        assert "Inscription" in page
        assert "<strong>Connexion refusée</strong>" not in page
    nobody = boss.get(PAGE, query_string={"account": "nobody@example.fr"})
    assert (nobody.status_code, "Aucun compte n’a cette adresse." in nobody.text) == (404, True)
    assert "Aucun événement ne correspond." in boss.get(PAGE, query_string={"account": UNKNOWN}).text


def test_pages_keep_what_was_asked(boss: FlaskClient) -> None:
    for number in range(3):
        boss.post("/api/users", json={"email": f"a{number}@example.fr", "name": "A"})

    page = boss.get(PAGE, query_string={"action": "user_created", "limit": 2}).text

    assert "page=2&amp;action=user_created" in page
    assert len(events(boss, action="user_created", page=2, limit=2)) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [("userId=x", "userId"), ("userId={" + UNKNOWN + "}", "userId"), ("action=", "action"), ("sort=ip", "sort")],
)
def test_an_impossible_search_is_refused(boss: FlaskClient, query: str, field: str) -> None:
    assert_invalid(boss.get(f"{JSON}?{query}"), field)
    assert boss.get(f"{PAGE}?sort=ip").status_code == 400


def test_every_action_has_a_name_and_one_of_a_newer_release_its_own_words(app: Flask, boss: FlaskClient) -> None:
    assert {str(action) for action in NAMES} <= {str(action) for action in Action}
    event = AuditEvent(new_id(), now(), "teapot_brewed", details={"<b>": "<i>", "deep": {"a": 1}, "none": None})
    router_of(app).run("admin", lambda stores: stores.audit.add(event))

    page = boss.get(PAGE).text
    assert "Teapot brewed" in page
    assert "&lt;b&gt;\u00a0: &lt;i&gt;" in page
    boss.patch("/api/users/profile", json={"locale": "en"})
    assert "Sign-in" in boss.get(PAGE).text


def test_creators_and_visitors_are_kept_out(app: Flask) -> None:
    zoe = creator(app)

    assert_error(zoe.get(JSON), 403, "forbidden")
    assert_error(app.test_client().get(JSON), 401, "unauthenticated")
    assert zoe.get(PAGE).status_code == 403
