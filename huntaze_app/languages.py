"""Which language an answer is in: the browser's choice, else the user's, else what it accepts, else French."""

from __future__ import annotations

from enum import StrEnum

from flask import current_app, g, has_request_context, request
from werkzeug.wrappers import Response


class Locale(StrEnum):
    """The languages of the product."""

    FRENCH = "fr"
    ENGLISH = "en"


LANGUAGES = tuple(locale.value for locale in Locale)
COOKIE = "huntaze_locale"
A_YEAR = 365 * 24 * 3600


def current_language() -> str:
    """Return the language of the current request."""
    if not has_request_context():
        return LANGUAGES[0]
    user = g.get("_login_user")  # never load the user for it: the error told may be that there is no database
    wanted = (request.cookies.get(COOKIE), getattr(user, "locale", None))
    for language in wanted:
        if language in LANGUAGES:
            return str(language)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def choose_language(response: Response, language: str) -> None:
    """Keep the language in this browser."""
    if language in LANGUAGES:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])  # the proxy may speak plain HTTP to us
        response.set_cookie(COOKIE, language, max_age=A_YEAR, samesite="Lax", secure=secure, httponly=True)
