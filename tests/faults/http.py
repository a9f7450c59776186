"""Real requests over HTTP: one by one, all at once, or so many a second."""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")

PATIENCE = 30.0  # seconds; a server that hangs fails the test, not the run


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, and when it was asked for and read, on the monotonic clock."""

    status: int
    headers: dict[str, str]
    text: str
    asked_at: float
    read_at: float
    cookie: str = ""  # those it sets, as a request carries them

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.read_at - self.asked_at

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.text)


@dataclass(frozen=True, slots=True)
class Caller:
    """Asks a server on this machine, over a new connection each time."""

    port: int

    def get(self, path: str, cookie: str | None = None, *, seconds: float = PATIENCE, **headers: str) -> Answer:
        """Ask for a page or an object."""
        return self.ask("GET", path, None, cookie, seconds, **headers)

    def post(self, path: str, body: object, cookie: str | None = None, *, seconds: float = PATIENCE) -> Answer:
        """Send JSON."""
        return self.ask("POST", path, body, cookie, seconds)

    def ask(self, method: str, path: str, body: object, cookie: str | None, seconds: float, **headers: str) -> Answer:
        """Send a request and read the whole response; raises OSError or HTTPException when there is none."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if cookie:
            sent["Cookie"] = cookie
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        started = time.monotonic()
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, sent)
            response = connection.getresponse()
            text = response.read().decode()
            found = {name.lower(): value for name, value in response.getheaders()}
            set_cookies = response.headers.get_all("Set-Cookie", [])
            cookies = "; ".join(value.partition(";")[0] for value in set_cookies)
            return Answer(response.status, found, text, started, time.monotonic(), cookies)
        finally:
            connection.close()


def at_once(count: int, work: Callable[[int], T]) -> list[T]:
    """Do the work `count` times, all starting together; return the results in order."""
    barrier = threading.Barrier(count)

    def start(number: int) -> T:
        barrier.wait(PATIENCE)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(start, range(count)))


def tell(measured: str) -> None:
    """Write what was measured; pytest shows it with -s, or when the test fails."""
    sys.stdout.write(f"\n  {measured}\n")


def percentile(seconds: list[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))]


class Load:
    """Calls `work` so many times a second, each time with the next number, until the block ends.

    The calls come at their time whether or not those before were answered. A call that meets no
    server at all (OSError, HTTPException) is noted in `unanswered_at`, with the time at which it began.
    """

    def __init__(self, work: Callable[[int], Answer], *, a_second: float, threads: int) -> None:
        self.unanswered_at: list[float] = []
        self._work = work
        self._pause = 1 / a_second
        self._pool = ThreadPoolExecutor(threads)
        self._made: list[Future[Answer | None]] = []
        self._over = threading.Event()
        self._clock = threading.Thread(target=self._run, name="load")

    @property
    def answers(self) -> list[Answer]:
        """Every answer, in the order of the calls; waits for those under way."""
        return [answer for made in self._made if (answer := made.result(PATIENCE))]

    @property
    def unanswered(self) -> int:
        """How many calls met no server."""
        return len(self.unanswered_at)

    def stop(self) -> None:
        """Make no more calls; those under way go on."""
        self._over.set()
        self._clock.join()

    def __enter__(self) -> Self:
        self._clock.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._pool.shutdown(cancel_futures=kind is not None)

    def _run(self) -> None:
        start = time.monotonic()
        while not self._over.wait(max(0.0, start + len(self._made) * self._pause - time.monotonic())):
            self._made.append(self._pool.submit(self._call, len(self._made)))

    def _call(self, number: int) -> Answer | None:
        began = time.monotonic()
        try:
            return self._work(number)
        except (OSError, http.client.HTTPException):
            self.unanswered_at.append(began)
            return None
