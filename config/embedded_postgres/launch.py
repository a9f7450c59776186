"""Makes a data folder and starts a server over it, detached from the process that asked."""

import shutil
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from config.embedded_postgres.errors import EmbeddedPostgresError
from config.embedded_postgres.home import Home, prepare_home
from config.embedded_postgres.owner import Owner

USER = "huntaze"
LOCALE = "C.UTF-8"
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": LOCALE, "LC_ALL": LOCALE}
HASTY = {"fsync": "off", "full_page_writes": "off"}
LOG_LIMIT = 1_000_000  # bytes after which the next start begins a new log


@dataclass(frozen=True)
class Launch:
    """How to start the server of a folder."""

    folder: Path
    options: Mapping[str, str] = field(default_factory=dict)
    durable: bool = True

    def __call__(self, lock: int, *, on_another_port: bool) -> None:
        """Start the server, which inherits the lock's descriptor; it may not be ready yet, or fail."""
        home, owner, binaries = prepare_home(self.folder)
        with self._open_log() as log:
            if not (home.data / "PG_VERSION").exists():
                self._make_data(home, owner, binaries, log, lock)
            # The lock says that no server lives: this file could only mislead, by a number used again.
            (home.data / "postmaster.pid").unlink(missing_ok=True)
            server = [
                str(binaries / "postgres"),
                "-D",
                str(home.data),
                *self._settings(home, owner, on_another_port),
            ]
            # Through a shell that leaves at once: init adopts the server, so it is nobody's zombie.
            owner.run(["sh", "-c", '"$@" &', "sh", *server], output=log, keep=[lock], environment=ENVIRONMENT)

    @property
    def log(self) -> Path:
        """The file of what initdb and the server say."""
        return self.folder / "postgres.log"

    def log_tail(self) -> str:
        """The last lines of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:]) if self.log.exists() else ""

    def _open_log(self) -> BinaryIO:
        is_long = self.log.exists() and self.log.stat().st_size > LOG_LIMIT
        return self.log.open("wb" if is_long else "ab")

    def _make_data(self, home: Home, owner: Owner, binaries: Path, log: BinaryIO, lock: int) -> None:
        # Under another name until it is whole: initdb writes PG_VERSION long before it ends.
        unfinished = home.folder / "data.unfinished"
        for folder in (unfinished, home.data):
            shutil.rmtree(folder, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        owner.give(unfinished)
        home.renew_password(owner)
        command = [binaries / "initdb", "-D", unfinished, "-U", USER, "-E", "UTF8", f"--locale={LOCALE}"]
        command += [
            "-A",
            "scram-sha-256",
            f"--pwfile={home.password}",
            *([] if self.durable else ["--no-sync"]),
        ]
        if owner.run([str(part) for part in command], output=log, keep=[lock], environment=ENVIRONMENT):
            raise EmbeddedPostgresError(f"initdb failed in {home.folder}:\n{self.log_tail()}")
        unfinished.rename(home.data)

    def _settings(self, home: Home, owner: Owner, on_another_port: bool) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(_choose_port(self.folder / "port", on_another_port)),
            "unix_socket_directories": str(home.socket_folder(owner) or ""),
            "timezone": "UTC",
            "log_timezone": "UTC",
            **({} if self.durable else HASTY),
            **self.options,
        }
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _choose_port(note: Path, on_another_port: bool) -> int:
    """The last port if it is still free: an application that outlived its server finds the next one there."""
    last = note.read_text().strip() if note.exists() else ""
    port = 0 if on_another_port or not last.isdigit() else int(last)
    try:
        port = _bind(port)
    except OSError:
        port = _bind(0)
    note.write_text(f"{port}\n")
    return port


def _bind(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server will: connections just closed
        probe.bind(("127.0.0.1", port))
        bound: int = probe.getsockname()[1]
        return bound
