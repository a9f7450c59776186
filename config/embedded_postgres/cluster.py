"""The processes of one server: started or found, stopped, killed. Callers hold the start lock."""

import signal
import time

from config.embedded_postgres.errors import EmbeddedPostgresError
from config.embedded_postgres.home import Home, find_home
from config.embedded_postgres.launch import Launch
from config.embedded_postgres.locks import try_lock, wait_lock
from config.embedded_postgres.processes import Postmaster, find_postmaster, kill_servers, send_signal

PATIENCE = 60.0  # seconds; the slow case is a start that recovers from a crash
PAUSE = 0.01
LAUNCHES = 2  # the second on another port, in case somebody took the first in between


class Cluster:
    """The server over a folder's data.

    All its processes inherit `server.lock`: whoever gets that lock knows that none of them lives,
    even where their numbers cannot be seen (two containers over one folder).
    """

    def __init__(self, launch: Launch) -> None:
        self._launch = launch
        self._lock = launch.folder / "server.lock"

    @property
    def home(self) -> Home:
        """Where the data and the password are."""
        return find_home(self._launch.folder)

    @property
    def postmaster(self) -> Postmaster | None:
        """The live postmaster, if there is one."""
        return find_postmaster(self.home.data)

    def start(self) -> int:
        """Start the server, or find it running; return its port once it takes connections."""
        deadline, launches = time.monotonic() + PATIENCE, 0
        while not ((server := self.postmaster) and server.is_ready):
            if (lock := try_lock(self._lock)) is not None:
                with lock:
                    self._refuse_if(launches == LAUNCHES, "did not start")
                    self._launch(lock.descriptor, on_another_port=launches > 0)
                launches += 1
            elif not server and not launches:
                kill_servers(self.home.data)  # orphans of a postmaster or a starter that was killed
            self._refuse_if(time.monotonic() > deadline, f"is not ready after {PATIENCE:.0f} s")
            time.sleep(PAUSE)
        return server.port

    def stop(self) -> None:
        """Stop the server, politely at first; return when its last process is gone."""
        for number, seconds in ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0)):
            if server := self.postmaster:
                send_signal(server.pid, number)
                if self._is_over(seconds):
                    return
        self.kill()

    def kill(self) -> None:
        """SIGKILL every process of the server; return when the last is gone."""
        deadline = time.monotonic() + PATIENCE
        while self._lock.exists() and not self._is_over(PAUSE):
            kill_servers(self.home.data)
            self._refuse_if(time.monotonic() > deadline, "cannot be killed from here")

    def _is_over(self, seconds: float) -> bool:
        if lock := wait_lock(self._lock, seconds):
            lock.release()
        return lock is not None

    def _refuse_if(self, fault: bool, sentence: str) -> None:
        if fault:
            raise EmbeddedPostgresError(
                f"PostgreSQL in {self._launch.folder} {sentence}. Its log ends so:\n{self._launch.log_tail()}"
            )
