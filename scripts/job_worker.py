"""The process beside the server that does jobs: started, replaced when it dies, and stopped with it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from config.settings import ROOT, Settings
from huntaze_app.jobs import ROUTE
from huntaze_app.stores import choose

STOP_SECONDS = 10
REST = 1.0  # seconds before one that died is replaced


@contextmanager
def job_worker(settings: Settings) -> Iterator[None]:
    """Have a worker do the jobs that are stored in Postgres, while the block runs."""
    choice = choose(ROUTE, settings.toggles)
    if choice is None or choice.backend != "postgres":
        yield
        return
    keeper = _Keeper()
    keeper.start()
    try:
        yield
    finally:
        keeper.stop()


class _Keeper(threading.Thread):
    """Keeps one worker going; the worker has Linux end it with this thread, should the server be killed."""

    def __init__(self) -> None:
        super().__init__(name="job-worker", daemon=True)
        self._stopped = threading.Event()
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Start a worker, and another when it ends."""
        while (process := self._launch()) is not None:
            process.wait()
            self._stopped.wait(REST)

    def stop(self) -> None:
        """End the worker; it may finish what it is at."""
        with self._guard:
            self._stopped.set()
            process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        self.join(STOP_SECONDS)

    def _launch(self) -> subprocess.Popen[bytes] | None:
        with self._guard:
            if self._stopped.is_set():
                return None
            # A group of its own: Ctrl-C is for the server, which stops its worker last.
            command = [sys.executable, "-m", "flask", "--app", "wsgi.py", "jobs", "work", "--parent", str(os.getpid())]
            self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, process_group=0)
            return self._process
