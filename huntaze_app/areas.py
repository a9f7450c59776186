"""An area: JSON routes and pages in one blueprint tree, so that one toggle moves both."""

from __future__ import annotations

from flask import Blueprint


def area(name: str, import_name: str, *parts: Blueprint) -> Blueprint:
    """Return the blueprint of an area, made of its parts."""
    whole = Blueprint(name, import_name, template_folder="templates")
    for part in parts:
        whole.register_blueprint(part)
    return whole
