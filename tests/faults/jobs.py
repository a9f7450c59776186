"""`flask jobs work` in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.faults.web import CHECKOUT, PROC, STOP_SECONDS


class JobWorker:
    """A worker on a database, that may be killed and started again."""

    def __init__(self, log: Path, database: str, **settings: str) -> None:
        self._log = log
        self._settings = {"DATABASE_URL": database, "SECRET_KEY": "a secret of the fault tests alone", **settings}
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
        """Start it, and do not wait."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi.py", "jobs", "work"]
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **self._settings}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL it."""
        if self._process is not None:
            self.process.kill()
            self.process.wait(STOP_SECONDS)

    def stop(self) -> int:
        """Stop it politely and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)

    def cpu_seconds(self) -> float:
        """How long it has computed."""
        fields = (PROC / str(self.process.pid) / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
