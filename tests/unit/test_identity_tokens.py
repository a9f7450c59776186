"""Identity tokens: what the provider, or somebody in its place, may not make the product believe (G10)."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from huntaze_app.clients.identity import Attempt, OpenIdProvider, Person
from huntaze_app.problems import AddressUnverified, IdentityRefused, UpstreamError
from tests.peers.oidc_provider import CLIENT_ID, CLIENT_SECRET, WELL_KNOWN, ZOE, Claims, OidcProvider, consent
from tests.peers.oidc_provider import oidc_provider as running

BACK = "https://beta.huntaze.example/api/auth/google/callback"
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "first"}, auto_kid=False)


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with running() as made:
        yield made


def product(provider: OidcProvider) -> OpenIdProvider:
    return OpenIdProvider(provider.url + WELL_KNOWN, CLIENT_ID, CLIENT_SECRET, BACK)


def identify(asking: OpenIdProvider, begun: Attempt | None = None, ended: Attempt | None = None) -> Person:
    """Go through the whole exchange, perhaps ending another attempt than was begun."""
    begun = begun or Attempt()
    code = parse_qs(urlsplit(consent(asking.address(begun))).query)["code"][0]
    return asking.identify(ended or begun, code)


def test_an_honest_token_says_who_it_is(provider: OidcProvider) -> None:
    assert identify(product(provider)) == Person(ZOE["sub"], ZOE["email"], ZOE["name"])


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"iss": ["https://evil.example"]},
        {"aud": "somebody else"},
        {"aud": ["somebody else", "and another"]},
        {"aud": [CLIENT_ID, "another"]},  # without azp
        {"aud": CLIENT_ID, "azp": "another"},
        {"aud": "somebody else", "azp": CLIENT_ID},
        {"aud": None},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": 7},
        {"nonce": ["x"]},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"exp": None},
        {"iat": 2**40},
        {"iat": "now"},
        {"nbf": 2**40},
        {"sub": ""},
        {"sub": None},
        {"sub": 1001},
        {"sub": "x" * 256},
        {"sub": ["1001"]},
        {"email": None},
        {"email": ["zoe@example.fr"]},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
    ids=str,
)
def test_a_claim_that_is_wrong_is_refused(provider: OidcProvider, lies: Claims) -> None:
    provider.sign = lambda claims: provider.signed({**claims, **lies})

    with pytest.raises(IdentityRefused):
        identify(product(provider))


@pytest.mark.parametrize("missing", ["iss", "aud", "nonce", "exp", "iat", "sub", "email"])
def test_a_claim_that_is_missing_is_refused(provider: OidcProvider, missing: str) -> None:
    provider.sign = lambda claims: provider.signed({name: claims[name] for name in claims if name != missing})

    with pytest.raises(IdentityRefused):
        identify(product(provider))


@pytest.mark.parametrize("verified", [False, None, "true", "false", 1, 0, [True], "absent"])
def test_an_address_that_is_not_verified_is_refused(provider: OidcProvider, verified: object) -> None:
    provider.person = {**ZOE, "email_verified": verified}
    if verified == "absent":
        del provider.person["email_verified"]

    with pytest.raises(AddressUnverified):
        identify(product(provider))


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def unsigned(claims: Claims, header: dict[str, Any], signature: str = "") -> str:
    return f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}.{signature}"


def with_shared_secret(claims: Claims, secret: bytes) -> str:
    """A token whose signature takes what is public for a secret."""
    told = unsigned(claims, {"alg": "HS256", "kid": "first"})[:-1]
    return f"{told}.{encoded(hmac.digest(secret, told.encode(), 'sha256'))}"


def forgeries(key: RSAKey) -> dict[str, Callable[[Claims], Any]]:
    """Ways to write a token without the provider's key."""
    own = ECKey.generate_key("P-256", {"kid": "first"}, auto_kid=False)
    return {
        "alg none": lambda claims: unsigned(claims, {"alg": "none"}),
        "alg none, with the key's name": lambda claims: unsigned(claims, {"alg": "none", "kid": "first"}),
        "alg None": lambda claims: unsigned(claims, {"alg": None, "kid": "first"}),
        "alg nOnE": lambda claims: unsigned(claims, {"alg": "nOnE", "kid": "first"}, "AA"),
        "HS256 with the public key": lambda claims: with_shared_secret(claims, key.as_pem(private=False)),
        "HS256 with its modulus": lambda claims: with_shared_secret(claims, str(key.as_dict()["n"]).encode()),
        "another key of the same name": lambda claims: jwt.encode({"alg": "RS256", "kid": "first"}, claims, OTHER_KEY),
        "another kind of key": lambda claims: jwt.encode({"alg": "ES256", "kid": "first"}, claims, own),
        "unknown kid": lambda claims: jwt.encode({"alg": "RS256", "kid": "unknown"}, claims, OTHER_KEY),
        "a kid that is no text": lambda claims: unsigned(claims, {"alg": "RS256", "kid": {"x": 1}}, "AA"),
        "its own key": lambda claims: jwt.encode(
            {"alg": "RS256", "kid": "first", "jwk": OTHER_KEY.as_dict(private=False)}, claims, OTHER_KEY
        ),
        "critical": lambda claims: unsigned(claims, {"alg": "RS256", "kid": "first", "crit": ["x"]}, "AA"),
        "no signature": lambda claims: unsigned(claims, {"alg": "RS256", "kid": "first"}),
        "no header": lambda claims: unsigned(claims, {}),
        "no token": lambda _claims: "",
        "two parts": lambda _claims: "a.b",
        "five parts": lambda _claims: "a.b.c.d.e",
        "no base64": lambda _claims: "é.é.é",
        "no text": lambda _claims: 7,
        "null": lambda _claims: None,
        "a list": lambda _claims: ["x"],
        "deep": lambda _claims: base64.urlsafe_b64encode(b"[" * 50_000).decode() + ".e30.AA",
    }


