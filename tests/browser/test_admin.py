"""The administrator invites: codes made, copied, used and withdrawn."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.live import Live, error_of, submit
from tests.people import invitation, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture
def invites(live: Live, open_page: OpenPage) -> Page:
    page = open_page(live, permissions=CLIPBOARD)
    live.as_admin(page)
    page.goto("/admin")
    expect(page).to_have_url(f"{live.url}/admin/invites")
    return page


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_invitations_are_made_for_addresses_and_copied(live: Live, invites: Page) -> None:
    invites.get_by_label("Adresses e-mail").fill("lea@example.fr\nNoe@Example.fr, lea@example.fr")
    submit(invites)

    expect(invites.get_by_role("heading", name="2 invitations prêtes à envoyer")).to_be_visible()
    tickets = invites.locator(".hz-ticket")
    expect(tickets).to_have_count(2)
    tickets.first.get_by_role("button", name="Copier le lien").click()
    expect(tickets.first.get_by_role("button", name="Copié")).to_be_visible()
    expect(invites.locator("#announcer")).to_have_text("Lien d’invitation copié")
    link = clipboard(invites)
    assert link.startswith(f"{live.url}/signup?code=")

    invites.get_by_role("button", name="Copier tous les liens").click()
    assert clipboard(invites).splitlines()[0] == f"lea@example.fr {link}"
    invites.get_by_role("row", name="lea@example.fr").get_by_role("button", name="Copier le lien").click()
    assert clipboard(invites) == link
    expect(invites.get_by_role("link", name="Invitations")).to_have_attribute("aria-current", "page")


def test_an_invitation_is_withdrawn(invites: Page) -> None:
    invites.get_by_label("Nombre de codes").fill("2")
    submit(invites)
    expect(invites.locator(".hz-ticket")).to_have_count(2)
    row = invites.get_by_role("row").filter(has=invites.get_by_role("button", name="Révoquer")).first
    code = row.locator("code").inner_text()
    row.get_by_role("button", name="Révoquer").click()

    expect(invites.get_by_text("L’invitation est révoquée.")).to_be_visible()
    revoked = invites.get_by_role("row", name=code)
    expect(revoked).to_contain_text("Révoquée")
    expect(revoked.get_by_role("button")).to_have_count(0)


def test_the_list_says_who_used_which(live: Live, invites: Page) -> None:
    assert sign_up(live.app.test_client(), "zoe@example.fr", invitation(live.app)).status_code == 201
    invites.reload()

    used = invites.get_by_role("row", name="zoe@example.fr")
    expect(used).to_contain_text("Utilisée")
    expect(used).to_contain_text("Ouverte à tous")


@pytest.mark.parametrize(
    ("addresses", "count", "field", "text"),
    [
        ("lea@example.fr\nnobody", "", "emails", "nobody : Cette adresse n’est pas valable."),
        ("lea@example.fr", "3", "emails", "Donnez des adresses ou un nombre, l’un des deux."),
        ("", "", "emails", "Donnez des adresses ou un nombre, l’un des deux."),
        ("", "201", "count", "Un nombre entier de 1 à 200 est attendu."),
    ],
)
def test_wrong_input_is_told_by_its_field(invites: Page, addresses: str, count: str, field: str, text: str) -> None:
    invites.get_by_label("Adresses e-mail").fill(addresses)
    invites.get_by_label("Nombre de codes").fill(count)
    submit(invites, valid=False)

    expect(error_of(invites, field)).to_have_text(text)
    expect(invites.get_by_label("Adresses e-mail")).to_have_value(addresses)


def test_the_list_has_pages(invites: Page) -> None:
    invites.get_by_label("Nombre de codes").fill("45")
    submit(invites)

    invites.get_by_role("link", name="Suivante").click()
    expect(invites.get_by_text("Page 2 sur 3")).to_be_visible()
    expect(invites.get_by_role("row")).to_have_count(21)
    invites.goto("/admin/invites?page=9")
    invites.get_by_role("link", name="Précédente").click()
    expect(invites.get_by_text("Page 3 sur 3")).to_be_visible()


def test_the_routes_say_which_backend_answers(invites: Page) -> None:
    invites.get_by_role("link", name="Routes").first.click()

    row = invites.get_by_role("row").filter(has_text="auth.api.sign_in")
    expect(row).to_contain_text("POST /api/auth/signin")
    expect(row).to_contain_text("postgres")
