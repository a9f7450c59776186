"""The main job in a browser: an invited creator signs up, looks around, edits her profile and signs out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Serve
from tests.browser.live import Live, submit
from tests.people import PASSWORD, creator, invitation

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def sign_up(page: Page, code: str) -> None:
    page.goto(f"/signup?code={code}")
    expect(page.get_by_label("Code d’invitation")).to_have_value(code)
    page.get_by_label("Nom").fill("Zoé Martin")
    page.get_by_label("Adresse e-mail").fill("Zoe@Example.fr")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    submit(page)


def edit_profile(page: Page) -> None:
    page.get_by_label("Présentation").fill("Photographe,\nà Lyon 😀")
    page.get_by_label("Fuseau horaire").select_option("Europe/Paris")
    submit(page)


@pytest.mark.parametrize("backend", ["memory", "postgres"])
def test_from_the_invitation_to_the_sign_out(serve: Serve, open_page: OpenPage, backend: str) -> None:
    live = serve(backend)
    page = open_page(live)

    sign_up(page, invitation(live.app, "zoe@example.fr"))
    expect(page).to_have_url(f"{live.url}/onboarding/profile")
    expect(page.get_by_role("status").first).to_have_text("Bienvenue sur Huntaze !")
    page.get_by_role("link", name="Tableau de bord").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bonjour Zoé")
    expect(page.get_by_text("Publiez plutôt vers")).to_be_visible()
    expect(page.get_by_text("Données d’exemple")).to_be_visible()

    page.get_by_role("link", name="Profil : Zoé Martin").click()
    edit_profile(page)
    expect(page.get_by_text("Votre profil est enregistré.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Votre profil est enregistré.")).to_have_count(0)
    expect(page.get_by_label("Présentation")).to_have_value("Photographe,\nà Lyon 😀")

    page.get_by_role("link", name="Tableau de bord").click()
    expect(page.get_by_role("region", name="Premiers pas")).to_contain_text("1 sur 4")
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page).to_have_url(f"{live.url}/")
    page.goto("/profile")
    expect(page).to_have_url(re.compile(r"/signin\?next=/profile$"))


def test_without_javascript(live: Live, open_page: OpenPage) -> None:
    page = open_page(live, java_script_enabled=False)

    sign_up(page, invitation(live.app))
    expect(page.get_by_text("Bienvenue sur Huntaze !")).to_be_visible()
    page.goto("/dashboard")
    page.get_by_text("Voir les chiffres").first.click()
    expect(page.get_by_role("table", name="Revenus par mois")).to_be_visible()
    page.goto("/profile")
    edit_profile(page)
    expect(page.get_by_text("Votre profil est enregistré.")).to_be_visible()
    page.get_by_role("button", name="Se déconnecter").first.click()
    page.goto("/signin")
    expect(page.get_by_role("button", name="Afficher")).to_have_count(0)
    page.get_by_label("Adresse e-mail").fill("zoe@example.fr")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    submit(page)
    expect(page).to_have_url(f"{live.url}/dashboard")


def test_with_the_keyboard_alone(live: Live, page: Page) -> None:
    creator(live.app)
    page.goto("/profile")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("zoe@example.fr")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("Mot de passe")).to_have_attribute("type", "text")
    page.keyboard.press("Tab")
    expect(page.get_by_role("main").get_by_role("button", name="Se connecter")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live.url}/profile")


def test_the_menu_of_a_phone(live: Live, open_page: OpenPage) -> None:
    page = open_page(live, viewport={"width": 390, "height": 844}, has_touch=True)
    live.as_creator(page)
    page.goto("/dashboard")
    menu = page.locator("details[data-menu]")

    menu.locator("summary").click()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    menu.locator("summary").click()
    menu.get_by_role("link", name="Profil").click()
    expect(page).to_have_url(f"{live.url}/profile")
    page.locator("details[data-menu] summary").click()
    page.locator("details[data-menu]").get_by_role("button", name="Se déconnecter").click()
    expect(page).to_have_url(f"{live.url}/")
