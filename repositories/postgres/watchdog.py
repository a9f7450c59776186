"""Notices a database that has fallen silent, for a driver that would wait for it for ever.

A statement is sent and read without a limit of time on our side. The server's own limits (statement_timeout)
hold only while it runs and can be heard; a frozen server, or a path that swallows bytes, says nothing. So one
thread looks at how long each connection has been in use. When one has been for long, it asks the server for a
sign of life over a connection of its own: a server that answers is merely slow, and is left alone. When it does
not, the sockets of those who wait are shut down, which wakes them with an error; and who wants a new connection
is told at once, until the server answers again.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
import time
from typing import Protocol

TICK = 0.2  # seconds between two looks
OVERDUE = 0.5  # seconds in use after which a connection is suspect
PATIENCE = 1.0  # seconds a server has to give a sign of life
IMPATIENCE = 0.3  # the same, once it is known to be silent
REST = 1.0  # seconds between two questions to a server that is only slow

# "Shall we speak TLS?" (the protocol's SSLRequest): one byte answers it, before any log-in.
SIGN_PLEASE = struct.pack("!ii", 8, 80877103)


class Wire:
    """The socket of a connection, held beside the driver, to be cut from another thread."""

    def __init__(self, descriptor: int) -> None:
        # A copy of the descriptor: the driver may close its own, and the number be given to another socket.
        self._socket = socket.socket(fileno=os.dup(descriptor))
        self._guard = threading.Lock()
        self.family = self._socket.family
        self.peer = self._socket.getpeername()

    def cut(self) -> None:
        """Wake whoever waits on the connection, with an error."""
        with self._guard, contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def let_go(self) -> None:
        """Forget the socket."""
        with self._guard:
            self._socket.close()


class Watched(Protocol):
    """What may wait for the database."""

    busy_since: float  # time.monotonic() when it was taken into use; 0 while nobody uses it
    wire: Wire | None  # None while it is not connected


class Watchdog:
    """One thread over all connections of a process, from the first that is opened to `stop`."""

    def __init__(self) -> None:
        self._watched: tuple[Watched, ...] = ()
        self._server: Wire | None = None
        self._is_silent = False
        self._heard_nothing_at = 0.0
        self._guard = threading.Lock()
        self._asking = threading.Lock()
        self._stopped: threading.Event | None = None

    def is_silent(self) -> bool:
        """Say whether connecting would only mean waiting; one caller at a time asks again, for a moment."""
        if self._is_silent and self._asking.acquire(blocking=False):
            try:
                self._is_silent = not self._answers(IMPATIENCE)
            finally:
                self._asking.release()
        return self._is_silent

    def hear_nothing(self) -> None:
        """Learn that connecting took too long."""
        self._is_silent = True
        self._heard_nothing_at = time.monotonic()

    def watch(self, one: Watched) -> None:
        """Look after somebody who has just connected."""
        self._server = one.wire
        with self._guard:
            if one not in self._watched:
                self._watched = (*self._watched, one)
            if self._stopped is None:
                self._stopped = threading.Event()
                threading.Thread(target=self._watch, args=(self._stopped,), name="watchdog", daemon=True).start()

    def stop(self) -> None:
        """End the thread."""
        with self._guard:
            if self._stopped:
                self._stopped.set()
                self._stopped = None

    def _watch(self, stopped: threading.Event) -> None:
        pause = TICK
        while not stopped.wait(pause):
            pause = TICK
            if self._in_use_since_before(time.monotonic() - OVERDUE):
                pause = self._look_closer()

    def _in_use_since_before(self, moment: float) -> list[tuple[Watched, float]]:
        return [(one, since) for one in self._watched if 0 < (since := one.busy_since) < moment]

    def _look_closer(self) -> float:
        """Ask for a sign of life; return the seconds until the next look."""
        asked_at = time.monotonic()
        if self._answers(PATIENCE):
            self._is_silent = False
            return REST
        self._is_silent = True
        # Those who came while we asked have waited long enough to know: nothing came back for them either.
        for one, since in self._in_use_since_before(asked_at):
            wire = one.wire
            if wire is not None and one.busy_since == since:
                wire.cut()
        return TICK

    def _answers(self, seconds: float) -> bool:
        if self._server is None:  # never reached yet: there is nobody to ask, so who fails tells the next
            return time.monotonic() - self._heard_nothing_at > PATIENCE
        with contextlib.suppress(OSError), socket.socket(self._server.family) as line:
            line.settimeout(seconds)
            line.connect(self._server.peer)
            line.sendall(SIGN_PLEASE)
            return bool(line.recv(1))
        return False
