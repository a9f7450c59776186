"""The administrator handles accounts and reads the trail; a new creator goes through her first visit."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.live import Live, submit
from tests.people import PASSWORD, invitation

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def make_account(page: Page) -> None:
    page.get_by_role("link", name="Comptes").first.click()
    page.get_by_role("link", name="Créer un compte").click()
    page.get_by_label("Nom").fill("Léa Dubois")
    page.get_by_label("Adresse e-mail").fill("lea@example.fr")
    submit(page)
    expect(page.get_by_text("Le compte est créé.")).to_be_visible()


def handle_accounts(page: Page) -> None:
    """From the list to the deletion, and what the trail says of it."""
    page.goto("/admin/users")
    make_account(page)
    page.get_by_label("Rôle").select_option("ADMIN")
    page.get_by_label("État").select_option("false")
    submit(page)
    expect(page.get_by_text("Le compte est modifié.")).to_be_visible()

    page.goto("/admin/users")
    page.get_by_label("Nom ou adresse").fill("DUBOIS")
    page.get_by_label("État").select_option("false")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="Léa Dubois").click()
    page.get_by_role("link", name="Supprimer le compte").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Supprimer le compte de Léa Dubois\u00a0?")
    page.get_by_role("button", name="Supprimer le compte").click()
    expect(page.get_by_text("Le compte est supprimé.")).to_be_visible()
    expect(page.get_by_role("link", name="Léa Dubois")).to_have_count(0)

    page.goto("/admin/audit")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Compte supprimé")
    page.get_by_label("Action").select_option("role_changed")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("row").nth(1)).to_contain_text("Administration")


@pytest.mark.parametrize("is_scripted", [True, False])
def test_an_account_from_making_to_deletion(live: Live, open_page: OpenPage, *, is_scripted: bool) -> None:
    page = open_page(live, java_script_enabled=is_scripted)
    live.as_admin(page)

    handle_accounts(page)


def test_the_last_administrator_is_told_why_she_stays(live: Live, page: Page) -> None:
    live.as_admin(page)
    page.goto("/admin/users?role=ADMIN")
    page.get_by_role("main").get_by_role("link", name="Équipe Huntaze").click()
    page.get_by_label("État").select_option("false")
    submit(page)

    expect(page.get_by_role("alert")).to_contain_text("dernier compte d’administration actif")
    expect(page.get_by_label("État")).to_have_value("false")
    page.goto("/admin/users")
    expect(page.get_by_role("heading", level=1)).to_have_text("Comptes")


@pytest.mark.parametrize("is_scripted", [True, False])
def test_the_first_visit_from_the_invitation_to_the_dashboard(
    live: Live, open_page: OpenPage, *, is_scripted: bool
) -> None:
    page = open_page(live, java_script_enabled=is_scripted)
    page.goto(f"/signup?code={invitation(live.app)}")
    page.get_by_label("Nom").fill("Zoé Martin")
    page.get_by_label("Adresse e-mail").fill("zoe@example.fr")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    submit(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Faisons connaissance")
    page.get_by_label("Présentation").fill("Photographe")
    submit(page)
    expect(page.get_by_text("Étape 2 sur 4")).to_be_visible()
    page.get_by_label("OnlyFans").check()
    page.get_by_label("Reddit").check()
    submit(page)
    page.get_by_role("button", name="Plus tard").click()
    expect(page.get_by_text("Étape 4 sur 4")).to_be_visible()

    page.goto("/dashboard")
    expect(page.get_by_role("region", name="Premiers pas")).to_contain_text("2 sur 4")
    page.get_by_role("link", name="Continuer").click()
    expect(page).to_have_url(f"{live.url}/onboarding/plan")
    page.get_by_role("link", name="Plateformes").click()
    expect(page.get_by_label("Reddit")).to_be_checked()
    expect(page.get_by_label("TikTok")).not_to_be_checked()
    page.goto("/onboarding/plan")
    submit(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tout est prêt")
    page.get_by_role("link", name="Aller au tableau de bord").click()
    expect(page.get_by_role("region", name="Premiers pas")).to_have_count(0)
