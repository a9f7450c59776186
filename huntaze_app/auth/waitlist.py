"""Waiting for an invitation."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from huntaze_app.clock import new_id
from repositories.entities.waitlist import WaitlistEntry
from repositories.interfaces.waitlist import WaitlistRepository


class WaitingStores(Protocol):
    """What waiting needs."""

    waitlist: WaitlistRepository


def join(stores: WaitingStores, at: datetime, *, email: str, locale: str) -> None:
    """Put an address on the waitlist, if it is not there.

    Nobody is told whether it was, nor whether it has an account, which is not even looked up. Nothing is mailed either:
    anybody may type anybody's address.
    """
    stores.waitlist.join(WaitlistEntry(new_id(), email, locale, at))
