"""A creator makes a key, copies it, replaces it and deletes it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.live import Live, error_of, submit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CLIPBOARD = ["clipboard-read", "clipboard-write"]
KEY = re.compile(r"hz_[0-9A-Za-z]{38}")


@pytest.fixture
def keys(live: Live, open_page: OpenPage) -> Page:
    page = open_page(live, permissions=CLIPBOARD)
    live.as_creator(page)
    page.goto("/profile")
    page.get_by_role("link", name="Gérer vos clés").click()
    return page


def make(page: Page) -> str:
    page.get_by_label("Nom").fill("Sauvegarde")
    page.get_by_label("Lire votre profil").check()
    submit(page)
    return page.locator(".hz-secret-key").inner_text()


def test_a_key_is_made_and_copied(live: Live, keys: Page) -> None:
    key = make(keys)
    assert KEY.fullmatch(key)
    keys.get_by_role("button", name="Copier la clé").click()
    expect(keys.get_by_role("button", name="Copié")).to_be_visible()
    assert keys.evaluate("navigator.clipboard.readText()") == key

    answer = live.app.test_client().get("/api/auth/me", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    keys.goto("/profile/keys")
    expect(keys.get_by_text(key)).to_have_count(0)
    expect(keys.get_by_text(f"{key[:11]}…")).to_be_visible()


def test_a_key_is_replaced_and_deleted(keys: Page) -> None:
    make(keys)
    keys.get_by_role("button", name="Remplacer").click()
    expect(keys.get_by_text("Remplacée")).to_be_visible()
    expect(keys.get_by_role("button", name="Remplacer")).to_have_count(1)

    for left in (1, 0):
        keys.get_by_role("button", name="Supprimer").first.click()
        expect(keys.get_by_role("button", name="Supprimer")).to_have_count(left)
    expect(keys.get_by_text("Aucune clé pour l’instant")).to_be_visible()


def test_a_key_without_rights_is_refused_beside_the_boxes(keys: Page) -> None:
    keys.get_by_label("Nom").fill("Sauvegarde")
    submit(keys)

    expect(error_of(keys, "scopes")).to_be_visible()
    expect(keys.get_by_label("Nom")).to_have_value("Sauvegarde")
