"""Short-lived cookies whose content only this product can have written: what a browser brings back from elsewhere."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

LIFETIME = 600  # seconds


def sealed_cookie(name: str, value: dict[str, Any]) -> str:
    """Return the Set-Cookie header that leaves a value with the browser."""
    return _cookie(name, str(_seal(name).dumps(value)), LIFETIME)


def no_sealed_cookie(name: str) -> str:
    """Return the Set-Cookie header that takes it away."""
    return _cookie(name, "", 0)


def unsealed(name: str) -> dict[str, Any] | None:
    """Return the value that the request brings back, if it is ours and not too old."""
    try:
        value: dict[str, Any] = _seal(name).loads(request.cookies.get(_full_name(name), ""), max_age=LIFETIME)
    except BadData:
        return None
    return value


def _seal(name: str) -> URLSafeTimedSerializer:
    signer = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"huntaze.{name}", signer_kwargs=signer)


def _full_name(name: str) -> str:
    # The prefix keeps other hosts of the domain from planting one; it asks for the path "/".
    return f"__Host-huntaze_{name}" if current_app.config["SESSION_COOKIE_SECURE"] else f"huntaze_{name}"


def _cookie(name: str, value: str, seconds: int) -> str:
    secure = "; Secure" if current_app.config["SESSION_COOKIE_SECURE"] else ""
    return f"{_full_name(name)}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{secure}"
