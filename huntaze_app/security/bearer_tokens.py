"""What programs sign in with: an access token of a quarter of an hour, and refresh tokens that bring the next one."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from huntaze_app.security.derived import derive_token

ACCESS_LIFETIME = timedelta(minutes=15)
REFRESH_LIFETIME = timedelta(days=30)  # of a family, from its first token on
REPEATABLE = timedelta(seconds=10)  # how long a lost answer may be asked for again
ISSUER = "huntaze"
AUDIENCE = "huntaze-api"
ALGORITHM = "HS256"
HEADER = {"typ": "at+jwt", "alg": ALGORITHM}  # RFC 9068
OUR_HEADER = urlsafe_b64encode(b'{"typ":"at+jwt","alg":"HS256"}').rstrip(b"=").decode()
FORM = re.compile(rf"{OUR_HEADER}\.[A-Za-z0-9_-]{{1,800}}\.[A-Za-z0-9_-]{{43}}")
REFRESH_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Claims:
    """Whom an access token was made for, and the family that must still be alive."""

    user_id: UUID
    family_id: UUID


class BearerTokens:
    """Makes and reads tokens, with keys that are worked out from the product's."""

    def __init__(self, secret_key: str) -> None:
        self._secret_key = secret_key
        self._key = OctKey.import_key(hmac.new(secret_key.encode(), b"huntaze access tokens", sha256).digest())

    def access(self, user_id: UUID, family_id: UUID, at: datetime) -> str:
        """Return an access token."""
        begin = int(at.timestamp())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": str(user_id), "fam": str(family_id), "iat": begin}
        return jwt.encode(HEADER, {**claims, "exp": begin + int(ACCESS_LIFETIME.total_seconds())}, self._key)

    def read(self, token: str, at: datetime) -> Claims | None:
        """Return what an access token claims; None for one that is forged, meant for something else, or expired."""
        if FORM.fullmatch(token) is None:  # nothing of a header but ours is ever parsed
            return None
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
        except JoseError:
            return None
        if (claims["iss"], claims["aud"]) != (ISSUER, AUDIENCE) or at.timestamp() >= claims["exp"]:
            return None
        return Claims(UUID(claims["sub"]), UUID(claims["fam"]))

    def refresh(self, token_id: UUID) -> str:
        """Return the refresh token of an id: the same each time, so that a lost answer can be given again."""
        return derive_token(self._secret_key, "refresh", token_id)


def may_be_refresh_token(text: str) -> bool:
    """Say whether a text has the form of a refresh token."""
    return REFRESH_FORM.fullmatch(text) is not None
