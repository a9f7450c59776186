"""A ZIP that is written while it is sent: never more of it in memory than a few pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

OWNER_ONLY = 0o600 << 16  # the mode of a file, where ZIP keeps it


class _Outlet:
    """What a ZIP is written to: keeps what it is given until that is taken away, and cannot be sought in."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        """Keep a part."""
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is nothing behind it."""

    def close(self) -> None:
        """Do nothing, either."""

    def take(self) -> Iterator[bytes]:
        """Hand out what was written since the last time."""
        parts, self._parts = self._parts, []
        if parts:
            yield b"".join(parts)


def zipped(files: Iterable[tuple[str, Iterable[bytes]]], at: datetime) -> Iterator[bytes]:
    """Write a ZIP of files, each a name and its parts, and hand it out part by part."""
    outlet = _Outlet()
    with ZipFile(outlet, "w", ZIP_DEFLATED) as archive:
        for name, parts in files:
            entry = ZipInfo(name, at.timetuple()[:6])
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, OWNER_ONLY
            with archive.open(entry, "w") as file:
                for part in parts:
                    file.write(part)
                    yield from outlet.take()
    yield from outlet.take()
