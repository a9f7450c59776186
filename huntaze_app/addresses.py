"""Network addresses: as a list of sessions shows them, and as a limit counts them."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

KEPT_BITS = {4: 24, 6: 48}  # of an address; the rest tells too much of a person
HOST_BITS = 64  # of an IPv6 address: whoever has one has all that differ in these
LONGEST = 64  # characters of what is no address

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def network_of(text: str | None) -> str | None:
    """Return the network of an address, without the part that names one machine; None for what is no address."""
    try:
        address = _address(text or "")
    except ValueError:
        return None
    return str(ipaddress.ip_network((address, KEPT_BITS[address.version]), strict=False).network_address)


@lru_cache(maxsize=4096)
def counted_as(text: str) -> str:
    """Return what counts as one address: an IPv4 address, or an IPv6 network of 64 bits."""
    try:
        address = _address(text)
    except ValueError:
        return text[:LONGEST]
    return str(address if address.version == 4 else f"{int(address) >> HOST_BITS:x}::/64")


def _address(text: str) -> Address:
    address = ipaddress.ip_address(text)
    # an IPv4 address is the same one when a socket of IPv6 tells it
    return (address.version == 6 and address.ipv4_mapped) or address
