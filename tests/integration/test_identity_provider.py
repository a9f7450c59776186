"""An identity provider that is down, slow or strange: 502 within 5 seconds, and nobody else is asked (G13)."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from flask.testing import FlaskClient

from config.settings import Google
from huntaze_app.clients.identity import Attempt, OpenIdProvider
from huntaze_app.problems import UpstreamError
from tests.answers import assert_error
from tests.conftest import MakeApp
from tests.peers.oidc_provider import CLIENT_ID, CLIENT_SECRET, WELL_KNOWN, consent, oidc_provider

JSON = {"Accept": "application/json"}
Peer = Callable[[socket.socket], None]


@contextmanager
def listening(peer: Peer) -> Iterator[str]:
    """A server that does with each connection what `peer` does; the address where it describes itself."""
    over = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)
    threads: list[threading.Thread] = []

    def serve() -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                connection, _address = server.accept()
                threads.append(threading.Thread(target=talk, args=(connection,)))
                threads[-1].start()

    def talk(connection: socket.socket) -> None:
        connection.settimeout(8)
        with connection, suppress(OSError):
            peer(connection)

    accepting = threading.Thread(target=serve)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}{WELL_KNOWN}"
    finally:
        over.set()
        accepting.join()
        for thread in threads:
            thread.join()
        server.close()


def saying(answer: bytes) -> Peer:
    def peer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)

    return peer


def http(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def silent(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def dripping(connection: socket.socket) -> None:
    """Send a byte at a time, so that no read ever waits for long."""
    connection.recv(65536)
    for byte in http("200 OK", b" " * 1000):
        connection.sendall(bytes([byte]))
        time.sleep(0.2)


def endless(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        connection.sendall(b" " * 65536)


PEERS: dict[str, Peer] = {
    "closes": lambda _connection: None,
    "hangs": silent,
    "drips": dripping,
    "never ends": endless,
    "500": saying(http("500 Oops", b"{}")),
    "503 with JSON": saying(http("503 Busy", b'{"error": "busy"}')),
    "404": saying(http("404 Not Found", b"nothing")),
    "HTML": saying(http("200 OK", b"<html>Sign in to the Wi-Fi</html>", "Content-Type: text/html")),
    "an empty body": saying(http("200 OK", b"")),
    "a list": saying(http("200 OK", b"[]")),
    "no HTTP": saying(b"SSH-2.0-OpenSSH\r\n"),
    "half an answer": saying(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"),
    "packed": saying(http("200 OK", gzip.compress(b" " * 10_000_000), "Content-Encoding: gzip")),
    "deep": saying(http("200 OK", b"[" * 100_000)),
    "latin": saying(http("200 OK", b'{"issuer": "\xff\xfe"}')),
}


def visitor(make_app: MakeApp, discovery_url: str) -> FlaskClient:
    return make_app("memory", google=Google(CLIENT_ID, CLIENT_SECRET, discovery_url)).test_client()


@pytest.mark.parametrize("kind", PEERS)
def test_a_provider_that_fails_is_told_within_five_seconds(make_app: MakeApp, kind: str) -> None:
    with listening(PEERS[kind]) as discovery_url:
        client = visitor(make_app, discovery_url)
        started = time.monotonic()
        response = client.get("/api/auth/google", headers=JSON)
        took = time.monotonic() - started

    assert_error(response, 502, "upstream_error")
    assert "Set-Cookie" not in response.headers
    assert took < 5


def test_a_provider_that_is_not_there_is_told_on_a_page_too(make_app: MakeApp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    response = visitor(make_app, f"http://127.0.0.1:{port}{WELL_KNOWN}").get(
        "/api/auth/google", headers={"Accept": "text/html"}
    )

    assert response.status_code == 502
    assert "Un service extérieur ne répond pas comme prévu" in response.text


def test_nobody_is_followed_elsewhere(make_app: MakeApp) -> None:
    """Neither from the description nor with the code: the canary hears nothing."""
    heard = []
    with listening(lambda connection: heard.append(connection.recv(100))) as canary:
        lead = saying(http("302 Found", b"", f"Location: {canary}"))
        with listening(lead) as discovery_url:
            assert_error(visitor(make_app, discovery_url).get("/api/auth/google", headers=JSON), 502, "upstream_error")
        with oidc_provider() as honest, listening(saying(http("307 X", b"", f"Location: {canary}"))) as leading:
            described = {**honest.described(), "token_endpoint": leading}
            honest.described = lambda: described  # type: ignore[method-assign]
            with pytest.raises(UpstreamError):
                asking(honest.url + WELL_KNOWN).identify(Attempt(), "a code")

    assert heard == []


def test_an_endless_answer_is_cut_long_before_the_time_is_up(make_app: MakeApp) -> None:
    """It would fill the memory in the meantime."""
    with listening(endless) as discovery_url:
        started = time.monotonic()
        response = visitor(make_app, discovery_url).get("/api/auth/google", headers=JSON)

    assert_error(response, 502, "upstream_error")
    assert time.monotonic() - started < 3


def test_a_redirect_is_no_answer_though_it_holds_one() -> None:
    with oidc_provider() as honest:
        client, attempt = asking(honest.url + WELL_KNOWN), Attempt()
        code = consent(client.address(attempt)).partition("code=")[2].partition("&")[0]
        answer = honest.token
        honest.token = lambda form: (307, answer(form)[1])  # type: ignore[method-assign]
        with pytest.raises(UpstreamError):
            client.identify(attempt, code)


@pytest.mark.parametrize("kind", PEERS)
def test_a_provider_that_fails_at_the_code_is_told_too(kind: str) -> None:
    with oidc_provider() as honest, listening(PEERS[kind]) as failing:
        described = {**honest.described(), "token_endpoint": failing}
        honest.described = lambda: described  # type: ignore[method-assign]
        started = time.monotonic()
        with pytest.raises(UpstreamError):
            asking(honest.url + WELL_KNOWN).identify(Attempt(), "a code")

    assert time.monotonic() - started < 7  # with the time the peer takes to end


def test_slow_answers_are_slow_together(make_app: MakeApp) -> None:
    """Each within the limit, all of them beyond it: the limit is for the whole."""
    with oidc_provider() as honest:
        described = {**honest.described(), "jwks_uri": f"{honest.url}/and-this-again"}

        def late() -> dict[str, object]:
            time.sleep(2.2)
            return described

        honest.described = late  # type: ignore[method-assign]
        started = time.monotonic()
        response = visitor(make_app, honest.url + WELL_KNOWN).get("/api/auth/google", headers=JSON)
        took = time.monotonic() - started

    assert_error(response, 502, "upstream_error")
    assert took < 5


def asking(discovery_url: str) -> OpenIdProvider:
    return OpenIdProvider(discovery_url, CLIENT_ID, CLIENT_SECRET, "https://beta.huntaze.example/back")


def test_a_thread_with_a_loop_of_its_own_may_ask() -> None:
    """A server, or a browser under test, may run one in the thread that answers."""

    async def ask() -> None:
        asking(f"http://127.0.0.1:1{WELL_KNOWN}").address(Attempt())

    with ThreadPoolExecutor(1) as thread, pytest.raises(UpstreamError):  # this thread's may be a browser's
        thread.submit(lambda: asyncio.run(ask())).result()
