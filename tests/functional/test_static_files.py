"""Static files are kept by browsers as long as their content stays the same."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from flask import url_for

from huntaze_app.assets import fingerprint
from tests.conftest import MakeApp

LINK = re.compile(r'(?:href|src)="(/[^"?]*\.(?:css|js|svg)(?:\?[^"]*)?)"')


@pytest.mark.parametrize("page", ["/", "/api/docs"])
def test_a_page_links_to_files_that_browsers_may_keep_for_good(make_app: MakeApp, page: str) -> None:
    client = make_app("memory").test_client()
    links = LINK.findall(client.get(page).text)

    assert len(links) > 3
    for link in links:
        with client.get(link) as response:
            assert response.status_code == 200, link
            kept = response.headers.getlist("Cache-Control")
            assert kept == ["public, max-age=31536000, immutable"], link
            assert "Expires" not in response.headers


@pytest.mark.parametrize("query", ["", "?v=", "?v=000000000000", "?v=../../etc/passwd"])
def test_without_the_hash_of_today_a_file_is_asked_for_again_soon(make_app: MakeApp, query: str) -> None:
    with make_app("memory").test_client().get(f"/static/css/base.css{query}") as response:
        assert response.status_code == 200
        assert response.cache_control.max_age == 3600
        assert "immutable" not in response.headers["Cache-Control"]


def test_the_hash_follows_the_content(tmp_path: Path) -> None:
    file = tmp_path / "some.css"
    file.write_text("a {}")
    before = fingerprint(file)
    file.write_text("b {}")
    os.utime(file, ns=(1, 1))

    assert re.fullmatch("[0-9a-f]{12}", before)
    assert fingerprint(file) != before


def test_what_is_not_there_has_no_hash_and_is_not_found(make_app: MakeApp) -> None:
    app = make_app("memory")
    with app.test_request_context():
        assert url_for("static", filename="css/no-such.css") == "/static/css/no-such.css"
        assert url_for("static", filename="css/base.css", v="1") == "/static/css/base.css?v=1"
    assert app.test_client().get("/static/css/no-such.css?v=1").status_code == 404
    assert app.test_client().get("/static/../factory.py?v=1").status_code == 404
