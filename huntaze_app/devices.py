"""Devices, as people call them."""

from __future__ import annotations

from functools import lru_cache

from ua_parser import parse_os, parse_user_agent


@lru_cache(maxsize=1000)
def device_name(user_agent: str | None) -> str | None:
    """Return the browser and the system that a browser tells of itself, such as "Firefox · Windows"."""
    if not user_agent:
        return None
    browser, system = parse_user_agent(user_agent), parse_os(user_agent)
    known = [part.family for part in (browser, system) if part is not None]
    return " · ".join(known) or None
