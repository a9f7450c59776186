"""Error pages for people."""

from __future__ import annotations

from typing import NoReturn

import pytest

from repositories.errors import Unavailable
from tests.conftest import MakeApp
from tests.people import creator


def test_a_signed_in_visitor_is_told_that_the_database_is_gone(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app("memory")
    client = creator(app)

    def gone(*, read_only: bool = False) -> NoReturn:
        raise Unavailable

    monkeypatch.setattr(app.extensions["stores"].backends["memory"], "unit", gone)
    for page, status in (("/dashboard", 503), ("/no-such-page", 404)):
        response = client.get(page)
        assert response.status_code == status
        assert "<h1>" in response.text
    assert client.get("/dashboard").headers["Retry-After"] == "2"


def test_a_page_that_is_not_there_says_so(make_app: MakeApp) -> None:
    response = make_app("memory").test_client().get("/no-such-page", headers={"Accept-Language": "en"})

    assert response.status_code == 404
    assert "This page does not exist" in response.text
