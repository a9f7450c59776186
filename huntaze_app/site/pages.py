"""The pages of the area."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from huntaze_app.languages import choose_language
from huntaze_app.pages import local_target

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def landing() -> ResponseReturnValue:
    """Show what Huntaze is."""
    return render_template("site/landing.html")


@blueprint.post("/locale")
def set_locale() -> ResponseReturnValue:
    """Remember the language of this browser."""
    response = redirect(local_target(request.form.get("next"), url_for("site.pages.landing")), 303)
    choose_language(response, request.form.get("locale", ""))
    return response
