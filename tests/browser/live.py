"""The served application, its visitors, and what may not happen in their browsers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response

from tests import people

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

COOKIE = "huntaze_session"
REFUSED = "Failed to load resource: the server responded with a status of"


@dataclass(frozen=True)
class Live:
    """A served application."""

    app: Flask
    url: str

    def sign_in(self, page: Page, client: FlaskClient) -> None:
        """Give the page the session of a client that is signed in."""
        cookie = client.get_cookie(COOKIE)
        assert cookie is not None
        page.context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": self.url}])

    def as_creator(self, page: Page, email: str = "zoe@example.fr") -> None:
        """Sign a new creator in."""
        self.sign_in(page, people.creator(self.app, email))

    def as_admin(self, page: Page) -> None:
        """Sign the administrator in."""
        self.sign_in(page, people.admin(self.app))


@dataclass
class Watch:
    """Gathers what goes wrong in pages: errors in the console (the policy's refusals too), scripts, failed requests."""

    faults: list[str] = field(default_factory=list)
    _documents: set[str] = field(default_factory=set)

    def over(self, page: Page) -> None:
        """Watch a page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the visitor went on before it was there
            self.faults.append(f"request: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        request: Request = response.request
        if request.is_navigation_request():
            self._documents.add(request.url)
        elif response.status >= 400:
            self.faults.append(f"answer: {response.status} {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium notes each page that is itself a refusal: a form shown again, a 404.
        is_own_page = message.text.startswith(REFUSED) and message.location["url"] in self._documents
        if message.type in {"error", "warning"} and not is_own_page:
            self.faults.append(f"console: {message.text}")


def submit(page: Page, *, valid: bool = True) -> None:
    """Press the button of the page's form; `valid=False` sends what the browser itself would hold back."""
    if not valid:
        page.locator("form.hz-form").evaluate("form => { form.noValidate = true }")
    page.locator("form.hz-form [type=submit]:not([form])").click()


def error_of(page: Page, name: str) -> Locator:
    """The errors beside a field."""
    return page.locator(f"#errors-{name}")
