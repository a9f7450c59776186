"""The worker of the memory backend: a thread of the process whose memory it is."""

from __future__ import annotations

import threading
from datetime import datetime
from uuid import uuid4

from croniter import croniter

from repositories.entities.jobs import Job
from repositories.errors import RepositoryError
from repositories.interfaces.work import Work
from repositories.stores import Backend
from repositories.work import do_next

PAUSE = 0.1  # seconds between two looks at an empty queue


class MemoryWorker:
    """Does jobs one by one; the queue ends with the process, so none is ever left behind by another."""

    def __init__(self, backend: Backend, work: Work) -> None:
        self._backend = backend
        self._work = work
        self._stopped = threading.Event()
        self._due = {name: self._next(name) for name in work.schedule}

    def run(self) -> None:
        """Do jobs as they come."""
        while not self._stopped.is_set():
            if not self.step():
                self._stopped.wait(PAUSE)

    def stop(self) -> None:
        """Have `run` return after the job it is at."""
        self._stopped.set()

    def step(self) -> bool:
        """Put what the clock asks for on the queue, and do a job; False when there is none, or no turn to write."""
        try:
            self._keep_time()
            return do_next(self._backend, self._work)
        except RepositoryError:  # another unit has been writing for too long
            return False

    def _keep_time(self) -> None:
        now = self._work.now()
        for name in [name for name, at in self._due.items() if at <= now]:
            with self._backend.unit() as stores:
                stores.jobs.add(Job(uuid4(), name, now, key=f"periodic:{name}"))
            self._due[name] = self._next(name)

    def _next(self, name: str) -> datetime:
        following: datetime = croniter(self._work.schedule[name], self._work.now()).get_next(datetime)
        return following
