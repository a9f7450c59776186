"""The waitlist: joined by visitors who learn nothing from it, and invited from, once, by administrators."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from huntaze_app.limits import WAITLIST
from repositories.entities.waitlist import WaitlistEntry
from repositories.paging import PageRequest
from tests.answers import assert_error, assert_invalid, form_token, router_of, submit
from tests.conftest import MakeApp
from tests.faults.http import at_once
from tests.people import admin, creator, sign_up
from tests.work import body, outbox, work_off

JOIN = "/api/waitlist"
LIST = "/api/admin/waitlist"
INVITE = f"{LIST}/invite"
ENTRY_KEYS = {"id", "email", "locale", "createdAt", "invitedAt"}
UNKNOWN = "01a1f919-1dde-7790-bf51-72adcfc10cf5"


@pytest.fixture
def boss(app: Flask) -> FlaskClient:
    return admin(app)


def waiting(app: Flask, *emails: str) -> list[str]:
    """Addresses that join one after the other; return the ids of their entries."""
    for email in emails:
        assert app.test_client().post(JOIN, json={"email": email}).status_code == 202
    known = {entry.email: str(entry.id) for entry in entries(app)}
    return [known[email] for email in emails]


def entries(app: Flask) -> tuple[WaitlistEntry, ...]:
    return router_of(app).run("auth", lambda stores: stores.waitlist.list_page(PageRequest(limit=100))).items


def letters(app: Flask) -> list[tuple[str, str]]:
    """To whom invitations were mailed, and under what subject."""
    work_off(app)
    return [(str(mail["To"]), str(mail["Subject"])) for mail in outbox(app) if "/signup?code=" in body(mail)]


def told(client: FlaskClient, email: str) -> tuple[Any, ...]:
    response = client.post(JOIN, json={"email": email}, headers={"X-Request-Id": "same"})
    return response.status_code, response.data, [pair for pair in response.headers if pair[0] != "Date"]


def test_nobody_learns_who_waits_or_who_has_an_account(app: Flask, client: FlaskClient) -> None:
    """D2: the same bytes and the same headers."""
    creator(app, "zoe@example.fr")
    waiting(app, "known@example.fr")

    answers = [told(client, f"{name}@example.fr") for name in ("new", "known", "zoe")]

    assert answers[0][:2] == (202, b"")
    assert answers[0] == answers[1] == answers[2]


def test_who_joins_twice_keeps_her_place_and_her_language(app: Flask, client: FlaskClient) -> None:
    client.post(JOIN, json={"email": "lea@example.fr"}, headers={"Accept-Language": "en"})
    before = entries(app)
    client.post(JOIN, json={"email": " LEA@Example.fr", "locale": "fr"})

    assert [(one.email, one.locale) for one in before] == [("lea@example.fr", "en")]
    assert entries(app) == before


def test_joining_mails_nothing_to_anybody(app: Flask, client: FlaskClient) -> None:
    """Anybody may type anybody's address."""
    waiting(app, "lea@example.fr")

    assert work_off(app) == 0
    assert outbox(app) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "email"),
        ({"email": "bad"}, "email"),
        ({"email": None}, "email"),
        ({"email": "a@example.fr", "locale": "de"}, "locale"),
        ({"email": "a@example.fr", "invitedAt": None}, "invitedAt"),
    ],
)
def test_what_is_no_wish_to_wait_is_refused(app: Flask, client: FlaskClient, wrong: dict[str, Any], field: str) -> None:
    assert_invalid(client.post(JOIN, json=wrong), field)

    assert entries(app) == ()


def test_the_page_takes_an_address_and_says_thank_you(app: Flask, client: FlaskClient) -> None:
    landing = client.get("/").text
    assert 'action="/waitlist"' in landing
    assert 'href="/waitlist"' in client.get("/signup").text

    first, again = (submit(client, "/waitlist", {"email": "Lea@Example.fr"}, page="/waitlist") for _ in range(2))

    assert [(one.status_code, one.headers["Location"]) for one in (first, again)] == [(303, "/waitlist/thanks")] * 2
    assert "Merci, c’est noté." in client.get("/waitlist/thanks").text
    assert [(one.email, one.locale) for one in entries(app)] == [("lea@example.fr", "fr")]


def test_the_page_shows_what_is_wrong_with_an_address(app: Flask, client: FlaskClient) -> None:
    response = submit(client, "/waitlist", {"email": "<b>bad"})

    assert response.status_code == 400
    assert 'aria-invalid="true"' in response.text
    assert "<b>bad" not in response.text
    assert entries(app) == ()


