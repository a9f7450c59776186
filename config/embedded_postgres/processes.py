"""What /proc and postmaster.pid say of a server; neither is believed without the other."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Postmaster:
    """The live first process of the server over a data folder."""

    pid: int
    port: int
    status: str

    @property
    def is_ready(self) -> bool:
        """Whether it takes connections."""
        return self.status == "ready"


def find_postmaster(data: Path) -> Postmaster | None:
    """The postmaster named by postmaster.pid, when that process is alive and works in this data folder."""
    try:
        lines = [line.strip() for line in (data / "postmaster.pid").read_text().splitlines()]
        found = Postmaster(int(lines[0]), int(lines[3]), (lines + [""] * 8)[7])
    except (FileNotFoundError, IndexError, ValueError):  # none, or not written to its end yet
        return None
    return found if _works_in(data, found.pid) else None


def kill_servers(data: Path) -> None:
    """SIGKILL every process of the server over a data folder, the postmaster first."""
    postmaster = find_postmaster(data)
    everyone = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    for pid in [*([postmaster.pid] if postmaster else []), *everyone]:
        if _works_in(data, pid):
            send_signal(pid, signal.SIGKILL)


def send_signal(pid: int, number: signal.Signals) -> None:
    """Signal a process that may be gone by now."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _works_in(data: Path, pid: int) -> bool:
    # The working folder tells our server from another's with the same number; a zombie has none.
    process = PROC / str(pid)
    try:
        return (process / "comm").read_text() == "postgres\n" and (process / "cwd").samefile(data)
    except OSError:
        return False
