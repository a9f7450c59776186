"""Hostile requests: odd queries, paths, cookies and headers end in a plain answer, and never in a 500."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.answers import assert_error, assert_no_internals
from tests.functional.hostile import NUMBERS
from tests.people import admin, creator


@pytest.fixture
def callers(app: Flask) -> dict[str, FlaskClient]:
    return {"guest": app.test_client(), "creator": creator(app), "admin": admin(app)}


@pytest.mark.parametrize("name", ["page", "limit"])
def test_a_page_or_limit_is_plain_digits_in_range(callers: dict[str, FlaskClient], name: str) -> None:
    boss = callers["admin"]
    for value in (*NUMBERS, "101" if name == "limit" else "1000001"):
        for path in ("/api/admin/invites", "/admin/invites"):
            response = boss.get(path, query_string={name: value})
            assert response.status_code == 400, (path, value)
            assert_no_internals(response.text)
        body = assert_error(boss.get("/api/admin/invites", query_string={name: value}), 400, "validation_error")
        assert list(body["details"]) == [name]
    for raw in ("%00", "%ff", "%ed%a0%80", "1&" + name + "=2", "%", "%zz", "1%00"):
        response = boss.get(f"/api/admin/invites?{name}={raw}")
        assert response.status_code == 400, raw
    for value in ("1", "100", "0001"):
        assert boss.get("/api/admin/invites", query_string={name: value}).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["%00=%00", "\xff=\xfe", "[]=1&[]=2", "a" * 16_000, "&" * 5000, "=&=", "page[]=1", "sort=password_hash", "q=%25"],
)
def test_unknown_query_parameters_change_nothing(callers: dict[str, FlaskClient], query: str) -> None:
    boss = callers["admin"]

    for path in ("/api/admin/invites", "/api/auth/me", "/dashboard", "/signin", "/", "/healthz"):
        assert boss.get(f"{path}?{query}").status_code in {200, 302}


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/api/%00",
        "/api/auth/me%00",
        "/%ff%fe",
        "/api/%ed%a0%80",
        "/api/%c0%af",
        "/api/../wsgi.py",
        "/static/%2e%2e/%2e%2e/wsgi.py",
        "/static/..%2f..%2fwsgi.py",
        "/static/....//wsgi.py",
        "/static/%00",
        "/static/css",
        "/static/",
        "/api/auth/me;x=1",
        "/api/auth/me/..",
        "/API/AUTH/ME",
        "/api/" + "x" * 16_000,
        "/api/" + "../" * 2000,
        "/x" + "%2f" * 1000,
        "/%0d%0aSet-Cookie:%20a=b",
        "/api/admin/invites/%0d%0aX:%20y",
    ],
)
def test_a_strange_path_is_not_found(callers: dict[str, FlaskClient], path: str) -> None:
    for client in callers.values():
        response = client.get(path)
        assert response.status_code in {404, 405, 308}, path
        assert "a=b" not in str(response.headers.getlist("Set-Cookie"))
        assert_no_internals(response.text)


@pytest.mark.parametrize(
    "cookie",
    [
        "huntaze_session=",
        "huntaze_session",
        "=x",
        ";;;,,,",
        "huntaze_session=\x00",
        "huntaze_session=a\x00b",
        "huntaze_session=" + "x" * 8192,
        "huntaze_session=" + "x" * 100_000,
        "huntaze_session=é",
        "huntaze_session=\xff\xfe",
        "huntaze_session=%00%ff",
        'huntaze_session="\\000\\377"',
        'huntaze_session="unclosed',
        "huntaze_session=a; huntaze_session=b",
        "huntaze_session=\udcff",
        "session=\udcff; huntaze_locale=\udcff",
        "; ".join(f"c{n}=x" for n in range(3000)),
    ],
)
def test_a_strange_cookie_is_nobody_s(app: Flask, cookie: str) -> None:
    client = app.test_client(use_cookies=False)
    environ = {"HTTP_COOKIE": cookie}

    assert_error(client.get("/api/auth/me", environ_overrides=environ), 401, "unauthenticated")
    assert client.get("/dashboard", environ_overrides=environ).status_code == 302
    assert client.get("/signin", environ_overrides=environ).status_code == 200
    assert client.post("/api/auth/signout", environ_overrides=environ).status_code == 204


@pytest.mark.parametrize("order", ["good first", "bad first"])
def test_two_session_cookies_never_make_an_error(app: Flask, order: str) -> None:
    good = creator(app).get_cookie("huntaze_session")
    assert good is not None
    pair = [f"huntaze_session={good.value}", "huntaze_session=planted"]
    header = "; ".join(pair if order == "good first" else reversed(pair))

    response = app.test_client(use_cookies=False).get("/api/auth/me", headers={"Cookie": header})

    assert response.status_code in {200, 401}


HEADERS = (
    "User-Agent",
    "Accept",
    "Accept-Language",
    "Referer",
    "X-Forwarded-For",
    "Authorization",
    "If-None-Match",
    "If-Modified-Since",
    "Range",
    "X-Request-Id",
    "Content-Language",
    "Origin",
    "Sec-Fetch-Site",
    "Cookie",
)


@pytest.mark.parametrize(
    "value", ["", "\x00", "é", "\xff\xfe", "x" * 100_000, "a,b;q=9,*/*;q=x", "bytes=0-,-1", "\udcff"]
)
def test_a_strange_header_does_no_harm(app: Flask, value: str) -> None:
    zoe = creator(app)
    for name in HEADERS:
        environ = {f"HTTP_{name.upper().replace('-', '_')}": value}
        for path in ("/api/auth/me", "/dashboard", "/healthz", "/nowhere", "/static/css/base.css"):
            response = zoe.get(path, environ_overrides=environ, buffered=True)
            assert response.status_code in {200, 206, 302, 401, 404, 416}, (name, path)
        signing = zoe.post("/api/auth/signin", json={"email": "a@b.fr", "password": "x"}, environ_overrides=environ)
        assert signing.status_code in {401, 403}, name


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "", "9" * 30, "１"])
def test_a_strange_content_length_does_no_harm(app: Flask, length: str) -> None:
    environ = {"CONTENT_LENGTH": length, "CONTENT_TYPE": "application/json"}

    response = app.test_client().post("/api/auth/signin", environ_overrides=environ)

    assert response.status_code in {400, 413}
    assert response.get_json()["code"] in {"validation_error", "payload_too_large"}
