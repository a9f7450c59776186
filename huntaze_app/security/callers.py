"""Who is calling, as a limit counts it: a digest from which nobody can be read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress

from flask import request
from marshmallow import ValidationError

from huntaze_app.addresses import counted_as
from huntaze_app.fields import Email
from huntaze_app.json import MalformedJson, decode
from huntaze_app.limits import By, Limit
from huntaze_app.problems import Unauthenticated
from huntaze_app.security.access import account
from repositories.entities.values import email_key
from repositories.errors import Unavailable

KEY_BYTES = 16


class Keys:
    """Makes keys, with a secret: without it an address could be guessed from its digest."""

    def __init__(self, secret: str) -> None:
        self._secret = hashlib.sha256(f"rate limits {secret}".encode()).digest()

    def of(self, limit: Limit) -> bytes | None:
        """Return the key of the current request under a limit; None if it names no e-mail address."""
        who = READERS[limit.by]()
        return None if who is None else self.digest(limit.name, who)

    def digest(self, name: str, who: str) -> bytes:
        """Return the key of somebody under the limit of this name."""
        text = f"{name} {who}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, key=self._secret, digest_size=KEY_BYTES).digest()


def _address() -> str:
    return counted_as(request.remote_addr or "")


def _caller() -> str:
    # a token that is nobody's counts by the address it comes from, as no token does
    with suppress(Unauthenticated, Unavailable):
        return f"user {account().user.id}"
    return _address()


def _email() -> str | None:
    """Return the e-mail address that a form or a JSON body names, however it is spelled."""
    with suppress(MalformedJson, ValidationError):
        given = decode(request.get_data(cache=True)) if request.is_json else request.form
        if isinstance(given, dict):
            return email_key(Email().parse(given.get("email")))
    return None


READERS: dict[By, Callable[[], str | None]] = {By.ADDRESS: _address, By.EMAIL: _email, By.CALLER: _caller}
