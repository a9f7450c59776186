"""Where a request comes from, in no more detail than a list of sessions needs."""

from __future__ import annotations

from flask import request

from huntaze_app.addresses import network_of
from repositories.entities.sessions import Session
from repositories.entities.values import text_limits


def user_agent() -> str | None:
    """Return the browser's name, cut to what is stored."""
    text = "".join(character for character in request.headers.get("User-Agent", "") if character.isprintable())
    return text[: text_limits(Session)["user_agent"]] or None


def shortened_address() -> str | None:
    """Return the caller's network, without the part that names one machine."""
    return network_of(request.remote_addr)
