"""Wrong input: what is wrong stands beside its field, and what was typed is kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import Live, error_of, submit
from tests.people import PASSWORD, creator, invitation

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def fill_sign_up(page: Page, code: str, email: str) -> None:
    page.get_by_label("Code d’invitation").fill(code)
    page.get_by_label("Nom").fill("Zoé")
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    submit(page)


def test_each_error_of_a_sign_up_stands_by_its_field(page: Page) -> None:
    page.goto("/signup")
    page.get_by_label("Nom").fill("  ")
    page.get_by_label("Adresse e-mail").fill("zoe@")
    page.get_by_label("Mot de passe").fill("court")
    submit(page, valid=False)

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(error_of(page, "name")).to_have_text("Ce champ est requis.")
    expect(error_of(page, "email")).to_have_text("Cette adresse n’est pas valable.")
    expect(error_of(page, "password")).to_have_text("8 caractères au minimum.")
    address = page.get_by_label("Adresse e-mail")
    expect(address).to_have_attribute("aria-invalid", "true")
    expect(address).to_have_accessible_description("Cette adresse n’est pas valable.")
    expect(address).to_have_value("zoe@")
    expect(page.get_by_label("Mot de passe")).to_have_value("")
    summary.get_by_role("link", name="Adresse e-mail").click()
    expect(address).to_be_focused()


def test_a_refused_invitation_and_a_taken_address_are_told_by_their_fields(live: Live, page: Page) -> None:
    creator(live.app)
    page.goto("/signup")

    fill_sign_up(page, "0000000000000000", "lea@example.fr")
    expect(error_of(page, "inviteCode")).to_have_text("Beta fermée - invitation requise")
    fill_sign_up(page, invitation(live.app), "zoe@example.fr")
    expect(error_of(page, "email")).to_have_text("Un compte existe déjà avec cette adresse.")


def test_a_wrong_password_keeps_the_address_and_the_way(live: Live, page: Page) -> None:
    creator(live.app)
    page.goto("/profile")
    expect(page.get_by_text("Connectez-vous pour continuer.")).to_be_visible()

    page.get_by_label("Adresse e-mail").fill("zoe@example.fr")
    page.get_by_label("Mot de passe").fill("not hers at all")
    submit(page)
    expect(page.get_by_role("alert")).to_contain_text("Adresse ou mot de passe incorrect.")
    expect(page.get_by_label("Adresse e-mail")).to_have_value("zoe@example.fr")

    page.get_by_label("Mot de passe").fill(PASSWORD)
    submit(page)
    expect(page).to_have_url(f"{live.url}/profile")


def test_a_profile_that_is_refused_is_shown_as_it_was_typed(live: Live, page: Page) -> None:
    live.as_creator(page)
    page.goto("/profile")
    page.get_by_label("Nom").fill("")
    page.get_by_label("Photo").fill("http://example.fr/moi.png")
    submit(page, valid=False)

    expect(error_of(page, "name")).to_have_text("Ce champ est requis.")
    expect(error_of(page, "avatar")).to_have_text("Une adresse https:// est attendue.")
    expect(page.get_by_label("Photo")).to_have_value("http://example.fr/moi.png")
    expect(page.get_by_role("heading", name="Zoé")).to_be_visible()


@pytest.mark.parametrize(("is_there", "pictures"), [(True, 2), (False, 0)])
def test_a_picture_over_https_is_shown_and_a_broken_one_leaves_the_initial(
    live: Live, page: Page, is_there: bool, pictures: int
) -> None:
    dot = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9H0"/></svg>'
    page.route(
        "https://pictures.example/**",
        lambda route: route.fulfill(content_type="image/svg+xml", body=dot if is_there else "no"),
    )
    live.as_creator(page)
    page.goto("/profile")
    page.get_by_label("Photo").fill("https://pictures.example/zoe")
    submit(page)

    expect(page.get_by_label("Photo")).to_have_value("https://pictures.example/zoe")
    expect(page.locator(".hz-avatar:visible img")).to_have_count(pictures)
