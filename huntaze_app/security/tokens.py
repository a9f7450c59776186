"""Session tokens: opaque to whoever holds one, and known here by their hash alone."""

from __future__ import annotations

import hashlib
from datetime import timedelta

SESSION_LIFETIME = timedelta(days=7)  # absolute (R3.5)


def token_hash(token: str) -> bytes:
    """Return what is stored of a token (SHA-256: with 256 bits of chance in it, it needs no salt)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
