"""Where somebody is signed in: listed, ended, and told of when it is a new place."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from huntaze_app.stores import StoreRouter
from repositories.paging import PageRequest
from tests.answers import form_token
from tests.people import PASSWORD, creator

SESSIONS = "/api/auth/sessions"
ZOE = "zoe@example.fr"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"


@pytest.fixture
def zoe(app: Flask) -> FlaskClient:
    """An account, signed in."""
    return creator(app, ZOE)


def sign_in(app: Flask, client: FlaskClient | None = None, agent: str = FIREFOX) -> FlaskClient:
    client = client or app.test_client()
    body = {"email": ZOE, "password": PASSWORD}
    assert client.post("/api/auth/signin", json=body, headers={"User-Agent": agent}).status_code == 200
    return client


def test_sessions_are_listed_with_device_and_place_the_current_one_first(app: Flask, zoe: FlaskClient) -> None:
    sign_in(app)

    body = zoe.get(SESSIONS).get_json()

    assert body["pagination"] == {"page": 1, "limit": 20, "total": 2, "pages": 1}
    assert [session["current"] for session in body["sessions"]] == [True, False]
    other = body["sessions"][1]
    assert (other["device"], other["userAgent"], other["place"]) == ("Firefox · Windows", FIREFOX, "127.0.0.0")
    assert "token" not in str(body).lower()


def test_pages_of_the_list_are_cut_as_asked(app: Flask, zoe: FlaskClient) -> None:
    sign_in(app)

    second = zoe.get(f"{SESSIONS}?page=2&limit=1").get_json()

    assert [session["current"] for session in second["sessions"]] == [False]
    assert second["pagination"]["pages"] == 2
    assert zoe.get(f"{SESSIONS}?limit=0").status_code == 400


def test_one_session_is_ended(app: Flask, zoe: FlaskClient) -> None:
    other = sign_in(app)
    ended = zoe.get(SESSIONS).get_json()["sessions"][1]["id"]

    assert zoe.delete(f"{SESSIONS}/{ended}").status_code == 204
    assert zoe.delete(f"{SESSIONS}/{ended}").status_code == 404
    assert other.get("/api/auth/me").status_code == 401
    assert zoe.get("/api/auth/me").status_code == 200


def test_somebody_elses_session_is_not_found(app: Flask, zoe: FlaskClient) -> None:
    lea = creator(app, "lea@example.fr")
    hers = lea.get(SESSIONS).get_json()["sessions"][0]["id"]
    given = {"X-Request-Id": "same"}

    foreign = zoe.delete(f"{SESSIONS}/{hers}", headers=given)
    unknown = zoe.delete(f"{SESSIONS}/{UUID(int=1)}", headers=given)

    assert (foreign.status_code, foreign.data) == (404, unknown.data)
    assert lea.get("/api/auth/me").status_code == 200


def test_all_others_are_ended_and_programs_with_them(app: Flask, zoe: FlaskClient) -> None:
    others = [sign_in(app) for _ in range(3)]
    pair = app.test_client().post("/api/auth/token", json={"email": ZOE, "password": PASSWORD}).get_json()

    assert zoe.delete(SESSIONS).status_code == 204

    assert [other.get("/api/auth/me").status_code for other in others] == [401] * 3
    refreshed = app.test_client().post("/api/auth/refresh", json={"refreshToken": pair["refreshToken"]})
    assert refreshed.status_code == 401
    assert zoe.get("/api/auth/me").status_code == 200


def test_the_page_ends_sessions_too(app: Flask, zoe: FlaskClient) -> None:
    first, second = sign_in(app), sign_in(app)
    page = "/profile/sessions"
    ended = zoe.get(SESSIONS).get_json()["sessions"][1]["id"]
    assert "Firefox · Windows" in zoe.get(page).text

    one = zoe.post(f"{page}/{ended}/revoke", data={"csrf_token": form_token(zoe, page)})
    assert (one.status_code, one.location) == (303, page)
    assert sorted(client.get("/api/auth/me").status_code for client in (first, second)) == [200, 401]

    zoe.post(f"{page}/revoke-others", data={"csrf_token": form_token(zoe, page)})
    assert [client.get("/api/auth/me").status_code for client in (first, second, zoe)] == [401, 401, 200]


def notices(app: Flask) -> int:
    """How many mails about new devices there are."""
    router: StoreRouter = app.extensions["stores"]

    def count(stores) -> int:  # type: ignore[no-untyped-def]
        jobs = stores.jobs.list_page(PageRequest(limit=100)).items
        mails = [stores.mails.get(UUID(job.arguments["mail_id"])) for job in jobs if "mail_id" in job.arguments]
        return sum(mail.template == "new_device" for mail in mails)

    return router.run("auth", count)


def test_a_sign_in_from_a_new_device_is_told_by_mail(app: Flask, zoe: FlaskClient) -> None:
    assert notices(app) == 0, "nobody is told of the device she signed up with"

    browser = sign_in(app)
    assert notices(app) == 1

    browser.post("/api/auth/signout")
    sign_in(app, browser, agent="the same browser after an update")
    assert notices(app) == 1, "known by its mark"

    sign_in(app)
    assert notices(app) == 1, "known by its name and network"

    sign_in(app, agent="curl/8")
    assert notices(app) == 2


def test_a_mark_says_nothing_to_another_account(app: Flask, zoe: FlaskClient) -> None:
    creator(app, "lea@example.fr")
    browser = sign_in(app)
    assert notices(app) == 1

    body = {"email": "lea@example.fr", "password": PASSWORD}
    browser.post("/api/auth/signin", json=body, headers={"User-Agent": FIREFOX})
    assert notices(app) == 2


def test_the_mark_is_a_cookie_no_script_reads(app: Flask, zoe: FlaskClient) -> None:
    mark = zoe.get_cookie("huntaze_device")
    assert mark is not None
    assert len(mark.value) == 43

    again = zoe.post("/api/auth/signin", json={"email": ZOE, "password": PASSWORD})
    cookies = again.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)
    assert any(f"huntaze_device={mark.value}" in cookie for cookie in cookies)
