"""Where a request comes from, in no more detail than a list of sessions needs."""

from __future__ import annotations

import ipaddress

from flask import request

from repositories.entities.sessions import Session
from repositories.entities.values import text_limits

KEPT_BITS = {4: 24, 6: 48}  # of an address; the rest tells too much of a person


def user_agent() -> str | None:
    """Return the browser's name, cut to what is stored."""
    text = "".join(character for character in request.headers.get("User-Agent", "") if character.isprintable())
    return text[: text_limits(Session)["user_agent"]] or None


def shortened_address() -> str | None:
    """Return the caller's network, without the part that names one machine."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return None
    return str(ipaddress.ip_network((address, KEPT_BITS[address.version]), strict=False).network_address)
