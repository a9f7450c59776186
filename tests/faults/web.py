"""The product as its users start it: `scripts.serve` in a process of its own, and what is left of it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from tests.faults.http import Caller

CHECKOUT = Path(__file__).parents[2]
PROC = Path("/proc")
START_SECONDS = 40.0
STOP_SECONDS = 20.0
CHEAP_HASHES = {"PASSWORD_HASH_MEMORY_KIB": "64", "PASSWORD_HASH_TIME_COST": "1"}
REAL_HASHES = {"PASSWORD_HASH_MEMORY_KIB": "19456", "PASSWORD_HASH_TIME_COST": "2"}
SEED_PASSWORD = "a password of the fault tests"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(is_so: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something; fail with the sentence when it takes too long."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.01)


class WebServer:
    """`python -m scripts.serve` in a session of its own, on a port that it keeps over restarts."""

    def __init__(self, log: Path, settings: Mapping[str, str], checkout: Path = CHECKOUT) -> None:
        self.port = free_port()
        self.caller = Caller(self.port)
        self._log = log
        self._checkout = checkout
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The process that was started last."""
        assert self._process, "never started"
        return self._process

    @property
    def log(self) -> str:
        """What it wrote since it was first started."""
        return self._log.read_text(errors="replace")

    def start(self) -> None:
        """Start it; return once it answers."""
        self.launch()
        deadline = time.monotonic() + START_SECONDS
        while not self.is_alive():
            assert self.process.poll() is None, f"the web server ended\n{self.log[-3000:]}"
            assert time.monotonic() < deadline, f"the web server does not answer\n{self.log[-3000:]}"
            time.sleep(0.01)

    def launch(self) -> None:
        """Start it, and do not wait."""
        environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "SEED_PASSWORD": SEED_PASSWORD,
            "RATELIMIT_ENABLED": "false",
            **self._settings,
        }
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "scripts.serve"],
                cwd=self._checkout,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def workers(self) -> list[int]:
        """The live processes it started to answer; the database has its own session."""
        return [pid for pid in self.members() if pid != self.process.pid and pid not in self.job_workers()]

    def job_workers(self) -> list[int]:
        """The live processes it started to do jobs."""
        return [pid for pid in self.members() if b"\0jobs\0work\0" in _command_of(pid)]

    def members(self) -> list[int]:
        """Every live process of its session."""
        everyone = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())
        return [pid for pid in everyone if _session_of(pid) == self.process.pid]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the main process alone."""
        self.process.send_signal(number)

    def interrupt(self) -> None:
        """Press Ctrl-C: the terminal sends SIGINT to the whole process group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def exit_code(self, seconds: float = STOP_SECONDS) -> int:
        """Wait for the main process to end, and return its code."""
        return self.process.wait(seconds)

    def stop(self) -> int:
        """Stop it politely and return its exit code."""
        self.signal(signal.SIGTERM)
        return self.exit_code()

    def kill(self) -> None:
        """SIGKILL every process of it; return when the last is gone."""
        if self._process is None:
            return
        for pid in [self.process.pid, *self.members()]:
            if pid == self.process.pid or _session_of(pid) == self.process.pid:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)
        wait_until(lambda: not self.members(), STOP_SECONDS, "every process of the server is gone")

    def is_alive(self) -> bool:
        """Whether it answers."""
        with suppress(OSError, http.client.HTTPException):
            return self.caller.get("/healthz", seconds=1).status == 200
        return False


def _command_of(pid: int) -> bytes:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def _session_of(pid: int) -> int | None:
    """The session of a live process; a zombie has none."""
    try:
        state, _parent, _group, session = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[:4]
    except (OSError, ValueError):
        return None
    return None if state == "Z" else int(session)
