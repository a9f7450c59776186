"""A TCP proxy whose line can go bad while a test watches."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from enum import Enum, auto
from types import TracebackType
from typing import Self

CHUNK = 65536
RESET = struct.pack("ii", 1, 0)  # linger for 0 s: closing sends RST


class Line(Enum):
    """What happens to bytes."""

    UP = auto()
    BLACK_HOLE = auto()  # they vanish; connections stay, and new ones are accepted
    REFUSE = auto()  # new connections are reset; the old ones stay


class TcpProxy:
    """Forwards connections to an address of this machine; `line` may change at any time."""

    def __init__(self, port: int) -> None:
        self.line = Line.UP
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        threading.Thread(target=self._accept, name="tcp-proxy", daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        bound: int = self._listener.getsockname()[1]
        return bound

    def cut(self) -> None:
        """Reset every open connection."""
        with self._guard:
            gone, self._open = self._open, set()
        for end in gone:
            _reset(end)

    def close(self) -> None:
        """Stop listening, and reset what is open."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread in accept; close alone would not
        self._listener.close()
        self.cut()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self._forward(near)

    def _forward(self, near: socket.socket) -> None:
        try:
            if self.line is Line.REFUSE:
                raise ConnectionRefusedError
            far = socket.create_connection(self._target, timeout=5)
        except OSError:
            _reset(near)
            return
        far.settimeout(None)
        with self._guard:
            self._open |= {near, far}
        for source, drain in ((near, far), (far, near)):
            threading.Thread(target=self._pump, args=(source, drain), name="tcp-proxy-pump", daemon=True).start()

    def _pump(self, source: socket.socket, drain: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if self.line is not Line.BLACK_HOLE:
                    drain.sendall(data)
        if self.line is Line.BLACK_HOLE:
            return  # not even the end of a connection gets through
        with self._guard:
            self._open -= {source, drain}
        _reset(source)
        _reset(drain)


def _reset(end: socket.socket) -> None:
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        end.shutdown(socket.SHUT_RDWR)  # wakes the thread in recv
    end.close()
