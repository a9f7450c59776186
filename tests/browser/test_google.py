"""Signing in with Google in a browser, through somebody else's OpenID Connect provider (oidc-provider-mock)."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from config.settings import Google
from tests.browser.conftest import OpenPage, ServeApp
from tests.browser.live import Live, submit
from tests.conftest import MakeApp
from tests.peers.oidc_provider import CLIENT_ID, CLIENT_SECRET, ZOE, foreign_provider
from tests.people import PASSWORD, creator, invitation

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LEA = {"sub": "2002", "email": "lea@example.fr", "email_verified": True, "name": "Léa Petit"}


@pytest.fixture
def live(make_app: MakeApp, serve_app: ServeApp) -> Iterator[Live]:
    """The product on Postgres, with a provider that knows Zoé and Léa."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with foreign_provider(ZOE, LEA) as discovery_url:
        google = Google(CLIENT_ID, CLIENT_SECRET, discovery_url)
        app = make_app("postgres", google=google, public_url=f"http://127.0.0.1:{port}")
        yield serve_app(app, port)


def visit(open_page: OpenPage, live: Live, **options: object) -> Page:
    """Open a page; the sheet that the provider's pages want from elsewhere is an empty one."""
    page = open_page(live, **options)
    page.route("https://cdn.jsdelivr.net/**", lambda route: route.fulfill(body="", content_type="text/css"))
    return page


def consent(page: Page, subject: str) -> None:
    """Choose an account at the provider."""
    page.get_by_role("button", name=subject, exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_invitation_to_the_next_sign_in(live: Live, open_page: OpenPage, *, scripts: bool) -> None:
    page = visit(open_page, live, java_script_enabled=scripts)
    code = invitation(live.app, "zoe@example.fr")
    page.goto("/signup")
    page.get_by_role("link", name="Continuer avec Google").click()
    consent(page, "1001")

    expect(page).to_have_url(f"{live.url}/signup/google")
    expect(page.get_by_text("zoe@example.fr")).to_be_visible()
    expect(page.get_by_label("Nom")).to_have_value("Zoé Martin")
    page.get_by_label("Code d’invitation").fill("F" * 16)
    submit(page)
    expect(page.get_by_text("Beta fermée - invitation requise").first).to_be_visible()
    page.get_by_label("Code d’invitation").fill(code)
    submit(page)
    expect(page).to_have_url(f"{live.url}/onboarding/profile")
    page.goto("/dashboard")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bonjour Zoé")
    page.get_by_role("button", name="Se déconnecter").first.click()

    page.goto("/signin?next=/profile")
    page.get_by_role("link", name="Continuer avec Google").click()
    consent(page, "1001")
    expect(page).to_have_url(f"{live.url}/profile")
    expect(page.get_by_role("region", name="Connexion avec Google")).to_contain_text("seul moyen")


def test_linking_from_the_profile(live: Live, open_page: OpenPage) -> None:
    page = visit(open_page, live)
    creator(live.app, "lea@example.fr")
    page.goto("/signin")
    page.get_by_role("link", name="Continuer avec Google").click()
    consent(page, "2002")
    expect(page.get_by_role("alert")).to_contain_text("reliez Google depuis votre profil")

    page.get_by_role("main").get_by_role("link", name="Se connecter").click()
    page.get_by_label("Adresse e-mail").fill("lea@example.fr")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    submit(page)
    expect(page).to_have_url(f"{live.url}/dashboard")
    page.goto("/profile")
    page.get_by_role("link", name="Relier Google").click()
    consent(page, "1001")
    expect(page.get_by_role("alert")).to_contain_text("n’est pas celle de votre compte")
    page.get_by_role("link", name="Revenir à votre profil").click()
    page.get_by_role("link", name="Relier Google").click()
    consent(page, "2002")
    expect(page.get_by_text("Google est relié à votre compte.")).to_be_visible()
    page.get_by_role("button", name="Ne plus relier Google").click()
    expect(page.get_by_text("Google n’est plus relié à votre compte.")).to_be_visible()
    expect(page.get_by_role("link", name="Relier Google")).to_be_visible()
