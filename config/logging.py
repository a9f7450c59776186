"""Logs: one JSON object a line in production, readable lines in development."""

from __future__ import annotations

import atexit
import contextlib
import logging
import sys
import threading
import time
from functools import cache
from queue import SimpleQueue
from typing import Any, Protocol

import orjson
import structlog

GATHERING = 0.02  # seconds in which the writer gathers lines
LAST = b""


def _to_json(event: dict[str, Any], **_options: Any) -> bytes:
    return orjson.dumps(event, default=str)


def configure_logging(*, as_json: bool, context: structlog.typing.Processor) -> None:
    """Send the product's events to standard error; `context` adds what is known of the request."""
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        context,
    ]
    if as_json:
        shared += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_to_json)]
        factory: Any = structlog.BytesLoggerFactory(sys.stderr.buffer)
    else:
        # the plain traceback: a rich one shows local variables, and with them passwords
        plain = structlog.dev.plain_traceback
        shared.append(structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain))
        factory = structlog.PrintLoggerFactory(sys.stderr)
    structlog.configure(
        processors=shared,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=factory,
        cache_logger_on_first_use=False,
    )


class AccessLog(Protocol):
    """Writes the line of one answered request."""

    def __call__(self, **line: Any) -> None:
        """Write the line."""
        ...


class LineWriter:
    """Writes lines to standard error from a thread of its own, many at once.

    A write lets go of the interpreter's lock, and taking it back under load costs more than the rest of the
    line; so a request only puts its line into a queue.
    """

    def __init__(self) -> None:
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        self._thread = threading.Thread(target=self._write_lines, name="access-log", daemon=True)
        self._thread.start()
        atexit.register(self._close)

    def put(self, line: bytes) -> None:
        """Have a line written soon."""
        self._lines.put(line)

    def _write_lines(self) -> None:
        is_open = True
        while is_open:
            lines = [self._lines.get()]
            time.sleep(GATHERING)
            while not self._lines.empty():
                lines.append(self._lines.get())
            is_open = LAST not in lines
            _write(b"".join(line + b"\n" for line in lines if line is not LAST))

    def _close(self) -> None:
        self._lines.put(LAST)
        self._thread.join(timeout=2)


def _write(text: bytes) -> None:
    # Whoever reads the log may have gone; requests go on.
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.buffer.write(text)
        sys.stderr.buffer.flush()


@cache
def line_writer() -> LineWriter:
    """Return the one writer of this process."""
    return LineWriter()


def access_log(*, as_json: bool) -> AccessLog:
    """Return what writes access lines, past structlog, for there is one on every request."""
    out = line_writer()

    def write_json(**line: Any) -> None:
        out.put(orjson.dumps(line))

    def write_readable(**line: Any) -> None:
        text = "{method} {path} {status} {durationMs} ms · {backend} · {requestId}".format(**line)
        out.put(text.encode("utf-8", "backslashreplace") if text.isprintable() else ascii(text).encode())

    return write_json if as_json else write_readable