def test_the_page_and_the_route_share_their_limit(backend_name: str, make_app: MakeApp) -> None:
    app = make_app(backend_name, ratelimit_enabled=True, ratelimit_default=(1000, 10))
    client, budget = app.test_client(), WAITLIST[0].budget
    token = form_token(client, "/waitlist")
    found = [client.post(JOIN, json={"email": f"a{n}@example.fr"}).status_code for n in range(budget + 1)]

    page = client.post("/waitlist", data={"email": "lea@example.fr", "csrf_token": token})

    assert found == [202] * budget + [429]
    assert page.status_code == 429
    assert 'value="lea@example.fr"' in page.text
    assert len(entries(app)) == budget


def test_who_is_signed_in_is_not_asked_to_wait(app: Flask) -> None:
    assert 'action="/waitlist"' not in creator(app).get("/").text


def test_the_list_has_who_came_first_first(app: Flask, boss: FlaskClient) -> None:
    ids = waiting(app, "a@example.fr", "b@example.fr", "c@example.fr")
    boss.post(INVITE, json={"ids": [ids[1]]})

    every, waits, invited = (boss.get(LIST + query).get_json() for query in ("", "?state=waiting", "?state=invited"))

    assert [one["id"] for one in every["entries"]] == ids
    assert all(one.keys() == ENTRY_KEYS for one in every["entries"])
    assert every["pagination"] == {"page": 1, "limit": 20, "total": 3, "pages": 1}
    assert [one["id"] for one in waits["entries"]] == [ids[0], ids[2]]
    assert [(one["id"], one["invitedAt"] is not None) for one in invited["entries"]] == [(ids[1], True)]
    assert_invalid(boss.get(f"{LIST}?state=gone"), "state")


def test_an_invitation_from_the_list_is_mailed_in_her_language_and_lets_her_alone_in(
    app: Flask, boss: FlaskClient, client: FlaskClient
) -> None:
    client.post(JOIN, json={"email": "lea@example.fr", "locale": "en"})
    [entry] = entries(app)

    response = boss.post(INVITE, json={"ids": [str(entry.id), UNKNOWN]})

    [made] = response.get_json()["invites"]
    assert (response.status_code, made["email"]) == (200, "lea@example.fr")
    assert letters(app) == [("lea@example.fr", "Your invitation to Huntaze")]
    assert made["code"] in body(outbox(app)[0])
    assert sign_up(client, "other@example.fr", made["code"]).status_code == 403
    assert sign_up(client, "lea@example.fr", made["code"]).status_code == 201


def test_whoever_was_invited_is_passed_over(app: Flask, boss: FlaskClient) -> None:
    ids = waiting(app, "a@example.fr", "b@example.fr")
    boss.post(INVITE, json={"ids": ids[:1]})

    again = boss.post(INVITE, json={"ids": ids[:1]})
    rest = boss.post(INVITE, json={"count": 200})

    assert (again.status_code, again.get_json()) == (200, {"invites": []})
    assert [one["email"] for one in rest.get_json()["invites"]] == ["b@example.fr"]
    assert sorted(to for to, _subject in letters(app)) == ["a@example.fr", "b@example.fr"]


def test_two_administrators_at_once_make_one_invitation_and_one_mail_each(app: Flask, boss: FlaskClient) -> None:
    ids = waiting(app, *(f"a{n}@example.fr" for n in range(8)))
    clients = [admin(app) for _ in range(6)]

    def invite(number: int) -> list[str]:
        wish: dict[str, Any] = {"ids": ids[::-1]} if number % 2 else {"count": 8}
        response = clients[number].post(INVITE, json=wish)
        assert response.status_code == 200, response.text
        return [one["email"] for one in response.get_json()["invites"]]

    made = [email for answer in at_once(len(clients), invite) for email in answer]

    assert sorted(made) == [f"a{n}@example.fr" for n in range(8)]
    assert sorted(to for to, _subject in letters(app)) == sorted(made)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "ids"),
        ({"ids": [UNKNOWN], "count": 1}, "ids"),
        ({"ids": []}, "ids"),
        ({"ids": UNKNOWN}, "ids"),
        ({"ids": ["x"]}, "ids"),
        ({"ids": [UNKNOWN] * 201}, "ids"),
        ({"count": 0}, "count"),
        ({"count": 201}, "count"),
        ({"count": "1"}, "count"),
    ],
)
def test_an_impossible_wish_invites_nobody(app: Flask, boss: FlaskClient, wrong: dict[str, Any], field: str) -> None:
    waiting(app, "a@example.fr")

    assert_invalid(boss.post(INVITE, json=wrong), field)

    assert entries(app)[0].invited_at is None
    assert letters(app) == []


