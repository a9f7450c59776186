"""Takes the pictures of docs/images from a running, seeded Huntaze; it makes invitations there.

scripts/run &
.venv/bin/python -m scripts.screenshots http://127.0.0.1:5000
"""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from config.settings import ROOT
from huntaze_app.seeds import ACCOUNTS

FOLDER = ROOT / "docs" / "images"
CREATOR, ADMIN = (email for email, _role in ACCOUNTS)


@dataclass(frozen=True)
class Shot:
    """A picture: who looks at what, with which screen."""

    name: str
    show: Callable[[Page], object]
    width: int = 1200
    height: int = 790
    scheme: Literal["light", "dark"] = "light"


def landing(page: Page) -> None:
    """Show the landing page."""
    page.goto("/")


def dashboard(page: Page) -> None:
    """Show a creator her dashboard."""
    _sign_in(page, CREATOR, "/dashboard")


def invites(page: Page) -> None:
    """Show the administrator invitations just made."""
    _sign_in(page, ADMIN, "/admin/invites")
    page.locator("#field-emails").fill("lea@exemple.fr\nnoe@exemple.fr\nines@exemple.fr")
    page.locator("form.hz-form [type=submit]").click()
    page.locator(".hz-ticket").first.wait_for()


SHOTS = (
    Shot("dashboard", dashboard),
    Shot("landing-phone-dark", landing, 390, 890, "dark"),
    Shot("admin-invites", invites),
)


def main() -> None:
    """Take every picture."""
    parser = argparse.ArgumentParser(description="Take the pictures of docs/images.")
    parser.add_argument("url", help="address of a running, seeded Huntaze")
    url = parser.parse_args().url
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for shot in SHOTS:
            _take(browser, url, shot)
        browser.close()


def _take(browser: Browser, url: str, shot: Shot) -> None:
    page = browser.new_page(
        base_url=url,
        locale="fr-FR",
        viewport={"width": shot.width, "height": shot.height},
        color_scheme=shot.scheme,
        reduced_motion="reduce",
    )
    shot.show(page)
    page.wait_for_load_state("networkidle")
    taken = page.screenshot(path=FOLDER / f"{shot.name}.png")
    page.close()
    print(f"{shot.name}.png  {len(taken) // 1024} KiB")


def _sign_in(page: Page, email: str, target: str) -> None:
    page.goto(target)
    page.locator("#field-email").fill(email)
    page.locator("#field-password").fill(os.environ.get("SEED_PASSWORD") or "huntaze-beta-2026")
    page.locator("form.hz-form [type=submit]").click()
    page.wait_for_url(f"**{target}")


if __name__ == "__main__":
    main()
