"""Who somebody is, asked of an OpenID Connect provider (Google)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from huntaze_app.clients.bounds import BoundedTransport
from huntaze_app.clock import new_token
from huntaze_app.problems import AddressUnverified, IdentityRefused, UpstreamError

T = TypeVar("T")

TIME_LIMIT = 4.0  # seconds for everything asked of the provider, so that the visitor is answered within 5
FRESH = 600.0  # seconds for which the provider's addresses and keys are believed
LEEWAY = 60  # seconds by which the provider's clock may differ
ALGORITHMS = ("RS256", "ES256")  # signatures with a public key alone: what a token says of itself decides nothing
DISCOVERY = "/.well-known/openid-configuration"
DESCRIBED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
LONGEST_SUBJECT = 255  # OpenID Connect Core, 2
BROKEN = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Attempt:
    """The secrets of one try at signing in; the browser that began it brings them back."""

    state: str = field(default_factory=new_token, repr=False)
    nonce: str = field(default_factory=new_token, repr=False)
    verifier: str = field(default_factory=new_token, repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the provider knows her; the provider has verified that the address is hers."""

    subject: str
    email: str
    name: str


class IdentityProvider(Protocol):
    """Says who somebody is."""

    def address(self, attempt: Attempt) -> str:
        """Return where to send the browser; raises UpstreamError."""
        ...

    def identify(self, attempt: Attempt, code: str) -> Person:
        """Return who comes back with a code; raises UpstreamError, IdentityRefused or AddressUnverified."""
        ...


@dataclass(frozen=True, slots=True)
class _Known:
    """What the provider says of itself."""

    issuer: str
    authorize: str
    token: str
    keys: KeySet
    until: float


class OpenIdProvider:
    """An OpenID Connect provider, by authorization code with PKCE."""

    def __init__(self, discovery_url: str, client_id: str, client_secret: str, redirect_uri: str) -> None:
        self._discovery_url = discovery_url
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._tls = httpx2.create_ssl_context()
        self._known: _Known | None = None

    def address(self, attempt: Attempt) -> str:
        """Return where to send the browser."""
        return _asked(self._address(attempt))

    def identify(self, attempt: Attempt, code: str) -> Person:
        """Return who comes back with a code."""
        return _asked(self._identify(attempt, code))

    async def _address(self, attempt: Attempt) -> str:
        async with self._client() as client:
            known = await self._discovered(client)
            proofs = {"state": attempt.state, "nonce": attempt.nonce, "code_verifier": attempt.verifier}
            url, _state = client.create_authorization_url(known.authorize, **proofs)
            return str(url)

    async def _identify(self, attempt: Attempt, code: str) -> Person:
        async with self._client() as client:
            known = await self._discovered(client)
            grant = {"grant_type": "authorization_code", "code": code, "code_verifier": attempt.verifier}
            token = await _exchanged(client, known.token, grant)
            try:
                return _person(self._claims(token, known, attempt.nonce))
            except InvalidKeyIdError:  # the provider has changed its keys since they were read
                known = await self._discovered(client, anew=True)
            try:
                return _person(self._claims(token, known, attempt.nonce))
            except InvalidKeyIdError as error:
                raise IdentityRefused("unknown key") from error

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._client_id,
            self._client_secret,
            scope="openid email profile",
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_post",  # noqa: S106  # the name of a method
            transport=BoundedTransport(self._tls),
            timeout=TIME_LIMIT,
            follow_redirects=False,
            trust_env=False,
        )

    async def _discovered(self, client: AsyncOAuth2Client, *, anew: bool = False) -> _Known:
        known = self._known
        if known is None or anew or time.monotonic() > known.until:
            known = self._known = await self._discover(client)
        return known

    async def _discover(self, client: AsyncOAuth2Client) -> _Known:
        said = await _document(client, self._discovery_url)
        try:
            issuer, authorize, token, keys = (str(said[name]) for name in DESCRIBED)
            if f"{issuer.removesuffix('/')}{DISCOVERY}" != self._discovery_url:
                raise UpstreamError("the provider calls itself otherwise")
            if any(urlsplit(one).scheme != urlsplit(self._discovery_url).scheme for one in (authorize, token, keys)):
                raise UpstreamError("the provider names an address of another scheme")
            key_set = KeySet.import_key_set(await _document(client, keys))  # type: ignore[arg-type]  # it checks
        except BROKEN as error:
            raise UpstreamError("the provider does not describe itself") from error
        return _Known(issuer, authorize, token, key_set, time.monotonic() + FRESH)

    def _claims(self, token: dict[str, Any], known: _Known, nonce: str) -> dict[str, Any]:
        """Return what the identity token claims; raises InvalidKeyIdError for a key nobody has heard of."""
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        # Google signs itself with and without the scheme (developers.google.com/identity/openid-connect).
        issuers: list[str | int | bool] = [known.issuer, known.issuer.removeprefix("https://")]
        options: Any = {
            "iss": {"essential": True, "values": issuers},
            "aud": {"essential": True, "value": self._client_id},
        }
        expected = {"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")}
        try:
            decoded = jwt.decode(token["id_token"], known.keys, registry=registry)
            claims = CodeIDToken(decoded.claims, decoded.header, options, expected)
            claims.validate(leeway=LEEWAY)
        except InvalidKeyIdError:
            raise
        except BROKEN as error:
            raise IdentityRefused(type(error).__name__) from error
        return dict(claims)


def _person(claims: dict[str, Any]) -> Person:
    subject, email, name = (claims.get(key) for key in ("sub", "email", "name"))
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not isinstance(email, str):
        raise IdentityRefused("no subject or no address")
    if claims.get("email_verified") is not True:
        raise AddressUnverified
    return Person(subject, email, name if isinstance(name, str) else "")


async def _exchanged(client: AsyncOAuth2Client, address: str, grant: dict[str, str]) -> dict[str, Any]:
    try:
        return dict(await client.fetch_token(address, **grant))
    except (ValueError, RecursionError) as error:
        raise UpstreamError("the provider does not answer in JSON") from error


async def _document(client: AsyncOAuth2Client, url: str) -> dict[str, Any]:
    response = await client.request("GET", url, withhold_token=True)
    try:
        document = response.raise_for_status().json()
    except (ValueError, RecursionError) as error:
        raise UpstreamError("the provider does not answer in JSON") from error
    if not isinstance(document, dict):
        raise UpstreamError("the provider does not answer with an object")
    return document


def _asked(work: Coroutine[Any, Any, T]) -> T:
    """Do the work within the time limit; raises UpstreamError when the provider does not keep its part."""
    try:
        return _within(TIME_LIMIT, work)
    except OAuthError as error:
        if error.error == "invalid_grant":  # the code is used up, too old, or another browser's
            raise IdentityRefused("invalid_grant") from error
        raise UpstreamError("the provider refuses us") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, TimeoutError) as error:
        raise UpstreamError(type(error).__name__) from error


def _within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """Run it to its end or to the end of its time, whatever it waits for: a name, a connection, a slow byte.

    In a thread of its own: the caller's may be running a loop already.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_run, seconds, work).result()


def _run(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(asyncio.wait_for(work, seconds))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
