"""Sessions: seven days, one device, no second life."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from config.settings import Environment
from huntaze_app.clock import new_id, now
from huntaze_app.security.tokens import token_hash
from repositories.entities.sessions import Identity, Session
from repositories.entities.users import User
from tests.answers import assert_error, form_token, router_of, session_token, submit
from tests.conftest import MakeApp
from tests.people import PASSWORD, creator, invitation, sign_up

START = datetime(2026, 3, 27, 22, 30, 15, 123456, tzinfo=UTC)  # a week over which Paris changes its clocks
WEEK = timedelta(days=7)
EMAIL = "zoe@example.fr"


def status(app: Flask, token: str) -> int:
    client = app.test_client(use_cookies=False)
    return client.get("/api/auth/me", headers={"Cookie": f"huntaze_session={token}"}).status_code


def identity(app: Flask, token: str) -> Identity | None:
    digest = token_hash(token)
    return router_of(app).run("auth", lambda stores: stores.sessions.find_identity(digest, now()), read_only=True)


@pytest.mark.parametrize(
    ("after", "expected"),
    [(WEEK - timedelta(seconds=1), 200), (WEEK - timedelta(microseconds=1), 200), (WEEK, 401), (2 * WEEK, 401)],
)
def test_a_session_ends_exactly_seven_days_after_it_began(app: Flask, after: timedelta, expected: int) -> None:
    with time_machine.travel(START, tick=False):
        token = session_token(sign_up(app.test_client(), EMAIL, invitation(app)))

    with time_machine.travel(START + after, tick=False):
        assert status(app, token) == expected


def test_using_a_session_does_not_prolong_it(app: Flask) -> None:
    with time_machine.travel(START, tick=False):
        token = session_token(sign_up(app.test_client(), EMAIL, invitation(app)))
    for day in range(1, 7):
        with time_machine.travel(START + timedelta(days=day), tick=False):
            assert status(app, token) == 200

    with time_machine.travel(START + WEEK, tick=False):
        assert status(app, token) == 401


def test_the_last_use_is_noted_every_five_minutes_and_no_more_often(app: Flask) -> None:
    with time_machine.travel(START, tick=False):
        token = session_token(sign_up(app.test_client(), EMAIL, invitation(app)))
    seen = []
    for minutes in (5, 6, 7, 12):
        with time_machine.travel(START + timedelta(minutes=minutes), tick=False):
            assert status(app, token) == 200
            found = identity(app, token)
            assert found is not None
            seen.append((found.session.last_seen_at - START) / timedelta(minutes=1))

    assert seen == [0, 6, 6, 12]


def test_signing_in_over_a_session_makes_a_new_one_and_ends_the_old(app: Flask) -> None:
    client = creator(app)
    before = client.get_cookie("huntaze_session")
    assert before is not None

    response = client.post("/api/auth/signin", json={"email": EMAIL, "password": PASSWORD})

    assert session_token(response) != before.value
    assert status(app, session_token(response)) == 200
    assert status(app, before.value) == 401


@pytest.mark.parametrize("planted", ["fixed-by-the-attacker", "x" * 43, '"quoted"'])
def test_a_token_planted_before_sign_in_never_becomes_a_session(app: Flask, planted: str) -> None:
    creator(app)
    client = app.test_client(use_cookies=False)
    headers = {"Cookie": f"huntaze_session={planted}"}

    response = client.post("/api/auth/signin", json={"email": EMAIL, "password": PASSWORD}, headers=headers)

    assert response.status_code == 200
    assert session_token(response) != planted
    assert status(app, planted) == 401


def test_tokens_are_long_and_never_the_same(app: Flask) -> None:
    creator(app)
    body = {"email": EMAIL, "password": PASSWORD}

    tokens = {session_token(app.test_client().post("/api/auth/signin", json=body)) for _ in range(50)}

    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 43  # 256 bits


def test_only_a_hash_of_the_token_is_stored(app: Flask) -> None:
    token = session_token(sign_up(app.test_client(), EMAIL, invitation(app)))

    found = identity(app, token)

    assert found is not None
    assert found.session.token_hash == token_hash(token)
    assert token.encode() not in found.session.token_hash
    assert token not in repr(found)


def test_the_session_remembers_the_device_but_not_the_whole_address(app: Flask) -> None:
    client = app.test_client()
    body = {"email": EMAIL, "password": PASSWORD, "name": "Zoé", "inviteCode": invitation(app)}
    headers = {"User-Agent": "Firefox\x07 " + "x" * 100_000}
    origin = {"REMOTE_ADDR": "203.0.113.77"}

    response = client.post("/api/auth/signup", json=body, headers=headers, environ_base=origin)

    found = identity(app, session_token(response))
    assert found is not None
    assert found.session.user_agent == ("Firefox " + "x" * 300)[:300]
    assert found.session.ip == "203.0.113.0"


def test_another_session_of_the_same_user_is_left_alone(app: Flask) -> None:
    first = creator(app)
    second = app.test_client()
    second.post("/api/auth/signin", json={"email": EMAIL, "password": PASSWORD})

    assert second.post("/api/auth/signout").status_code == 204

    assert first.get("/api/auth/me").status_code == 200
    assert second.get("/api/auth/me").status_code == 401


def test_a_deleted_account_is_out_at_the_next_request(app: Flask) -> None:
    client = creator(app)
    user = client.get("/api/auth/me").get_json()
    found = router_of(app).run("auth", lambda stores: stores.users.find_by_email(EMAIL), read_only=True)
    assert found is not None
    assert user["id"] == str(found.id)

    router_of(app).run("auth", lambda stores: stores.users.remove(found.id, now()))

    assert_error(client.get("/api/auth/me"), 401, "unauthenticated")
    assert_error(client.patch("/api/users/profile", json={"name": "Ghost"}), 401, "unauthenticated")
    assert client.get("/dashboard").status_code == 302


def test_a_session_of_a_disabled_account_is_no_session(app: Flask) -> None:
    user = User(new_id(), "off@example.fr", "Off", now(), now())
    session = Session(new_id(), user.id, token_hash("k" * 43), now(), now(), now() + WEEK)
    router_of(app).run("auth", lambda stores: stores.users.add(user))
    router_of(app).run("auth", lambda stores: stores.sessions.add(session))
    router_of(app).run("auth", lambda stores: stores.users.change_account(user.id, {"is_active": False}, now()))
    other = replace(user, id=new_id(), email="on@example.fr")
    session_of_other = replace(session, id=new_id(), user_id=other.id, token_hash=token_hash("o" * 43))
    router_of(app).run("auth", lambda stores: stores.users.add(other))
    router_of(app).run("auth", lambda stores: stores.sessions.add(session_of_other))

    assert status(app, "k" * 43) == 401
    assert status(app, "o" * 43) == 200


@pytest.mark.parametrize("place", ["query", "header", "form", "bearer"])
def test_a_session_token_counts_nowhere_but_in_its_cookie(app: Flask, place: str) -> None:
    token = session_token(sign_up(app.test_client(), EMAIL, invitation(app)))
    client = app.test_client(use_cookies=False)
    headers = {"header": {"huntaze_session": token}, "bearer": {"Authorization": f"Bearer {token}"}}
    query = {"huntaze_session": token} if place == "query" else {}

    response = client.get("/api/auth/me", query_string=query, headers=headers.get(place, {}))

    assert response.status_code == 401


def test_the_session_cookie_has_every_guard(app: Flask) -> None:
    response = sign_up(app.test_client(), EMAIL, invitation(app))

    parts = response.headers["Set-Cookie"].split("; ")
    assert parts[1:] == ["Max-Age=604800", "Path=/", "HttpOnly", "SameSite=Lax"]
    assert len(response.headers["Set-Cookie"]) < 4096


def test_in_production_the_cookie_is_tied_to_the_host_and_to_https(make_app: MakeApp) -> None:
    app = production(make_app)
    client = app.test_client()

    response = sign_up(client, EMAIL, invitation(app))

    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-huntaze_session=")
    assert cookie.split("; ")[1:] == ["Max-Age=604800", "Path=/", "HttpOnly", "SameSite=Lax", "Secure"]
    token = cookie.partition("=")[2].partition(";")[0]
    bare = app.test_client(use_cookies=False)
    named = {"Cookie": f"__Host-huntaze_session={token}"}
    unnamed = {"Cookie": f"huntaze_session={token}"}
    assert bare.get("/api/auth/me", headers=named).status_code == 200
    assert bare.get("/api/auth/me", headers=unnamed).status_code == 401


def test_in_production_every_other_cookie_is_secure_too_even_behind_a_proxy_that_speaks_http(
    make_app: MakeApp,
) -> None:
    client = production(make_app).test_client(use_cookies=False)

    page = client.get("/signin")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    form_cookie = page.headers["Set-Cookie"].partition(";")[0]
    chosen = client.post("/locale", data={"locale": "en", "csrf_token": token}, headers={"Cookie": form_cookie})

    cookies = [*page.headers.getlist("Set-Cookie"), *chosen.headers.getlist("Set-Cookie")]
    assert chosen.status_code == 303
    assert len(cookies) >= 2
    assert all("Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def production(make_app: MakeApp) -> Flask:
    return make_app("memory", environment=Environment.PRODUCTION)


def test_the_form_token_changes_with_sign_in_and_with_sign_out(app: Flask) -> None:
    creator(app)
    client = app.test_client()
    before = form_token(client)
    submit(client, "/signin", {"email": EMAIL, "password": PASSWORD})
    during = form_token(client, "/profile")
    assert client.post("/locale", data={"locale": "fr", "csrf_token": before}).status_code == 403
    submit(client, "/signout", {})

    assert client.post("/locale", data={"locale": "fr", "csrf_token": during}).status_code == 403
