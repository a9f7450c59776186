"""How settings about hosts and rates are written."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

MOST_HITS = 1000  # of one limit: each is remembered
LONGEST = 86_400  # seconds
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
RATE = re.compile(r"([0-9]{1,6})\s*(?:per|/)\s*([0-9]{1,6})?\s*(second|minute|hour|day)s?")
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
ANY = frozenset({"0.0.0.0", "::", "[::]"})  # noqa: S104  # addresses that mean all of this machine's
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


def rate(text: str) -> tuple[int, int]:
    """Return how many hits in how many seconds; raises ValueError."""
    found = RATE.fullmatch(text.strip().lower())
    hits, seconds = (int(found[1]), int(found[2] or 1) * UNITS[found[3]]) if found else (0, 0)
    if not (1 <= hits <= MOST_HITS and 1 <= seconds <= LONGEST):
        raise ValueError(f"must look like 10 per 10 seconds, up to {MOST_HITS} a day")
    return hits, seconds


def hosts(text: str) -> frozenset[str]:
    """Return the hosts of a list, each with or without a port; raises ValueError."""
    found = frozenset(part.strip().lower() for part in text.split(",") if part.strip())
    if not found or not all(HOST.fullmatch(host) for host in found):
        raise ValueError("must look like huntaze.example,www.huntaze.example:8443")
    return found


def own_hosts(public_url: str, host: str, *, is_local: bool) -> frozenset[str]:
    """Return the hosts to answer to when nobody names them: the public one, and on a laptop what it listens on."""
    public = urlsplit(public_url)
    name = public.netloc.removesuffix(f":{public.port}")  # a proxy may ask under another port
    return frozenset({name.lower(), *({*LOOPBACK, bracketed(host).lower()} if is_local else ())})


def bracketed(host: str) -> str:
    """Return a host as an address bar takes it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def truth(text: str) -> bool:
    """Return what true and false stand for; raises ValueError for anything else."""
    known = {"true": True, "1": True, "false": False, "0": False}
    if text.lower() not in known:
        raise ValueError("must be true or false")
    return known[text.lower()]


def redis_url(text: str) -> str:
    """Return the URL of a Redis; raises ValueError for any other."""
    parts = urlsplit(text)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname or not has_sane_port(parts.netloc):
        raise ValueError("must look like redis://host:6379/0")
    return text


def has_sane_port(rest: str) -> bool:
    """Say whether a host has no port, or one that there can be."""
    try:
        return urlsplit(f"//{rest}").port != 0
    except ValueError:
        return False
