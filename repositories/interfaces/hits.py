"""Hits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from repositories.entities.hits import Tally


class HitRepository(Protocol):
    """The times of the last hits of each key; in no unit of work, since a hit counts whatever becomes of the request.

    Keys are digests of 16 bytes: nobody can be read from them. Every method raises Unavailable, and soon.
    """

    def take(self, key: bytes, budget: int, window: timedelta, at: datetime) -> Tally:
        """Let a hit in and remember it, unless `budget` of them were let in within the `window` that ends now.

        Exact whoever else calls at the same time. A hit leaves the window when it is exactly that old. A refused
        one is not remembered, so waiting always helps.
        """
        ...

    def forget(self, key: bytes) -> None:
        """Start the key anew."""
        ...

    def purge(self, at: datetime) -> int:
        """Remove the keys whose last hit has left its window, a batch at a time, and say how many there were."""
        ...

    def close(self) -> None:
        """Let go of what is held."""
        ...
