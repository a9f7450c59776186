"""French first, English too: by the browser, by a choice, by the account."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.live import Live, submit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def expect_language(page: Page, language: str, title: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page).to_have_title(f"{title} · Huntaze")


@pytest.mark.parametrize(
    ("locale", "language", "title"),
    [
        ("en-GB", "en", "Fewer tabs, more creating"),
        ("fr-CA", "fr", "Moins d’onglets, plus de création"),
        ("de-DE", "fr", "Moins d’onglets, plus de création"),
    ],
)
def test_the_browser_says_which(live: Live, open_page: OpenPage, locale: str, language: str, title: str) -> None:
    page = open_page(live, locale=locale)
    page.goto("/")

    expect_language(page, language, title)


def test_the_choice_at_the_foot_of_a_page_stays(page: Page) -> None:
    page.goto("/signup?code=A7C193FE02BD4E8F")
    page.get_by_role("button", name="English").click()

    expect_language(page, "en", "Create your account")
    expect(page.get_by_label("Invitation code")).to_have_value("A7C193FE02BD4E8F")
    expect(page.get_by_role("button", name="English")).to_have_attribute("aria-pressed", "true")
    submit(page, valid=False)
    expect(page.get_by_role("alert")).to_contain_text("This field is required.")
    page.goto("/nothing")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()


def test_the_language_of_the_account_wins_at_once(live: Live, page: Page) -> None:
    live.as_creator(page)
    page.goto("/profile")
    page.get_by_role("button", name="Français").click()
    page.get_by_label("Langue").and_(page.locator("select")).select_option("en")
    submit(page)

    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    expect_language(page, "en", "Your profile")
    page.get_by_role("link", name="Dashboard").click()
    expect(page.get_by_role("heading", name="Hello Zoé")).to_be_visible()
