"""Addresses of static files carry a hash of the content, so that browsers may keep the files for good."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

PARAMETER = "v"
A_YEAR = 365 * 24 * 3600


def register_assets(app: Flask) -> None:
    """Hash the addresses of an application's static files and those of its blueprints; call it once all are there."""
    folders = _static_folders(app)

    def add_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in folders and PARAMETER not in values:
            file = folders[endpoint] / values["filename"]
            if file.is_file():
                values[PARAMETER] = fingerprint(file)

    app.url_defaults(add_hash)
    for endpoint, folder in folders.items():
        app.view_functions[endpoint] = _kept_when_hashed(app.view_functions[endpoint], folder)


def fingerprint(file: Path) -> str:
    """Return a short hash of a file; read once, and again only after a change (styles change under a debug server)."""
    return _fingerprint(file, file.stat().st_mtime_ns)


@cache
def _fingerprint(file: Path, _changed: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _static_folders(app: Flask) -> dict[str, Path]:
    holders = {"static": app.static_folder} | {
        f"{name}.static": one.static_folder for name, one in app.blueprints.items()
    }
    return {endpoint: Path(folder) for endpoint, folder in holders.items() if folder}


def _kept_when_hashed(view: Callable[..., Any], folder: Path) -> Callable[..., Response]:
    @wraps(view)
    def send(filename: str) -> Response:
        response: Response = view(filename=filename)
        if request.args.get(PARAMETER) == fingerprint(folder / filename):  # it exists, or the view had raised
            response.cache_control.max_age = A_YEAR
            response.cache_control.immutable = True
            response.headers.pop("Expires", None)
        return response

    return send
