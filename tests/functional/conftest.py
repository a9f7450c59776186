"""A provider of identities, for the tests of Google; the OpenAPI document, for those that hold answers against it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import MakeApp
from tests.google import PUBLIC
from tests.openapi import Document
from tests.peers.oidc_provider import (
    OidcProvider,
    oidc_provider,
)


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    """An honest provider."""
    with oidc_provider() as made:
        yield made


@pytest.fixture
def google_app(backend_name: str, make_app: MakeApp, provider: OidcProvider) -> Flask:
    """An application that trusts it."""
    return make_app(backend_name, google=provider.google, public_url=PUBLIC)


@pytest.fixture
def document(app: Flask) -> Document:
    """The OpenAPI document, as it is served."""
    response = app.test_client().get("/api/openapi.json")
    assert (response.status_code, response.content_type) == (200, "application/json")
    body: Document = response.get_json()
    return body
