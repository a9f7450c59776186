"""Servers under test: started, loaded with wrk, and asked how much CPU they took."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Figures:
    """What one load showed; CPU in microseconds a request, latencies in milliseconds."""

    requests: float
    cpu: float
    p50: float
    p99: float


class Server:
    """A program that answers on a port, in a process group of its own."""

    def __init__(self, command: list[str], environ: Mapping[str, str], port: int) -> None:
        self.port = port
        self._process = subprocess.Popen(
            command,
            env={**os.environ, **environ},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait(self) -> None:
        """Wait until it listens."""
        for _ in range(200):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            time.sleep(0.1)
        raise RuntimeError("the server does not listen")

    def load(self, path: str, cookie: str, connections: int, seconds: int) -> Figures:
        """Load it with wrk."""
        before = self._cpu()
        threads = min(2, connections)
        command = ["wrk", "-t", str(threads), "-c", str(connections), "-d", f"{seconds}s", "--latency"]
        command += ["-H", f"Cookie: __Host-huntaze_session={cookie}", f"http://127.0.0.1:{self.port}{path}"]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        spent = self._cpu() - before
        if "Non-2xx" in out:
            raise RuntimeError(out)
        total = int(re.search(r"(\d+) requests in", out)[1])  # type: ignore[index]  # wrk always says so
        return Figures(total / seconds, spent / total * 1e6, _latency(out, "50%"), _latency(out, "99%"))

    def stop(self) -> None:
        """End it, and all that it started."""
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(20)

    def _cpu(self) -> float:
        """Return the seconds of CPU, user and system, of its whole process group."""
        stats = (_stat(folder) for folder in Path("/proc").iterdir() if folder.name.isdigit())
        return (
            sum(int(stat[11]) + int(stat[12]) for stat in stats if stat and int(stat[2]) == self._process.pid) / TICKS
        )


def _stat(folder: Path) -> list[str]:
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _latency(out: str, mark: str) -> float:
    number, unit = re.search(rf"{mark}\s+([\d.]+)(us|ms|s)", out).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def granian(target: str, port: int, workers: int, threads: int, environ: Mapping[str, str]) -> Server:
    """Start the production server on a WSGI application."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--no-log"]
    command += ["--workers", str(workers), "--blocking-threads", str(threads)]
    command += ["--host", "127.0.0.1", "--port", str(port), target]
    return Server(command, environ, port)
