"""The OpenAPI document and the page that shows it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import swagger_ui_bundle
from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from huntaze_app import json
from huntaze_app.docs.openapi import openapi_document
from huntaze_app.edge import OWN_POLICY
from huntaze_app.operations import JSON
from huntaze_app.security.login import cookie_name

SWAGGER_UI = Path(swagger_ui_bundle.swagger_ui_path)

blueprint = Blueprint("pages", __name__, url_prefix="/api", static_folder=SWAGGER_UI, static_url_path="/docs/static")

# Swagger UI writes style attributes of its own.
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


@blueprint.get("/openapi.json")
def document() -> Response:
    """Return the OpenAPI document."""
    return Response(_document_text(cookie_name(current_app)), content_type=JSON)


@cache
def _document_text(cookie: str) -> bytes:
    return json.encode(openapi_document(current_app, cookie))


@blueprint.get("/docs")
def index() -> ResponseReturnValue:
    """Show the document."""
    request.environ[OWN_POLICY] = POLICY
    return render_template("docs/index.html")
