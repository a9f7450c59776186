"""Devices somebody has signed in from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from repositories.entities.devices import KnownDevice
from repositories.memory.unit import Unit


class MemoryDeviceRepository:
    """Known devices, in a dictionary."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def note(self, device: KnownDevice) -> bool:
        """Store the mark of a device, or when it was seen again."""
        self._unit.begin_writing()
        known = self._unit.devices.find("mark", (device.user_id, device.mark_hash))
        if known is None:
            self._unit.devices.insert(device)
        else:
            self._unit.devices.update(replace(known, seen_at=device.seen_at))
        return known is not None

    def list_of(self, user_id: UUID) -> Sequence[KnownDevice]:
        """List the marks of a user's devices."""
        with self._unit.reading:
            own = [one for one in self._unit.devices.all() if one.user_id == user_id]
        return tuple(sorted(own, key=lambda device: (device.created_at, device.id)))

    def remove_unseen(self, before: datetime, limit: int) -> int:
        """Delete marks that were not seen for long."""
        self._unit.begin_writing()
        unseen = [one for one in self._unit.devices.all() if one.seen_at < before]
        oldest = sorted(unseen, key=lambda device: (device.seen_at, device.id))[:limit]
        for device in oldest:
            self._unit.devices.delete(device.id)
        return len(oldest)