def test_an_invitation_by_address_is_mailed_and_takes_her_off_the_list(app: Flask, boss: FlaskClient) -> None:
    app.test_client().post(JOIN, json={"email": "lea@example.fr", "locale": "en"})

    boss.post("/api/admin/invites", json={"emails": ["lea@example.fr", "zoe@example.fr"]})
    boss.post("/api/admin/invites", json={"count": 3})
    boss.post(INVITE, json={"count": 10})

    subjects = {"lea@example.fr": "Your invitation to Huntaze", "zoe@example.fr": "Votre invitation à Huntaze"}
    assert dict(letters(app)) == subjects
    assert len(letters(app)) == 2


def test_a_withdrawn_invitation_is_not_mailed_any_more(app: Flask, boss: FlaskClient) -> None:
    made = boss.post("/api/admin/invites", json={"emails": ["lea@example.fr"]}).get_json()["invites"][0]
    boss.delete(f"/api/admin/invites/{made['id']}")

    assert letters(app) == []


def test_invitations_of_a_file_are_mailed(make_app: MakeApp, tmp_path: Path) -> None:
    app, file = make_app("postgres"), tmp_path / "addresses"
    file.write_text("lea@example.fr\n")

    assert app.test_cli_runner().invoke(args=["invites", "create", "--emails", str(file)]).exit_code == 0

    assert letters(app) == [("lea@example.fr", "Votre invitation à Huntaze")]


def test_the_trail_tells_of_invitations_from_the_list_without_an_address(app: Flask, boss: FlaskClient) -> None:
    waiting(app, "lea@example.fr")
    [made] = boss.post(INVITE, json={"count": 1}).get_json()["invites"]

    event = boss.get("/api/admin/audit?action=invites_created").get_json()["events"][0]

    assert event["details"] == {"invites": [made["id"]], "source": "waitlist"}
    assert event["actorEmail"] == "admin@huntaze.test"


def test_the_admin_page_invites_those_who_are_ticked_and_those_who_came_first(app: Flask, boss: FlaskClient) -> None:
    assert "Personne n’attend pour l’instant" in boss.get("/admin/waitlist").text
    ids = waiting(app, *(f"a{n}@example.fr" for n in range(4)))

    ticked = submit(boss, "/admin/waitlist/invite", {"ids": [ids[2], ids[3]]})
    assert "2 invitations partent par e-mail." in boss.get(ticked.headers["Location"]).text
    submit(boss, "/admin/waitlist/invite", {"ids": [ids[3]]})
    assert "Personne à inviter" in boss.get("/admin/waitlist").text
    submit(boss, "/admin/waitlist/invite", {"count": "1"})

    assert (ticked.status_code, ticked.headers["Location"]) == (303, "/admin/waitlist")
    assert sorted(to for to, _subject in letters(app)) == ["a0@example.fr", "a2@example.fr", "a3@example.fr"]
    page = boss.get("/admin/waitlist?state=waiting").text
    assert "a1@example.fr" in page
    assert "a2@example.fr" not in page
    assert "1 adresse<" in boss.get("/admin/invites").text


@pytest.mark.parametrize("fields", [{}, {"ids": ["x"]}, {"count": ""}, {"count": "0"}, {"count": "<b>"}])
def test_the_admin_page_shows_what_is_wrong_and_invites_nobody(
    app: Flask, boss: FlaskClient, fields: dict[str, Any]
) -> None:
    waiting(app, "a@example.fr")

    response = submit(boss, "/admin/waitlist/invite", fields)

    assert response.status_code == 400
    assert "data-error-summary" in response.text
    assert "<b>" not in response.text
    assert entries(app)[0].invited_at is None


def test_creators_and_visitors_see_nothing_of_the_list(app: Flask, client: FlaskClient) -> None:
    waiting(app, "lea@example.fr")
    zoe = creator(app)

    assert_error(client.get(LIST), 401, "unauthenticated")
    assert_error(zoe.get(LIST), 403, "forbidden")
    assert_error(zoe.post(INVITE, json={"count": 1}), 403, "forbidden")
    assert "lea@example.fr" not in zoe.get("/admin/waitlist").text
    assert entries(app)[0].invited_at is None
