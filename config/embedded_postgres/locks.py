"""Locks that the kernel drops when the last process that holds them dies, however it dies."""

import fcntl
import os
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from config.embedded_postgres.errors import EmbeddedPostgresError


@dataclass(frozen=True)
class FileLock:
    """A lock held; a child that inherits the descriptor holds it too, even after release()."""

    descriptor: int

    def release(self) -> None:
        """Let go, once."""
        # Closing, never LOCK_UN: that would also take it from the children who inherited it.
        os.close(self.descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def try_lock(path: Path, *, shared: bool = False) -> FileLock | None:
    """Take the lock at once, or return None."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError as error:
        raise EmbeddedPostgresError(
            f"{path.parent} belongs to another user: run as that user, or remove that folder."
        ) from error
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return FileLock(descriptor)


def wait_lock(path: Path, seconds: float) -> FileLock | None:
    """Take the lock as soon as it is free, or return None after that many seconds."""
    deadline = time.monotonic() + seconds
    while (lock := try_lock(path)) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return lock
