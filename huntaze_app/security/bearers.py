"""Who is calling by `Authorization: Bearer …`: a program with an access token, or with an API key.

On JSON routes alone. A request that carries the header is that program's: the cookie is not looked at, and as no page
of another site can add the header, it needs no check of its origin.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from wsgiref.types import WSGIEnvironment

from flask import current_app, request

from huntaze_app.clock import now
from huntaze_app.edge import BACKEND
from huntaze_app.extensions import bearer_tokens
from huntaze_app.problems import Forbidden, Unauthenticated
from huntaze_app.security.api_keys import START, may_be_api_key
from huntaze_app.security.bearer_tokens import BearerTokens, Claims
from huntaze_app.security.tokens import token_hash
from huntaze_app.stores import StoreRouter
from repositories.entities.api_keys import ApiKey
from repositories.entities.users import User
from repositories.errors import RepositoryError

HEADER = "HTTP_AUTHORIZATION"
USED_EVERY = timedelta(minutes=1)  # how often the last use of a key is written down
LONGEST = 2048
CREDENTIALS = re.compile(r" *bearer +([A-Za-z0-9._-]+) *", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is calling, and the user in whose name."""

    user: User
    family_id: UUID | None = None
    key: ApiKey | None = None


class Bearers:
    """Finds the program behind a bearer."""

    def __init__(self, tokens: BearerTokens, router: StoreRouter) -> None:
        self._tokens = tokens
        self._router = router

    def find(self, environ: WSGIEnvironment) -> Program | None:
        """Return the program; None, mostly without a look at the store, for any bearer that is not good."""
        given, at = _credentials(environ), now()
        if given is None:
            return None
        return self._by_key(environ, given, at) if given.startswith(START) else self._by_token(environ, given, at)

    def _by_token(self, environ: WSGIEnvironment, given: str, at: datetime) -> Program | None:
        claims = self._tokens.read(given, at)
        if claims is None:
            return None
        environ[BACKEND] = self._router.backend("auth").name
        family, owner = claims.family_id, claims.user_id
        user = self._router.run(
            "auth", lambda stores: stores.refresh_tokens.find_user(family, owner, at), read_only=True
        )
        return Program(user, family_id=family) if user else None

    def _by_key(self, environ: WSGIEnvironment, given: str, at: datetime) -> Program | None:
        if not may_be_api_key(given):
            return None
        environ[BACKEND] = self._router.backend("auth").name
        digest = token_hash(given)
        found = self._router.run("auth", lambda stores: stores.api_keys.find_identity(digest, at), read_only=True)
        if found is None:
            return None
        if found.key.last_used_at is None or at - found.key.last_used_at >= USED_EVERY:
            self._note_use(found.key.id, at)
        return Program(found.user, key=found.key)

    def _note_use(self, key_id: UUID, at: datetime) -> None:
        # A database that takes no writes now must not refuse a key.
        with contextlib.suppress(RepositoryError), self._router.unit("auth") as stores:
            stores.api_keys.touch(key_id, at, at - USED_EVERY)


def _credentials(environ: WSGIEnvironment) -> str | None:
    given: str = environ[HEADER]
    found = CREDENTIALS.fullmatch(given) if len(given) <= LONGEST else None
    return found[1] if found else None


def presented_claims() -> Claims | None:
    """Return what the request's access token claims, its family alive or not; None without a bearer.

    Raises Unauthenticated for a bad one, and Forbidden for an API key.
    """
    if not carries_bearer():
        return None
    given = _credentials(request.environ) or ""
    if may_be_api_key(given):
        raise Forbidden
    claims = bearer_tokens().read(given, now())
    if claims is None:
        raise Unauthenticated
    return claims


def carries_bearer() -> bool:
    """Say whether it is the header that tells who is calling: only ever on a JSON route."""
    return HEADER in request.environ and request.path.startswith("/api/")


def bearer_decides() -> bool:
    """Say whether the view of this request listens to the header."""
    view = current_app.view_functions[request.endpoint or ""]
    return carries_bearer() and getattr(view, "listens_to_bearers", False)