@pytest.mark.parametrize("kind", forgeries(OTHER_KEY))
def test_a_forged_token_is_refused(provider: OidcProvider, kind: str) -> None:
    provider.sign = forgeries(provider.key)[kind]

    with pytest.raises(IdentityRefused):
        identify(product(provider))


def test_a_code_needs_the_verifier_of_its_attempt(provider: OidcProvider) -> None:
    """G9: PKCE."""
    begun = Attempt()

    with pytest.raises(IdentityRefused):
        identify(product(provider), begun, Attempt(begun.state, begun.nonce, "x" * 43))


def test_a_token_needs_the_nonce_of_its_attempt(provider: OidcProvider) -> None:
    begun = Attempt()

    with pytest.raises(IdentityRefused):
        identify(product(provider), begun, Attempt(begun.state, "another", begun.verifier))


def test_a_key_that_is_new_is_asked_for_and_others_are_not(provider: OidcProvider) -> None:
    asking = product(provider)
    identify(asking)
    identify(asking)
    assert provider.asked.count("/jwks_uri") == 1

    provider.key = RSAKey.generate_key(2048, {"kid": "second"}, auto_kid=False)
    assert identify(asking).subject == ZOE["sub"]
    assert provider.asked.count("/jwks_uri") == 2


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": 7},
    ],
    ids=str,
)
def test_a_provider_that_describes_itself_oddly_is_not_asked(provider: OidcProvider, described: Claims) -> None:
    honest = provider.described()
    provider.described = lambda: {**honest, **described}  # type: ignore[method-assign]

    with pytest.raises(UpstreamError):
        product(provider).address(Attempt())


def test_what_is_secret_is_not_shown() -> None:
    attempt = Attempt()

    assert attempt.verifier not in repr(attempt)
    assert attempt.state not in repr(attempt)
