"""The Flask extensions, bare; the factory gives them an application, and the application its own services."""

from __future__ import annotations

from flask import current_app
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from huntaze_app.security.bearer_tokens import BearerTokens
from huntaze_app.security.passwords import Passwords

babel = Babel()
bootstrap = Bootstrap5()
csrf = CSRFProtect()
migrate = Migrate()


def passwords() -> Passwords:
    """Return what hashes passwords in the current application."""
    found: Passwords = current_app.extensions["passwords"]
    return found


def bearer_tokens() -> BearerTokens:
    """Return what makes the tokens of programs in the current application."""
    found: BearerTokens = current_app.extensions["bearer_tokens"]
    return found
