"""Flask-Login over the product's own sessions."""

from __future__ import annotations

import contextlib
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from wsgiref.types import WSGIEnvironment

from flask import Flask, Request, current_app, g, request
from flask.globals import request_ctx
from flask.sessions import NullSession, SecureCookieSession, SecureCookieSessionInterface
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user

from huntaze_app.clock import now
from huntaze_app.edge import BACKEND, USER
from huntaze_app.paths import is_for_programs
from huntaze_app.security import device
from huntaze_app.security.bearers import HEADER, Bearers
from huntaze_app.security.tokens import SESSION_LIFETIME, token_hash
from huntaze_app.stores import StoreRouter
from repositories.entities.api_keys import ApiKey
from repositories.entities.sessions import Session
from repositories.entities.users import User
from repositories.errors import RepositoryError, Unavailable

DEVICE_KEPT = 400 * 24 * 3600  # seconds: browsers keep no cookie for longer
SEEN_EVERY = timedelta(minutes=5)  # how often the last use of a session is written down


class Account(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """The signed-in user, as Flask-Login and the templates see it."""

    def __init__(
        self, user: User, session: Session | None = None, family_id: UUID | None = None, key: ApiKey | None = None
    ) -> None:
        self.user = user
        self.session = session  # of a browser; a program has the other two
        self.family_id = family_id
        self.key = key

    def __getattr__(self, name: str) -> Any:
        return getattr(self.user, name)

    @property
    def is_active(self) -> bool:
        """Whether the account may be used; one that may not has no identity."""
        return self.user.is_active

    def get_id(self) -> str:
        """Return the id of the session, family or key: what names this sign-in."""
        return str(self.family_id or (self.session or self.key or self.user).id)


class SessionLogin(LoginManager):  # type: ignore[misc]  # Flask-Login has no types
    """Flask-Login that asks the session store alone.

    Its own loader first opens Flask's cookie session and hashes the browser's name and address, on each
    request, for cookies that this product does not have.
    """

    def __init__(self, app: Flask, router: StoreRouter, bearers: Bearers) -> None:
        self._router = router
        self._bearers = bearers
        self._cookie = re.compile(rf"(?:^|;\s*){cookie_name(app)}=([A-Za-z0-9_-]{{43}})(?:;|$)")
        super().__init__(app, add_context_processor=False)
        app.after_request_funcs[None].remove(self._update_remember_cookie)
        app.context_processor(lambda: {"current_user": visitor()})

    def _load_user(self) -> None:
        self._update_request_context_with_user(self._account(request_ctx.request))

    def _account(self, incoming: Request) -> Account | None:
        if HEADER in incoming.environ and incoming.path.startswith("/api/"):
            return self._program(incoming.environ)
        token = self._token(incoming)
        if token is None:
            return None
        router = self._router
        incoming.environ[BACKEND] = router.backend("auth").name
        at, digest = now(), token_hash(token)
        identity = router.run("auth", lambda stores: stores.sessions.find_identity(digest, at), read_only=True)
        if identity is None:
            return None
        incoming.environ[USER] = identity.user.id
        if at - identity.session.last_seen_at > SEEN_EVERY:
            self._note_use(identity.session.id, at)
        return Account(identity.user, identity.session)

    def _program(self, environ: WSGIEnvironment) -> Account | None:
        found = self._bearers.find(environ)
        if found is None:
            return None
        environ[USER] = found.user.id
        return Account(found.user, family_id=found.family_id, key=found.key)

    def _token(self, incoming: Request) -> str | None:
        """Return the session token: one in no other form than ours is not worth a look at the store."""
        found = self._cookie.search(incoming.environ.get("HTTP_COOKIE", ""))
        return found[1] if found else None

    def _note_use(self, session_id: UUID, at: datetime) -> None:
        # A database that takes no writes now must not sign anyone out.
        with contextlib.suppress(RepositoryError), self._router.unit("auth") as stores:
            stores.sessions.touch(session_id, at)


def visitor() -> Any:
    """Return who looks at a page: a guest, too, when the database that knows better is away."""
    try:
        return current_user._get_current_object()  # noqa: SLF001  # the object behind Werkzeug's proxy
    except Unavailable:
        g._login_user = AnonymousUserMixin()  # noqa: SLF001  # where Flask-Login keeps it
        return g._login_user  # noqa: SLF001


def cookie_name(app: Flask) -> str:
    """Return the name of the session cookie; the prefix, where there is HTTPS, ties it to this very host."""
    return "__Host-huntaze_session" if app.config["SESSION_COOKIE_SECURE"] else "huntaze_session"


def presented_token() -> str | None:
    """Return the session token that the request carries."""
    return request.cookies.get(cookie_name(current_app)) or None


def session_cookies(token: str) -> list[str]:
    """Return the Set-Cookie headers that sign in, and let the browser be known the next time."""
    return [
        _cookie(cookie_name(current_app), token, int(SESSION_LIFETIME.total_seconds())),
        _cookie(device.COOKIE, device.device_mark(), DEVICE_KEPT),
    ]


def no_session_cookie() -> str:
    """Return the Set-Cookie header that signs out."""
    return _cookie(cookie_name(current_app), "", 0)


def _cookie(name: str, value: str, seconds: int) -> str:
    secure = "; Secure" if current_app.config["SESSION_COOKIE_SECURE"] else ""
    return f"{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{secure}"


class PageSessions(SecureCookieSessionInterface):
    """Flask's cookie session, for pages that flash or carry a form token; never for the API."""

    _none = NullSession()

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Open the session of a page; the API has none, and raises if it is written to."""
        if is_for_programs(request.path):
            return self._none
        with contextlib.suppress(UnicodeEncodeError):  # a cookie that is no text is no session
            return super().open_session(app, request)
        return self.session_class()
