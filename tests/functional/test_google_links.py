"""Google in an account: linked by its owner, and unlinked; hidden where it is not set up."""

from __future__ import annotations

import pytest
from flask import Flask

from config.settings import Google
from tests.answers import assert_error, submit
from tests.conftest import MakeApp
from tests.google import JSON, PUBLIC, begin, come_back, find, go, in_unit, joined, me, sign_up
from tests.peers.oidc_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    ZOE,
    OidcProvider,
    consent,
    foreign_provider,
)
from tests.people import PASSWORD, creator, invitation


@pytest.fixture
def app(google_app: Flask) -> Flask:
    """An application with Google."""
    return google_app


def test_an_owner_links_google_and_unlinks_it(app: Flask) -> None:
    client = creator(app, "zoe@example.fr")
    assert "Relier Google" in client.get("/profile").text

    response = go(client, "?link=1")

    assert response.headers["Location"] == "/profile"
    page = client.get("/profile").text
    assert "Google est relié à votre compte." in page
    assert "Relier Google" not in page
    again = app.test_client()
    go(again)
    assert me(again) == me(client)

    assert go(client, "?link=1").headers["Location"] == "/profile"  # twice is fine
    response = submit(client, "/profile/google/unlink", {}, "/profile")
    assert (response.status_code, response.headers["Location"]) == (303, "/profile")
    assert "Relier Google" in client.get("/profile").text
    assert go(app.test_client()).status_code == 409


def test_only_the_accounts_own_verified_address_is_linked(app: Flask, provider: OidcProvider) -> None:
    client = creator(app, "zoe@example.fr")
    provider.person = {**ZOE, "email": "other@example.fr"}
    assert_error(go(client, "?link=1", JSON), 409, "other_address")
    provider.person = {**ZOE, "email_verified": False}
    assert_error(go(client, "?link=1", JSON), 403, "address_unverified")
    provider.person = {**ZOE, "email": "ZOE@Example.FR"}
    assert go(client, "?link=1").headers["Location"] == "/profile"
    provider.person = {**ZOE, "sub": "2002"}
    assert_error(go(client, "?link=1", JSON), 409, "provider_linked")


def test_an_identity_that_is_somebody_elses_is_not_linked(app: Flask, provider: OidcProvider) -> None:
    joined(app)
    client = creator(app, "lea@example.fr")
    provider.person = {**ZOE, "email": "lea@example.fr"}

    assert_error(go(client, "?link=1", JSON), 409, "account_taken")


def test_linking_needs_the_owner_from_beginning_to_end(app: Flask) -> None:
    guest = app.test_client()
    assert_error(guest.get("/api/auth/google?link=1", headers=JSON), 401, "unauthenticated")
    client = creator(app, "zoe@example.fr")
    back = consent(begin(client, "?link=1"))
    other = creator(app, "lea@example.fr")
    session = other.get_cookie("huntaze_session")
    assert session is not None
    client.set_cookie("huntaze_session", session.value)

    assert_error(come_back(client, back, JSON), 400, "wrong_attempt")


def test_the_last_way_in_is_not_taken_away(app: Flask) -> None:
    client = joined(app)
    assert "seul moyen" in client.get("/profile").text

    response = submit(client, "/profile/google/unlink", {}, "/profile")

    assert response.status_code == 409
    assert "mot de passe" in response.text
    assert go(app.test_client()).headers["Location"] == "/dashboard"


def test_an_account_without_a_password_has_no_password_that_fits(app: Flask) -> None:
    """C9."""
    joined(app)
    for password in ("", "x", PASSWORD):
        body = {"email": "zoe@example.fr", "password": password}
        assert app.test_client().post("/api/auth/signin", json=body).status_code in {400, 401}


def test_what_happens_is_written_down(app: Flask) -> None:
    client = creator(app, "zoe@example.fr")
    go(client, "?link=1")
    go(app.test_client())
    submit(client, "/profile/google/unlink", {}, "/profile")
    user = find(app)
    assert user is not None

    events = in_unit(app, lambda stores: stores.audit.list_of(user.id))

    told = sorted((event.action, event.details.get("means") or event.details.get("provider")) for event in events)
    assert ("account_linked", "google") in told
    assert ("account_unlinked", "google") in told
    assert ("signed_in", "google") in told
    assert ZOE["sub"] not in str(events)


def test_the_cookies_are_short_lived_and_out_of_reach(app: Flask) -> None:
    cookie = app.test_client().get("/api/auth/google").headers["Set-Cookie"]

    assert cookie.startswith("huntaze_google_attempt=")
    assert "Max-Age=600; Path=/; HttpOnly; SameSite=Lax" in cookie
    assert len(cookie) < 1000


def test_where_google_is_not_set_up_nobody_is_offered_it(make_app: MakeApp) -> None:
    client = make_app("memory").test_client()

    for path in ("/api/auth/google", "/api/auth/google/callback"):
        body = assert_error(client.get(path, headers=JSON), 503, "service_unavailable")
        assert body["error"] == "Cette fonction n’est pas activée ici."
    assert "/api/auth/google" not in client.get("/signin").text + client.get("/signup").text
    assert "Google" not in creator(client.application).get("/profile").text


def test_somebody_elses_provider_is_understood(make_app: MakeApp) -> None:
    """The whole flow with oidc-provider-mock, which knows nothing of this product."""
    with foreign_provider(ZOE) as discovery_url:
        app = make_app("memory", google=Google(CLIENT_ID, CLIENT_SECRET, discovery_url), public_url=PUBLIC)
        client, again = app.test_client(), app.test_client()
        chosen = {"sub": ZOE["sub"]}

        assert come_back(client, consent(begin(client), chosen)).headers["Location"] == "/signup/google"
        assert sign_up(client, invitation(app)).headers["Location"] == "/onboarding"
        assert come_back(again, consent(begin(again), chosen)).headers["Location"] == "/dashboard"
        assert me(again) == me(client)
