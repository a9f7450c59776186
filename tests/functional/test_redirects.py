"""Where `next` may lead: to addresses of this site that no browser reads otherwise."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from huntaze_app.pages import local_target
from tests.answers import submit
from tests.people import PASSWORD, creator

ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "/\r\nLocation: https://evil.example",
    "/profile\r\nSet-Cookie: x=y",
    " //evil.example",
    "/ /evil.example",
    "\x00//evil.example",
    "/\x00/evil.example",
    "\x08//evil.example",
    "/\x7f/evil.example",
    "http://evil.example",
    "https://evil.example",
    "http:///evil.example",
    "http:/evil.example",
    "http:evil.example",
    "https:evil.example",
    "HTTPS://evil.example",
    "ftp://evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "//localhost@evil.example",
    "//evil.example/localhost",
    "@evil.example",
    ".evil.example",
    "evil.example",
    "//evil。example",
    "//①②⑦.⓪.⓪.①",
    "／／evil.example",
    "?x=1",
    "#x",
    "",
    "profile",
    "../profile",
)
HERE = (
    "/",
    "/profile",
    "/profile?tab=2&x=%20",
    "/profile?x=http://evil.example",
    "/profile#http://evil.example",
    "/a//b",
    "/%5cevil.example",
    "/%09/evil.example",
    "/%2f/evil.example",
    "/@evil.example",
    "/é?q=ü",
)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_an_address_elsewhere_is_replaced_by_the_default(target: str) -> None:
    assert local_target(target, "/dashboard") == "/dashboard"


@pytest.mark.parametrize("target", HERE)
def test_an_address_here_is_kept(target: str) -> None:
    assert local_target(target, "/dashboard") == target


def test_no_address_is_the_default() -> None:
    assert local_target(None, "/dashboard") == "/dashboard"


def assert_stays(location: str) -> None:
    assert location.startswith("/")
    assert location[1:2] not in {"/", "\\"}
    assert location.isprintable()


def test_signing_in_leads_nowhere_else(app: Flask) -> None:
    creator(app)
    for target in ELSEWHERE:
        client = app.test_client()
        fields = {"email": "zoe@example.fr", "password": PASSWORD, "next": target}
        response = submit(client, "/signin", fields, "/signup")
        assert response.status_code in {303, 400}, target
        if response.status_code == 303:
            assert response.headers["Location"] == "/dashboard", target


def test_a_signed_in_visitor_of_the_sign_in_page_stays_here(app: Flask) -> None:
    zoe = creator(app)
    for target in ELSEWHERE:
        response = zoe.get("/signin", query_string={"next": target})
        assert (response.status_code, response.headers["Location"]) == (302, "/dashboard"), target
    for target in HERE:
        response = zoe.get("/signin", query_string={"next": target})
        assert response.status_code == 302
        assert_stays(response.headers["Location"])


def test_the_sign_in_page_forgets_an_address_elsewhere(client: FlaskClient) -> None:
    for target in ELSEWHERE:
        assert (
            'name="next" value="/' not in client.get("/signin", query_string={"next": target}).text.split("hz-form")[1]
        )


def test_choosing_a_language_leads_nowhere_else(client: FlaskClient) -> None:
    for target in ELSEWHERE:
        response = submit(client, "/locale", {"locale": "fr", "next": target})
        assert (response.status_code, response.headers["Location"]) == (303, "/"), target


@pytest.mark.parametrize(
    "path", ["/profile?next=//evil.example", "/profile?x=%0d%0aSet-Cookie:a=b", "/dashboard?x=%00"]
)
def test_being_sent_to_sign_in_keeps_what_was_asked_and_no_more(client: FlaskClient, path: str) -> None:
    location = client.get(path).headers["Location"]

    assert location.startswith("/signin?next=/")
    assert_stays(location)


@pytest.mark.parametrize("host", ["evil.example", "localhost@evil.example", "a b", "[", "x" * 5000, "\x00"])
def test_no_redirect_repeats_the_host_a_request_named(client: FlaskClient, host: str) -> None:
    for path in ("/profile", "/nowhere", "/api/nowhere", "/static/nothing", "/healthz"):
        response = client.get(path, headers={"Host": host, "X-Forwarded-Host": "evil.example"})
        assert response.status_code in {200, 302, 400, 401, 404}
        assert "evil.example" not in response.headers.get("Location", "").partition("?")[0]


def test_a_long_address_does_no_harm(app: Flask) -> None:
    zoe = creator(app)

    response = zoe.get("/signin", query_string={"next": "/" + "x" * 10_000})

    assert response.status_code == 302
    assert_stays(response.headers["Location"])
    fields = {"email": "zoe@example.fr", "password": PASSWORD, "next": "/" + "x" * 10_000}
    assert submit(app.test_client(), "/signin", fields).status_code in {303, 400}
