"""How every page that signs in ends: the session's cookie, a new form token, and the way on."""

from __future__ import annotations

from flask import redirect, session, url_for
from flask.typing import ResponseReturnValue

from huntaze_app.security.login import session_cookies


def home() -> str:
    """Return the address of a signed-in visitor's first page."""
    return url_for("analytics.pages.dashboard")


def first_visit() -> str:
    """Return the address where somebody who has just signed up goes."""
    return url_for("users.first_visit_pages.resume")


def arrive(target: str, token: str) -> ResponseReturnValue:
    """Sign the browser in and lead it on."""
    renew_form_token()
    return redirect(target, 303), {"Set-Cookie": session_cookies(token)}


def renew_form_token() -> None:
    """Forget the form token of whoever used this browser until now."""
    session.pop("csrf_token", None)
