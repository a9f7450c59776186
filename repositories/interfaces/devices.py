"""Devices somebody has signed in from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from repositories.entities.devices import KnownDevice


class DeviceRepository(Protocol):
    """Which devices are known to belong to whom."""

    def note(self, device: KnownDevice) -> bool:
        """Store the mark of a device, or when it was seen again; return whether it was known to be the user's.

        Raises BrokenReference when its user does not exist, Conflict for a known id of another mark.
        """
        ...

    def list_of(self, user_id: UUID) -> Sequence[KnownDevice]:
        """List the marks of a user's devices, oldest first."""
        ...

    def remove_unseen(self, before: datetime, limit: int) -> int:
        """Delete at most `limit` marks last seen before a time, and return how many they were."""
        ...
