"""Signing programs in and out: access and refresh tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from huntaze_app.audit import Action, record
from huntaze_app.auth.service import verified_user
from huntaze_app.clock import new_id
from huntaze_app.problems import TokenReplayed, Unauthenticated
from huntaze_app.security.bearer_tokens import (
    ACCESS_LIFETIME,
    REFRESH_LIFETIME,
    REPEATABLE,
    BearerTokens,
    Claims,
    may_be_refresh_token,
)
from huntaze_app.security.passwords import Passwords
from huntaze_app.security.tokens import token_hash
from repositories.entities.refresh_tokens import Outcome, RefreshToken
from repositories.interfaces.audit import AuditRepository
from repositories.interfaces.refresh_tokens import RefreshTokenRepository
from repositories.interfaces.users import UserRepository


class TokenStores(Protocol):
    """What signing a program in and out needs."""

    users: UserRepository
    refresh_tokens: RefreshTokenRepository
    audit: AuditRepository


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a program holds."""

    access_token: str
    refresh_token: str
    token_type: str = "Bearer"  # noqa: S105  # no secret
    expires_in: int = int(ACCESS_LIFETIME.total_seconds())


def issue_tokens(
    stores: TokenStores, passwords: Passwords, tokens: BearerTokens, at: datetime, *, email: str, password: str
) -> TokenPair:
    """Begin a family of tokens; raises InvalidCredentials, alike and as slowly for an unknown address."""
    user = verified_user(stores, passwords, at, email=email, password=password)
    family = new_id()
    digest = token_hash(tokens.refresh(family))
    first = RefreshToken(family, family, user.id, digest, at, at + REFRESH_LIFETIME)
    stores.refresh_tokens.add(first)
    record(stores, Action.SIGNED_IN, at, actor=user.id, means="token", family=str(family))
    return _pair(tokens, first, at)


def refresh(stores: TokenStores, tokens: BearerTokens, at: datetime, *, refresh_token: str) -> TokenPair:
    """Spend a refresh token for the next pair; a lost answer can be had again for ten seconds.

    Raises Unauthenticated. For a token that was spent before, its family ends, which stays so: TokenReplayed.
    """
    if not may_be_refresh_token(refresh_token):
        raise Unauthenticated
    child = new_id()
    digest = token_hash(tokens.refresh(child))
    rotation = stores.refresh_tokens.rotate(token_hash(refresh_token), child, digest, at, REPEATABLE)
    if rotation is None:
        raise Unauthenticated
    if rotation.outcome is Outcome.REPLAYED:
        family = str(rotation.token.family_id)
        record(stores, Action.REFRESH_REPLAYED, at, subject=rotation.token.user_id, family=family)
        raise TokenReplayed
    return _pair(tokens, rotation.token, at)


def sign_out_program(stores: TokenStores, claims: Claims, at: datetime) -> None:
    """End the family of an access token; twice is fine."""
    if stores.refresh_tokens.revoke_family(claims.family_id, at):
        record(stores, Action.SIGNED_OUT, at, actor=claims.user_id, family=str(claims.family_id))


def _pair(tokens: BearerTokens, live: RefreshToken, at: datetime) -> TokenPair:
    return TokenPair(tokens.access(live.user_id, live.family_id, at), tokens.refresh(live.id))
