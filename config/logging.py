"""Logs: one JSON object a line in production, readable lines in development."""

from __future__ import annotations

import logging
import sys
from typing import Any, Protocol

import orjson
import structlog


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


def access_log(*, as_json: bool) -> AccessLog:
    """Return what writes access lines: straight to the stream, for there is one on every request."""
    out = structlog.BytesLogger(sys.stderr.buffer)

    def write_json(**line: Any) -> None:
        out.msg(orjson.dumps(line))

    def write_readable(**line: Any) -> None:
        text = "{method} {path} {status} {durationMs} ms · {backend} · {requestId}".format(**line)
        out.msg(text.encode("utf-8", "backslashreplace"))

    return write_json if as_json else write_readable
