"""Flask-Login over the product's own sessions."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

from flask import Flask, Request, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin

from huntaze_app.clock import now
from huntaze_app.edge import USER
from huntaze_app.security.tokens import SESSION_LIFETIME, token_hash
from huntaze_app.stores import note_backend, store_router
from repositories.entities.sessions import Identity, Session
from repositories.entities.users import User
from repositories.errors import RepositoryError
from repositories.stores import Stores

SEEN_EVERY = timedelta(minutes=5)  # how often the last use of a session is written down


class Account(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """The signed-in user, as Flask-Login and the templates see it."""

    def __init__(self, identity: Identity) -> None:
        self.user: User = identity.user
        self.session: Session = identity.session

    def __getattr__(self, name: str) -> Any:
        return getattr(self.user, name)

    @property
    def is_active(self) -> bool:
        """Whether the account may be used; one that may not has no identity."""
        return self.user.is_active

    def get_id(self) -> str:
        """Return the id of the session: what names this sign-in."""
        return str(self.session.id)


class SessionLogin(LoginManager):  # type: ignore[misc]  # Flask-Login has no types
    """Flask-Login that asks the session store alone.

    Its own loader first opens Flask's cookie session and hashes the browser's name and address, on each
    request, for cookies that this product does not have.
    """

    def init_app(self, app: Flask, add_context_processor: bool = True) -> None:
        """Attach to the application, without the hook for remember-me cookies."""
        super().init_app(app, add_context_processor)
        app.after_request_funcs[None].remove(self._update_remember_cookie)

    def _load_user(self) -> None:
        self._update_request_context_with_user(self._load_user_from_request(request))


def cookie_name() -> str:
    """Return the name of the session cookie; the prefix, where there is HTTPS, ties it to this very host."""
    return "__Host-huntaze_session" if current_app.config["SESSION_COOKIE_SECURE"] else "huntaze_session"


def presented_token() -> str | None:
    """Return the session token that the request carries."""
    return request.cookies.get(cookie_name()) or None


def load_account(incoming: Request) -> Account | None:
    """Return the account that the session cookie names."""
    token = presented_token()
    if not token:
        return None
    at = now()
    router = store_router()
    note_backend(router.backend("auth").name)
    digest = token_hash(token)
    identity = router.run("auth", lambda stores: stores.sessions.find_identity(digest, at), read_only=True)
    if identity is None:
        return None
    if at - identity.session.last_seen_at > SEEN_EVERY:
        _note_use(identity.session)
    incoming.environ[USER] = str(identity.user.id)
    return Account(identity)


def _note_use(session: Session) -> None:
    def touch(stores: Stores) -> None:
        stores.sessions.touch(session.id, now())

    # A database that takes no writes now must not sign anyone out.
    with contextlib.suppress(RepositoryError):
        store_router().run("auth", touch)


def session_cookie(token: str) -> str:
    """Return the Set-Cookie header that signs in."""
    return _cookie(token, int(SESSION_LIFETIME.total_seconds()))


def no_session_cookie() -> str:
    """Return the Set-Cookie header that signs out."""
    return _cookie("", 0)


def _cookie(value: str, seconds: int) -> str:
    secure = "; Secure" if current_app.config["SESSION_COOKIE_SECURE"] else ""
    return f"{cookie_name()}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{secure}"


class PageSessions(SecureCookieSessionInterface):
    """Flask's cookie session, for pages that flash or carry a form token; never for the API."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Open the session of a page, or an empty one."""
        return self.session_class() if request.path.startswith("/api/") else super().open_session(app, request)
