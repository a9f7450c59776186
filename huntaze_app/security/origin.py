"""Requests that another site makes in the name of a signed-in user are refused."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request
from flask_wtf.csrf import CSRFError

from huntaze_app.extensions import csrf
from huntaze_app.problems import CsrfFailed
from huntaze_app.security.bearers import bearer_decides
from huntaze_app.stores import SAFE_METHODS

OWN = frozenset({"same-origin", "none"})
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def refuse_foreign_requests() -> None:
    """Check the origin of an unsafe request, and the form token of a page."""
    if request.method in SAFE_METHODS or request.endpoint is None:
        return
    if _is_foreign() and not bearer_decides():
        raise CsrfFailed
    if not request.path.startswith("/api/"):
        try:
            csrf.protect()
        except CSRFError as error:
            raise CsrfFailed from error


def _is_foreign() -> bool:
    """Say whether a browser tells that another site made the request; a program that tells nothing is let through."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in OWN
    origin = request.headers.get("Origin")
    return origin is not None and origin not in _own_origins()


def _own_origins() -> tuple[str, str]:
    """Return the public origin, and the one that the request was made to."""
    settings = current_app.extensions["settings"]
    public = urlsplit(settings.public_url)
    # the proxy that ends HTTPS may speak plain HTTP to us: the browser did not
    behind_https = settings.is_production and public.scheme == "https"
    asked = "https" if behind_https else request.scheme
    return _origin(public.scheme, public.netloc), _origin(asked, request.host)


def _origin(scheme: str, host: str) -> str:
    return f"{scheme}://{host.removesuffix(DEFAULT_PORTS.get(scheme, ''))}"
