"""Where a request comes from, in no more detail than a list of sessions needs."""

from __future__ import annotations

import re

from flask import g, request

from huntaze_app.addresses import network_of
from huntaze_app.clock import new_token
from repositories.entities.sessions import Session
from repositories.entities.values import text_limits

COOKIE = "huntaze_device"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def user_agent() -> str | None:
    """Return the browser's name, cut to what is stored."""
    text = "".join(character for character in request.headers.get("User-Agent", "") if character.isprintable())
    return text[: text_limits(Session)["user_agent"]] or None


def shortened_address() -> str | None:
    """Return the caller's network, without the part that names one machine."""
    return network_of(request.remote_addr)


def device_mark() -> str:
    """Return what this browser is known by, made now for one that has no mark yet."""
    presented = request.cookies.get(COOKIE, "")
    if TOKEN.fullmatch(presented):
        return presented
    if "device_mark" not in g:
        g.device_mark = new_token()
    mark: str = g.device_mark
    return mark
