"""Network addresses, in no more detail than a list of sessions needs."""

from __future__ import annotations

import ipaddress

KEPT_BITS = {4: 24, 6: 48}  # of an address; the rest tells too much of a person


def network_of(text: str | None) -> str | None:
    """Return the network of an address, without the part that names one machine; None for what is no address."""
    try:
        address = ipaddress.ip_address(text or "")
    except ValueError:
        return None
    return str(ipaddress.ip_network((address, KEPT_BITS[address.version]), strict=False).network_address)
