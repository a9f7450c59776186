"""The embedded server as its users see it."""

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from psycopg import OperationalError

from config.embedded_postgres.cluster import PATIENCE, PAUSE, Cluster
from config.embedded_postgres.databases import ensure_database
from config.embedded_postgres.errors import EmbeddedPostgresError
from config.embedded_postgres.launch import USER, Launch
from config.embedded_postgres.locks import FileLock, try_lock, wait_lock
from config.embedded_postgres.processes import PROC

DATABASE = "huntaze"
KNOCKS = 50


class EmbeddedPostgres:
    """A private PostgreSQL over a folder, shared by all who start it, stopped by the last to leave.

    `options` (server settings) and `durable` count for the starter only: who finds the server running
    takes it as it is. Without `durable`, a killed server loses its last commits and a power cut all the data.
    """

    def __init__(self, folder: Path, *, options: Mapping[str, str] = {}, durable: bool = True) -> None:
        self._folder = folder.resolve()
        self._cluster = Cluster(Launch(self._folder, options, durable))
        self._use: FileLock | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the live postmaster."""
        server = self._cluster.postmaster
        return server.pid if server else None

    def start(self) -> str:
        """Start or join the server and return the URL of its database; raises EmbeddedPostgresError."""
        if not PROC.joinpath("self").exists():
            raise EmbeddedPostgresError("The embedded PostgreSQL needs Linux: set DATABASE_URL to a server of yours.")
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._start_lock():
            self._join()
            try:
                return self._open()
            except BaseException:
                self._leave()
                raise

    def stop(self) -> None:
        """Leave the server, and stop it unless a live process still uses it."""
        if self._folder.exists():
            with self._start_lock():
                self._leave()

    def kill(self) -> None:
        """Kill the server with SIGKILL, whoever uses it, as a crash would."""
        if self._folder.exists():
            with self._start_lock():  # else a server that another process starts meanwhile would die too
                self._cluster.kill()

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start_lock(self) -> FileLock:
        if lock := wait_lock(self._folder / "start.lock", 2 * PATIENCE):
            return lock
        raise EmbeddedPostgresError(f"Another process has been starting PostgreSQL in {self._folder} for too long.")

    def _join(self) -> None:
        # Never refused: an exclusive holder also holds the start lock, which is ours now.
        self._use = self._use or try_lock(self._folder / "users.lock", shared=True)

    def _leave(self) -> None:
        if self._use:
            self._use.release()
            self._use = None
        if alone := try_lock(self._folder / "users.lock"):
            with alone:
                self._cluster.stop()

    def _open(self) -> str:
        # A server may be found while it dies, and look well until somebody knocks.
        for _ in range(KNOCKS):
            port = self._cluster.start()
            password = self._cluster.home.password.read_text()
            with suppress(OperationalError):
                return ensure_database(f"postgresql://{USER}:{password}@127.0.0.1:{port}/{DATABASE}", DATABASE)
            time.sleep(PAUSE)
        raise EmbeddedPostgresError(f"PostgreSQL in {self._folder} runs, and refuses the user {USER}.")
