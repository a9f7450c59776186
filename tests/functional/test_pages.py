"""Pages: they show, they ask visitors to sign in, and they never run what users typed."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.answers import submit
from tests.people import admin, creator

PUBLIC = ("/", "/signin", "/signup", "/api/docs")
VISIT = ("profile", "platforms", "ai-config", "plan", "done")
PRIVATE = ("/dashboard", "/profile", *(f"/onboarding/{step}" for step in VISIT))
ADMIN = ("/admin/invites", "/admin/users", "/admin/users/new", "/admin/audit", "/admin/backends")
SCRIPT = '"><script>alert("canary")</script><img src=x onerror=alert(1)>\'{{7*7}}'
VOID = {
    "meta",
    "link",
    "input",
    "br",
    "img",
    "hr",
    "path",
    "circle",
    "rect",
    "line",
    "use",
    "stop",
    "ellipse",
    "polyline",
}


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.scripts: list[dict[str, str | None]] = []
        self.handlers: list[str] = []
        self.forms: list[dict[str, str | None]] = []
        self.tokens = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self.scripts.append(given)
        if tag == "form" and given.get("method", "get") == "post":
            self.forms.append(given)
        self.tokens += given.get("name") == "csrf_token"
        self.handlers += [name for name in given if name.startswith("on") or name == "style"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_are_shown_to_visitors(client: FlaskClient, path: str) -> None:
    response = client.get(path)

    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert "<title>" in response.text


@pytest.mark.parametrize("path", PRIVATE + ADMIN)
def test_a_visitor_is_asked_to_sign_in(client: FlaskClient, path: str) -> None:
    response = client.get(path)

    assert (response.status_code, response.headers["Location"]) == (302, f"/signin?next={path}")


def test_every_page_is_well_formed_and_runs_no_inline_script(app: Flask) -> None:
    boss = admin(app)
    boss.post("/api/admin/invites", json={"emails": ["a@example.fr"]})
    shown = [app.test_client().get(path).text for path in PUBLIC]
    shown += [boss.get(path).text for path in ("/", *PRIVATE, *ADMIN, "/nowhere")]

    for text in shown:
        page = Page(text)
        assert page.open == []
        assert page.handlers == []
        assert all(script.get("src", "").startswith("/") for script in page.scripts)  # type: ignore[union-attr]
        assert page.tokens == len(page.forms)


def test_every_form_with_a_token_leads_to_a_route_that_takes_it(app: Flask) -> None:
    boss = admin(app)
    adapter = app.url_map.bind("localhost")
    forms = [form for path in ("/", *PRIVATE, *ADMIN) for form in Page(boss.get(path).text).forms]

    assert len(forms) > 8
    for form in forms:
        endpoint, _values = adapter.match(form["action"], method="POST")
        assert "pages" in endpoint


def test_what_users_type_is_shown_and_never_run(app: Flask) -> None:
    zoe = creator(app)
    changed = zoe.patch("/api/users/profile", json={"name": SCRIPT, "bio": SCRIPT, "avatar": "https://x.fr/'\"<b>"})
    assert changed.status_code == 200

    for path in ("/", *PRIVATE):
        text = zoe.get(path).text
        assert '<script>alert("canary")' not in text
        assert "onerror=alert" not in re.sub("&lt;.*?&gt;", "", text)
        assert "49'" not in text
        page = Page(text)
        assert page.open == []
        assert page.handlers == []
        assert all(re.match("/(bootstrap/)?static/", script.get("src") or "") for script in page.scripts)


def test_the_code_in_the_address_of_a_sign_up_is_escaped(client: FlaskClient) -> None:
    text = client.get("/signup", query_string={"code": SCRIPT}).text

    assert "<script>alert" not in text
    assert Page(text).handlers == []


def test_the_landing_page_offers_the_dashboard_to_whoever_is_signed_in(app: Flask) -> None:
    assert 'href="/dashboard"' not in app.test_client().get("/").text
    assert 'href="/dashboard"' in creator(app).get("/").text


def test_only_administrators_see_the_way_to_the_admin_pages(app: Flask) -> None:
    assert "/admin/invites" not in creator(app).get("/dashboard").text
    assert "/admin/invites" in admin(app).get("/dashboard").text


def test_pages_of_a_signed_in_user_are_stored_nowhere(app: Flask) -> None:
    zoe = creator(app)

    for path in ("/", *PRIVATE):
        response = zoe.get(path)
        assert response.headers.getlist("Cache-Control") == ["no-store"]
        assert "Cookie" in ", ".join(response.headers.getlist("Vary"))


def test_signing_out_forgets_what_a_page_had_to_say(app: Flask) -> None:
    zoe = creator(app)
    fields = {"name": "Zoé", "avatar": "", "bio": "", "timezone": "", "locale": "fr"}
    submit(zoe, "/profile", fields)

    assert submit(zoe, "/signout", {}, "/dashboard").status_code == 303

    assert "enregistré" not in zoe.get("/").text
