"""OpenID Connect providers on loopback: an honest one that can be told to lie, and somebody else's."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from config.settings import Google

CLIENT_ID = "huntaze-tests"
CLIENT_SECRET = "a secret of the tests"  # nobody else's
WELL_KNOWN = "/.well-known/openid-configuration"
ZOE: dict[str, Any] = {"sub": "1001", "email": "zoe@example.fr", "email_verified": True, "name": "Zoé Martin"}

Claims = dict[str, Any]


class OidcProvider:
    """Signs in whoever `person` is at once; checks client, code, PKCE and address as the standard says."""

    keys: ClassVar[list[RSAKey]] = []

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = self.new_key()
        self.person: Claims = dict(ZOE)
        self.sign: Callable[[Claims], str] = self.signed
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self._lock = threading.Lock()

    @classmethod
    def new_key(cls) -> RSAKey:
        """A key of its own; made once for a run, for making one takes long."""
        if not cls.keys:
            cls.keys.append(RSAKey.generate_key(2048, {"kid": "first"}, auto_kid=False))
        return cls.keys[0]

    @property
    def google(self) -> Google:
        """The settings of a product that trusts it."""
        return Google(CLIENT_ID, CLIENT_SECRET, self.url + WELL_KNOWN)

    def signed(self, claims: Claims, **header: str) -> str:
        """An identity token as it should be."""
        return jwt.encode({"alg": "RS256", "kid": str(self.key.kid), **header}, claims, self.key)

    def described(self) -> dict[str, Any]:
        """What it says of itself."""
        own = {name: f"{self.url}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        return {"issuer": self.url, **own}

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes back to, with a code."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What a code is exchanged for, once."""
        with self._lock:
            begun = self.codes.pop(form.get("code", ""), None)
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            begun is None
            or begun.get("code_challenge_method") != "S256"
            or begun["code_challenge"] != base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
            or begun["redirect_uri"] != form.get("redirect_uri")
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": begun["nonce"]}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.sign({**said, **self.person})}


class _Handler(BaseHTTPRequestHandler):
    provider: ClassVar[OidcProvider]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.provider.asked.append(parts.path)
        if parts.path == "/authorization_endpoint":
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(dict(parse_qsl(parts.query))))
            self.end_headers()
        elif parts.path == "/jwks_uri":
            self._answer(200, {"keys": [self.provider.key.as_dict(private=False)]})
        else:
            self._answer(200, self.provider.described())

    def do_POST(self) -> None:
        self.provider.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(*self.provider.token({name: values[0] for name, values in parse_qs(body).items()}))

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name it has there
        """Say nothing."""


@contextmanager
def oidc_provider() -> Iterator[OidcProvider]:
    """A provider on a port of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    provider = OidcProvider(f"http://127.0.0.1:{server.server_port}")
    server.handle_error = lambda *_args: None  # type: ignore[method-assign]  # who asked may be gone already
    server.RequestHandlerClass = type("Handler", (_Handler,), {"provider": provider})
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        """Lead nowhere."""


def consent(address: str, form: dict[str, str] | None = None) -> str:
    """Go to the provider as a browser would, perhaps submit its form, and return where it leads back to."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
    try:
        opener.open(address, urlencode(form).encode() if form else None, timeout=5).close()
    except urllib.error.HTTPError as answer:
        with answer:
            return str(answer.headers["Location"])
    raise AssertionError("the provider did not lead back")


@contextmanager
def foreign_provider(*people: Claims) -> Iterator[str]:
    """Somebody else's provider (oidc-provider-mock), in a process of its own; the address where it describes itself."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = [part for person in people for part in ("--user-claims", json.dumps(person))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--host", "127.0.0.1", "--port", str(port), *told]
    environ = {**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"}
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ)
    try:
        _wait_for(port, running)
        yield f"http://127.0.0.1:{port}{WELL_KNOWN}"
    finally:
        running.terminate()
        running.wait(10)


def _wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and running.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("oidc-provider-mock did not start")
