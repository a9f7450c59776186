"""Hits, in this process."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from repositories.entities.hits import Tally

MOST_KEYS = 200_000  # of one length of window; about 60 MB
PRUNED = 2  # keys looked at with each hit: more than one can add

Times = tuple[datetime, ...]  # the latest first


class MemoryHitRepository:
    """Hits, in a dictionary for each length of window, whose first key is the first to be forgotten."""

    def __init__(self, most_keys: int = MOST_KEYS) -> None:
        self._most_keys = most_keys
        self._guard = Lock()
        self._kept: dict[timedelta, OrderedDict[bytes, Times]] = {}

    def take(self, key: bytes, budget: int, window: timedelta, at: datetime) -> Tally:
        """Let a hit in and remember it, unless the budget is spent."""
        with self._guard:
            kept = self._kept.setdefault(window, OrderedDict())
            times = kept.get(key, ())
            at = max(at, times[0]) if times else at  # a clock that was set back lets nobody in twice
            counted = tuple(time for time in times if time > at - window)
            if len(counted) >= budget:
                return Tally(is_let_in=False, remaining=0, frees_at=counted[budget - 1] + window)
            counted = (at, *counted)
            kept[key] = counted
            kept.move_to_end(key)
            self._prune(kept, window, at)
            return Tally(is_let_in=True, remaining=budget - len(counted), frees_at=counted[-1] + window)

    def forget(self, key: bytes) -> None:
        """Start the key anew."""
        with self._guard:
            for kept in self._kept.values():
                kept.pop(key, None)

    def purge(self, at: datetime) -> int:
        """Remove the keys whose last hit has left its window."""
        with self._guard:
            return sum(_forget_first(kept, window, at, len(kept)) for window, kept in self._kept.items())

    def close(self) -> None:
        """Hold nothing, let go of nothing."""

    def _prune(self, kept: OrderedDict[bytes, Times], window: timedelta, at: datetime) -> None:
        _forget_first(kept, window, at, PRUNED)
        if len(kept) > self._most_keys:
            kept.popitem(last=False)


def _forget_first(kept: OrderedDict[bytes, Times], window: timedelta, at: datetime, most: int) -> int:
    """Remove the first keys, up to so many, as long as their last hit has left the window."""
    gone = 0
    while gone < most and kept and next(iter(kept.values()))[0] <= at - window:
        kept.popitem(last=False)
        gone += 1
    return gone
