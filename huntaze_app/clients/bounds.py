"""A transport that takes no more from another server than an honest answer needs."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import httpx2

LARGEST_ANSWER = 256 * 1024  # bytes
REDIRECTS = range(300, 400)
FAULTS = range(500, 600)


class BoundedTransport(httpx2.AsyncHTTPTransport):
    """Refuses answers that lead elsewhere, report a fault, are packed, or have no end."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(verify=tls)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the answer to a request; raises TransportError for one that will not do."""
        request.headers["Accept-Encoding"] = "identity"
        response = await super().handle_async_request(request)
        packed = response.headers.get("Content-Encoding", "identity") != "identity"
        if packed or response.status_code in REDIRECTS or response.status_code in FAULTS:
            await response.aclose()
            raise httpx2.RemoteProtocolError(f"an answer of {response.status_code}", request=request)
        response.stream = _Bounded(response.stream)
        return response


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream | httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = LARGEST_ANSWER
        async for part in self._stream:  # type: ignore[union-attr]  # an asynchronous transport's
            left -= len(part)
            if left < 0:
                raise httpx2.RemoteProtocolError("an answer without an end")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()  # type: ignore[union-attr]
