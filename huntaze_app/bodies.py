"""Takes in a request's body before anything is done with it, and never with the last free thread.

The server reads a body in the thread that answers, as slowly as the client sends it. So only so many threads may
be reading at a time: whoever sends slowly keeps them, and the others still answer what has no body.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from io import BytesIO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

UNREAD = "huntaze.unread"  # in the environment: no thread was free to take the body in
WAIT = 0.25  # seconds to wait for a place; reading what has arrived takes far less


class Bodies:
    """Wraps an application; a body over `limit` bytes is left to it to refuse."""

    def __init__(self, app: WSGIApplication, *, readers: int, limit: int) -> None:
        self._app = app
        self._places = threading.BoundedSemaphore(max(1, readers))
        self._limit = limit

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Take in the body, if there is one, and pass the request on."""
        if _has_body(environ, self._limit):
            body = self._read(environ)
            environ[UNREAD] = body is None
            environ["wsgi.input"] = BytesIO(body or b"")
            environ["CONTENT_LENGTH"] = str(len(body or b""))  # a chunked body had none
            environ.pop("HTTP_TRANSFER_ENCODING", None)
        return self._app(environ, start_response)

    def _read(self, environ: WSGIEnvironment) -> bytes | None:
        if not self._places.acquire(timeout=WAIT):
            return None
        # no byte more than was announced: some servers would wait for the next request to fill it up
        announced = "HTTP_TRANSFER_ENCODING" not in environ
        size = int(environ["CONTENT_LENGTH"]) if announced else self._limit + 1
        try:
            body: bytes = environ["wsgi.input"].read(size)
        finally:
            self._places.release()
        return body


def _has_body(environ: WSGIEnvironment, limit: int) -> bool:
    if "HTTP_TRANSFER_ENCODING" in environ:
        return True
    length = environ.get("CONTENT_LENGTH") or "0"
    return length.isascii() and length.isdigit() and len(length) < 10 and 0 < int(length) <= limit
