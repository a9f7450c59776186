"""Every page, light and dark, on a desktop and on a phone: nothing that axe calls serious, nothing cut off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page, expect

from repositories.errors import Unavailable
from tests.browser.conftest import OpenPage, Serve
from tests.browser.live import Live, submit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

AXE = Path(AXE_FILE_PATH)
SIZES = ((1280, 800), (390, 844))
NARROW = (320, 640)
SCHEMES = ("light", "dark")

Show = Callable[[Live, Page], object]


def visited(address: str) -> Show:
    return lambda _live, page: page.goto(address)


def created(live: Live, page: Page) -> None:
    page.goto("/admin/invites")
    page.get_by_label("Adresses e-mail").fill(f"{'long' * 12}@{'example' * 7}.fr\nlea@example.fr")
    submit(page)


def withdrawn(live: Live, page: Page) -> None:
    created(live, page)
    page.get_by_role("button", name="Révoquer").first.click()


def refused(address: str) -> Show:
    def show(live: Live, page: Page) -> None:
        page.goto(address)
        page.locator("form.hz-form [required]").evaluate_all("fields => fields.forEach(field => { field.value = '' })")
        submit(page, valid=False)

    return show


def waited(live: Live, page: Page) -> None:
    for address in ("lea@example.fr", f"{'long' * 12}@{'example' * 7}.fr"):
        page.request.post(f"{live.url}/api/waitlist", data={"email": address})
    page.goto("/admin/waitlist")
    page.get_by_role("checkbox", name="lea@example.fr").check()
    page.get_by_role("button", name="Inviter les adresses cochées").click()
    expect(page.get_by_text("1 invitation part par e-mail.")).to_be_visible()


def keyed(live: Live, page: Page) -> None:
    page.goto("/profile/keys")
    page.get_by_label("Nom").fill("Export" + "hebdomadaire" * 7)
    for box in page.get_by_role("checkbox").all():
        box.check()
    submit(page)


def replaced(live: Live, page: Page) -> None:
    keyed(live, page)
    page.get_by_role("button", name="Remplacer").first.click()


def saved(live: Live, page: Page) -> None:
    page.goto("/profile")
    page.get_by_label("Nom").fill("Zoé" + "Marguerite" * 8)
    submit(page)


def account(live: Live, page: Page) -> None:
    page.goto("/admin/users")
    page.get_by_role("link", name="Camille Laurent").click()


def deletion(live: Live, page: Page) -> None:
    account(live, page)
    page.get_by_role("link", name="Supprimer le compte").click()


def last_admin(live: Live, page: Page) -> None:
    page.goto("/admin/users?role=ADMIN")
    page.get_by_role("main").get_by_role("link", name="Équipe Huntaze").click()
    page.get_by_label("Rôle").select_option("CREATOR")
    submit(page)


GUEST: dict[str, Show] = {
    "landing": visited("/"),
    "sign up": visited("/signup?code=A7C193FE02BD4E8F"),
    "sign up refused": refused("/signup"),
    "sign in refused": refused("/signin"),
    "waitlist refused": refused("/waitlist"),
    "waitlist joined": visited("/waitlist/thanks"),
    "not found": visited("/nothing"),
}
CREATOR: dict[str, Show] = {
    "dashboard": visited("/dashboard"),
    "profile saved": saved,
    "profile refused": refused("/profile"),
    "keys": visited("/profile/keys"),
    "key made": keyed,
    "key replaced": replaced,
    "key refused": refused("/profile/keys"),
    "forbidden": visited("/admin/invites"),
    "first visit": visited("/onboarding"),
    "first visit refused": refused("/onboarding/profile"),
    "platforms": visited("/onboarding/platforms"),
    "voice": visited("/onboarding/ai-config"),
    "plan": visited("/onboarding/plan"),
    "first visit done": visited("/onboarding/done"),
}
ADMIN: dict[str, Show] = {
    "invitations made": created,
    "invitation withdrawn": withdrawn,
    "invitations refused": refused("/admin/invites"),
    "waitlist": waited,
    "nobody waits": visited("/admin/waitlist"),
    "accounts": visited("/admin/users"),
    "no accounts": visited("/admin/users?q=nobody"),
    "new account refused": refused("/admin/users/new"),
    "account": account,
    "account to delete": deletion,
    "last administrator": last_admin,
    "audit": visited("/admin/audit"),
    "audit of nobody": visited("/admin/audit?account=nobody@example.fr"),
    "routes": visited("/admin/backends"),
}


@pytest.mark.parametrize("name", GUEST)
def test_pages_of_a_guest(live: Live, page: Page, name: str) -> None:
    GUEST[name](live, page)
    assert_all_well(page)


@pytest.mark.parametrize("name", CREATOR)
def test_pages_of_a_creator(live: Live, page: Page, name: str) -> None:
    live.as_creator(page)
    CREATOR[name](live, page)
    assert_all_well(page)


@pytest.mark.parametrize("name", ADMIN)
def test_pages_of_the_administrator(live: Live, page: Page, name: str) -> None:
    live.as_admin(page)
    ADMIN[name](live, page)
    assert_all_well(page)


def test_no_database(serve: Serve, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    live = serve("memory")
    page = open_page(live)
    live.as_creator(page)

    def gone(*, read_only: bool = False) -> NoReturn:
        raise Unavailable

    monkeypatch.setattr(live.app.extensions["stores"].backends["memory"], "unit", gone)
    response = page.goto("/dashboard")
    assert response is not None
    assert (response.status, response.headers["retry-after"]) == (503, "2")
    expect(page.get_by_role("heading", name="Un instant…")).to_be_visible()
    expect(page.get_by_role("link", name="Réessayer")).to_have_attribute("href", "/dashboard")
    assert_all_well(page)


def test_the_documentation_of_the_api(page: Page) -> None:
    page.goto("/api/docs")
    page.get_by_role("button", name="post /api/auth/signin").click()
    expect(page.get_by_text("invalid_credentials").first).to_be_visible()

    assert serious(page, ".hz-docs-header") == []  # the rest is Swagger UI's own
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0], "scrolls sideways"


def assert_all_well(page: Page) -> None:
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its literals
            assert serious(page) == [], f"{width} wide, {scheme}"
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0], "scrolls sideways"


def serious(page: Page, part: str | None = None) -> list[str]:
    """What axe finds that is serious or critical: the rule, and where it is broken."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("part => axe.run(part ?? document, {resultTypes: ['violations']})", part)["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
