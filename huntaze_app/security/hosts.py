"""Which hosts a request may name: what is made of the name of a stranger's host would lead there."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

# Load balancers ask by address.
ANY_HOST = frozenset({"/healthz", "/readyz"})


class Hosts:
    """The hosts that are ours: a name trusts every port, a name with a port that one alone."""

    def __init__(self, trusted: Iterable[str], *, addresses: bool = False) -> None:
        self._trusted = frozenset(trusted)
        self._addresses = addresses  # whatever address it is: nobody can point an address elsewhere

    def is_ours(self, host: str | None, path: str) -> bool:
        """Say whether a request for a path may name this host."""
        if host is None:
            return path in ANY_HOST
        asked = host.lower()
        name = asked if asked.endswith("]") else asked.rpartition(":")[0] or asked
        return (
            name in self._trusted
            or asked in self._trusted
            or path in ANY_HOST
            or (self._addresses and _is_address(name.strip("[]")))
        )


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
