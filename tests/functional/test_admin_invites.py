"""Invitations: made, listed and withdrawn by administrators."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.answers import assert_error, assert_invalid, is_code_open, submit
from tests.people import admin, creator, invitation, sign_up

INVITES = "/api/admin/invites"
INVITE_KEYS = {"id", "email", "code", "usedAt", "usedByEmail", "revokedAt", "createdAt"}
UNKNOWN = "01a1f919-1dde-7790-bf51-72adcfc10cf5"


@pytest.fixture
def boss(app: Flask) -> FlaskClient:
    return admin(app)  # with one open invitation, of the seeds


def listed(client: FlaskClient, **query: object) -> dict[str, Any]:
    response = client.get(INVITES, query_string=query)
    assert response.status_code == 200
    body: dict[str, Any] = response.get_json()
    return body


def test_a_count_makes_that_many_codes_open_to_any(app: Flask, boss: FlaskClient) -> None:
    response = boss.post(INVITES, json={"count": 200})

    made = response.get_json()["invites"]
    assert response.status_code == 201
    assert len({one["code"] for one in made}) == len({one["id"] for one in made}) == 200
    assert all(one.keys() == INVITE_KEYS for one in made)
    assert all(re.fullmatch("[0-9A-F]{16}", one["code"]) for one in made)
    assert {one["email"] for one in made} == {None}
    assert is_code_open(app, made[-1]["code"])


def test_addresses_make_a_code_each_and_the_same_one_twice_makes_one(boss: FlaskClient) -> None:
    response = boss.post(INVITES, json={"emails": ["A@example.fr", "b@example.fr", " a@example.fr"]})

    assert [one["email"] for one in response.get_json()["invites"]] == ["a@example.fr", "b@example.fr"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "emails"),
        ({"emails": ["a@example.fr"], "count": 1}, "emails"),
        ({"emails": []}, "emails"),
        ({"emails": [f"a{n}@example.fr" for n in range(201)]}, "emails"),
        ({"emails": "a@example.fr"}, "emails"),
        ({"emails": {"0": "a@example.fr"}}, "emails"),
        ({"emails": None}, "emails"),
        ({"count": 0}, "count"),
        ({"count": 201}, "count"),
        ({"count": -1}, "count"),
        ({"count": "5"}, "count"),
        ({"count": True}, "count"),
        ({"count": 1.0}, "count"),
        ({"count": None}, "count"),
        ({"count": 1, "code": "CHOSEN"}, "code"),
        ({"count": 1, "createdBy": UNKNOWN}, "createdBy"),
    ],
)
def test_an_impossible_wish_is_refused_and_makes_nothing(boss: FlaskClient, body: dict[str, Any], field: str) -> None:
    before = listed(boss)["pagination"]["total"]

    assert_invalid(boss.post(INVITES, json=body), field)

    assert listed(boss)["pagination"]["total"] == before


def test_one_bad_address_refuses_all_and_says_which(boss: FlaskClient) -> None:
    before = listed(boss)["pagination"]["total"]

    details = assert_invalid(boss.post(INVITES, json={"emails": ["a@example.fr", "bad", 7]}), "emails.1", "emails.2")

    assert details["emails.1"] == ["bad : Cette adresse n’est pas valable."]
    assert listed(boss)["pagination"]["total"] == before


def test_the_list_is_newest_first_and_says_who_used_what(app: Flask, boss: FlaskClient) -> None:
    boss.post(INVITES, json={"count": 3})
    code = listed(boss)["invites"][1]["code"]
    sign_up(app.test_client(), "guest@example.fr", code)

    body = listed(boss)

    assert body["pagination"] == {"page": 1, "limit": 20, "total": 4, "pages": 1}
    times = [(one["createdAt"], one["id"]) for one in body["invites"]]
    assert times == sorted(times, reverse=True)
    used = [one for one in body["invites"] if one["usedAt"]]
    assert [(one["code"], one["usedByEmail"]) for one in used] == [(code, "guest@example.fr")]


def test_pages_hold_every_invitation_once(boss: FlaskClient) -> None:
    boss.post(INVITES, json={"count": 6})

    pages = [listed(boss, page=page, limit=3) for page in (1, 2, 3, 4)]

    assert [len(body["invites"]) for body in pages] == [3, 3, 1, 0]
    assert {body["pagination"]["total"] for body in pages} == {7}
    assert len({one["id"] for body in pages for one in body["invites"]}) == 7


def test_a_withdrawn_code_lets_nobody_in_and_twice_is_fine(app: Flask, boss: FlaskClient) -> None:
    made = boss.post(INVITES, json={"count": 1}).get_json()["invites"][0]

    first, second = boss.delete(f"{INVITES}/{made['id']}"), boss.delete(f"{INVITES}/{made['id']}")

    assert (first.status_code, first.data, second.status_code) == (204, b"", 204)
    assert_error(sign_up(app.test_client(), "late@example.fr", made["code"]), 403, "invite_required")
    assert listed(boss)["invites"][0]["revokedAt"] is not None


def test_a_used_code_can_no_longer_be_withdrawn(app: Flask, boss: FlaskClient) -> None:
    made = boss.post(INVITES, json={"count": 1}).get_json()["invites"][0]
    sign_up(app.test_client(), "guest@example.fr", made["code"])

    assert_error(boss.delete(f"{INVITES}/{made['id']}"), 409, "invite_used")

    assert listed(boss)["invites"][0]["revokedAt"] is None


@pytest.mark.parametrize("wrong", [UNKNOWN, "0", "-1", "null", "undefined", "{" + UNKNOWN + "}", "%00", str(2**66)])
def test_an_unknown_invitation_is_not_found(boss: FlaskClient, wrong: str) -> None:
    assert_error(boss.delete(f"{INVITES}/{wrong}"), 404, "not_found")


@pytest.mark.parametrize("path", [INVITES, "/api/admin/backends"])
def test_creators_and_visitors_are_kept_out(app: Flask, client: FlaskClient, path: str) -> None:
    assert_error(client.get(path), 401, "unauthenticated")
    assert_error(creator(app).get(path), 403, "forbidden")


def test_a_creator_can_neither_make_nor_withdraw_invitations(app: Flask, boss: FlaskClient) -> None:
    zoe = creator(app)
    made = boss.post(INVITES, json={"count": 1}).get_json()["invites"][0]
    before = listed(boss)["pagination"]["total"]

    assert_error(zoe.post(INVITES, json={"count": 1}), 403, "forbidden")
    assert_error(zoe.post(INVITES, data="{"), 403, "forbidden")
    assert_error(zoe.delete(f"{INVITES}/{made['id']}"), 403, "forbidden")
    assert_error(zoe.delete(f"{INVITES}/{UNKNOWN}"), 403, "forbidden")

    assert listed(boss)["pagination"]["total"] == before
    assert is_code_open(app, made["code"])


def test_the_page_makes_lists_and_withdraws(app: Flask, boss: FlaskClient) -> None:
    made = submit(boss, "/admin/invites", {"emails": "a@example.fr, b@example.fr\nc@example.fr", "count": ""})
    assert made.status_code == 201
    codes = {one["code"] for one in listed(boss)["invites"] if one["email"]}
    assert len(codes) == 3
    assert all(f"/signup?code={code}" in made.text for code in codes)

    withdrawn = listed(boss)["invites"][0]
    answer = submit(boss, f"/admin/invites/{withdrawn['id']}/revoke", {})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/invites")
    page = boss.get("/admin/invites").text
    assert all(code in page for code in codes)
    assert "est révoquée." in page
    assert not is_code_open(app, withdrawn["code"], withdrawn["email"])


@pytest.mark.parametrize(
    "fields",
    [
        {"emails": "", "count": ""},
        {"emails": "a@example.fr", "count": "3"},
        {"emails": "bad", "count": ""},
        {"emails": "", "count": "0"},
        {"emails": "", "count": "１"},
        {"emails": "", "count": "x<b>"},
        {"emails": "", "count": "9999999999"},
    ],
)
def test_the_page_shows_what_is_wrong_and_makes_nothing(boss: FlaskClient, fields: dict[str, str]) -> None:
    before = listed(boss)["pagination"]["total"]

    response = submit(boss, "/admin/invites", fields)

    assert response.status_code == 400
    assert 'aria-invalid="true"' in response.text
    assert "<b>" not in response.text
    assert listed(boss)["pagination"]["total"] == before


def test_the_admin_pages_are_closed_to_creators(app: Flask) -> None:
    zoe = creator(app)
    code = invitation(app)

    for path in ("/admin", "/admin/invites", "/admin/backends"):
        response = zoe.get(path)
        assert response.status_code == 403
        assert code not in response.text
        assert app.test_client().get(path).headers["Location"] == f"/signin?next={path}"
    assert submit(zoe, "/admin/invites", {"count": "1"}).status_code == 403


def test_the_route_table_says_who_answers_what(boss: FlaskClient, backend_name: str) -> None:
    routes = boss.get("/api/admin/backends").get_json()["routes"]

    table = {(route["url"], method): route for route in routes for method in route["methods"]}
    me, sign_in = table["/api/auth/me", "GET"], table["/api/auth/signin", "POST"]
    assert (me["access"], me["backend"], me["stores"]) == (
        "signed in",
        backend_name,
        ["api_keys", "refresh_tokens", "sessions", "users"],
    )
    assert (sign_in["endpoint"], sign_in["rule"]) == ("auth.api.sign_in", "auth")
    assert table["/healthz", "GET"]["backend"] is None
    page = boss.get("/admin/backends")
    assert page.status_code == 200
    assert "auth.api.sign_in" in page.text
    assert boss.get("/admin").headers["Location"] == "/admin/invites"


def test_ids_of_invitations_sort_by_time(boss: FlaskClient) -> None:
    boss.post(INVITES, json={"count": 5})

    assert {UUID(one["id"]).version for one in listed(boss)["invites"]} == {7}
