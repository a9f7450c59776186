"""A real browser on a real server: Chromium without a window, and the application behind Werkzeug's."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

from huntaze_app import create_app
from tests.browser.live import Live, Watch
from tests.conftest import MakeApp, settings_for

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT = 15_000  # ms, for machines that do much else

expect.set_options(timeout=WAIT)

OpenPage = Callable[..., Page]
Serve = Callable[[str], Live]
ServeApp = Callable[[Flask, int], Live]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the run; where there is none the tests are skipped, but for CI, where they fail."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = f"no Chromium on this machine (looked for {', '.join(NAMES)})"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def serve(make_app: MakeApp) -> Iterator[Serve]:
    """Serves applications on ports of their own until the test ends."""
    with ExitStack() as stack:
        yield lambda backend: stack.enter_context(_served(make_app(backend)))


@pytest.fixture
def serve_app() -> Iterator[ServeApp]:
    """Serves an application on a port that it must know of, until the test ends."""
    with ExitStack() as stack:
        yield lambda app, port: stack.enter_context(_served(app, port))


def _closing_files(app: WSGIApplication) -> WSGIApplication:
    """Send static files from memory: Werkzeug leaves them open when a browser goes away in their middle."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        with closing(ClosingIterator(app(environ, start_response))) as body:
            return list(body)

    def whole_if_static(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return (answer if "/static/" in environ["PATH_INFO"] else app)(environ, start_response)

    return whole_if_static


@contextmanager
def _served(app: Flask, port: int = 0) -> Iterator[Live]:
    server = make_server("127.0.0.1", port, _closing_files(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield Live(app, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def _on_postgres(migrated_url: str) -> Iterator[Live]:
    app = create_app(settings_for("postgres", migrated_url))
    with _served(app) as live:
        yield live
    app.extensions["stores"].close()


@pytest.fixture
def live(_on_postgres: Live, empty_database: str) -> Live:
    """The product, all of it on an empty Postgres."""
    return _on_postgres


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages, each in a profile of its own; afterwards nothing may have gone wrong in any."""
    with ExitStack() as stack:
        watch = Watch()

        def open_one(live: Live, **options: Any) -> Page:
            context = browser.new_context(
                **{"base_url": live.url, "locale": "fr-FR", "reduced_motion": "reduce"} | options
            )
            stack.callback(context.close)
            context.set_default_timeout(WAIT)
            page = context.new_page()
            watch.over(page)
            return page

        yield open_one
        assert watch.faults == []


@pytest.fixture
def page(live: Live, open_page: OpenPage) -> Page:
    """A French visitor's page on a desktop."""
    return open_page(live)
