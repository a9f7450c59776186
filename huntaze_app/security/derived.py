"""Secrets that are worked out from the product's key, so that none needs to be stored to be sent.

A one-time token is mailed by a job, after the unit that made it: the row holds its hash, the mail its id, and
whoever sends the mail works the token out again. It is as unguessable as the key.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

from repositories.entities.values import email_key

CODE_DIGITS = 6


def derive_token(secret_key: str, purpose: str, token_id: UUID) -> str:
    """Return the token of an id, for one purpose: 256 bits as 43 characters that a link can hold."""
    return urlsafe_b64encode(_derive(secret_key, "token", purpose, token_id)).rstrip(b"=").decode()


def derive_code(secret_key: str, purpose: str, token_id: UUID) -> str:
    """Return the code of an id, for one purpose: six digits, to be typed; its row must count wrong ones."""
    number = int.from_bytes(_derive(secret_key, "code", purpose, token_id))
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def code_hash(secret_key: str, purpose: str, email: str, code: str) -> bytes:
    """Return what is stored of a code: a hash with the key, for six digits alone are soon guessed."""
    message = f"huntaze code\0{purpose}\0{email_key(email)}\0{code}"
    return hmac.new(secret_key.encode(), message.encode("utf-8", "surrogatepass"), sha256).digest()


def _derive(secret_key: str, kind: str, purpose: str, token_id: UUID) -> bytes:
    # A purpose is a word of ours, without NUL: no two calls make the same message.
    message = f"huntaze derived\0{kind}\0{purpose}\0{token_id}"
    return hmac.new(secret_key.encode(), message.encode(), sha256).digest()
