"""The Flask extensions, bare; the factory gives them an application, and the application its own services."""

from __future__ import annotations

from flask import current_app
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from config.settings import Settings
from huntaze_app.clients.identity import IdentityProvider
from huntaze_app.jobs import Office
from huntaze_app.problems import SwitchedOff
from huntaze_app.security.bearer_tokens import BearerTokens
from huntaze_app.security.passwords import Passwords

babel = Babel()
bootstrap = Bootstrap5()
csrf = CSRFProtect()
migrate = Migrate()


def office() -> Office:
    """Return the handlers of jobs, and those who call them."""
    found: Office = current_app.extensions["jobs"]
    return found


def settings() -> Settings:
    """Return the settings of the current application."""
    found: Settings = current_app.extensions["settings"]
    return found


def passwords() -> Passwords:
    """Return what hashes passwords in the current application."""
    found: Passwords = current_app.extensions["passwords"]
    return found


def identity_provider() -> IdentityProvider:
    """Return who says who somebody is; raises SwitchedOff where there is nobody to ask."""
    found: IdentityProvider | None = current_app.extensions["identity_provider"]
    if found is None:
        raise SwitchedOff("no GOOGLE_CLIENT_ID")
    return found


def bearer_tokens() -> BearerTokens:
    """Return what makes the tokens of programs in the current application."""
    found: BearerTokens = current_app.extensions["bearer_tokens"]
    return found
