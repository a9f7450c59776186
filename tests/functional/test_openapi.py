"""The OpenAPI document: every JSON route is in it, and it is well formed."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from config.settings import Environment
from tests.conftest import MakeApp
from tests.openapi import Document, described, resolve

PUBLIC = "https://huntaze.example"
NAME_IN_PRODUCTION = "__Host-huntaze_session"
NOT_DESCRIBED = ("/api/docs", "/api/openapi.json")
METHODS = {"get", "post", "put", "patch", "delete"}


def test_every_json_route_is_described_and_nothing_else(app: Flask, document: Document) -> None:
    routes = {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith(NOT_DESCRIBED)
        and (rule.rule.startswith("/api/") or rule.endpoint.startswith("ops."))
    }

    assert described(document).keys() == routes


def test_the_document_has_the_structure_of_openapi(document: Document) -> None:
    assert re.fullmatch(r"3\.0\.\d", document["openapi"])
    assert document["info"].keys() >= {"title", "version"}
    names = []
    for (method, path), one in described(document).items():
        assert method in METHODS
        names.append(one["operationId"])
        assert one["summary"], path
        assert one["responses"], path
        asked = {parameter["name"] for parameter in one["parameters"] if parameter["in"] == "path"}
        assert asked == set(re.findall(r"{(\w+)}", path))
        assert all(parameter["required"] for parameter in one["parameters"] if parameter["in"] == "path")
        for status, response in one["responses"].items():
            assert re.fullmatch(r"[1-5]\d\d", status)
            assert response["description"]
    assert len(set(names)) == len(names)


def test_every_reference_leads_somewhere(document: Document) -> None:
    found: list[str] = re.findall(r"'\$ref': '([^']+)'", repr(document))

    assert found
    for reference in found:
        assert resolve(document, {"$ref": reference})


def test_every_input_is_closed_and_says_what_it_requires(document: Document) -> None:
    for (method, path), one in described(document).items():
        if "requestBody" in one:
            schema = resolve(document, one["requestBody"]["content"]["application/json"]["schema"])
            assert schema["additionalProperties"] is False, (method, path)
            for name, part in schema["properties"].items():
                assert "type" in part, (method, path, name)
    sign_up = document["components"]["schemas"]["SignUpForm"]
    assert sorted(sign_up["required"]) == ["email", "name", "password"]
    assert sign_up["properties"]["password"].items() >= {"minLength": 8, "maxLength": 256}.items()


def test_the_cookie_is_named_as_it_is_set(make_app: MakeApp) -> None:
    for environment, name in ((Environment.TESTING, "huntaze_session"), (Environment.PRODUCTION, NAME_IN_PRODUCTION)):
        app = make_app("memory", environment=environment, public_url=PUBLIC)
        document = app.test_client().get("/api/openapi.json").get_json()
        assert document["components"]["securitySchemes"]["session"]["name"] == name


def test_protected_routes_say_so(app: Flask, document: Document) -> None:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if hasattr(view, "operation"):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                one = document["paths"][path][method.lower()]
                assert ("security" in one) == hasattr(view, "access")
                assert ("401" in one["responses"]) >= hasattr(view, "access")
                assert ("403" in one["responses"]) >= hasattr(view, "access")
                takes_keys = {"apiKey": []} in one.get("security", [])
                assert takes_keys == (getattr(view, "scope", None) is not None) == ("x-scope" in one)


def test_the_page_of_the_document_loads_from_here_alone(app: Flask) -> None:
    client = app.test_client()

    page = client.get("/api/docs")

    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert page.status_code == 200
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert all(source.startswith("/") and not source.startswith("//") for source in sources)
    for source in sources:
        asset = client.get(source, buffered=True)
        assert asset.status_code == 200, source
        if "/static/" in source:
            (kept,) = asset.headers.getlist("Cache-Control")
            assert "max-age=" in kept
            assert "no-store" not in kept


@pytest.mark.parametrize(
    "name", ["../pages.py", "%2e%2e/pages.py", "..%2f..%2fwsgi.py", "nothing.js", "%00", "/etc/passwd"]
)
def test_nothing_but_the_page_s_own_files_is_given_away(app: Flask, name: str) -> None:
    assert app.test_client().get(f"/api/docs/static/{name}").status_code in {404, 308}
