"""Access tokens: a quarter of an hour, one form, one key, and nothing else passes as one."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask

from huntaze_app.clock import now
from huntaze_app.security.bearer_tokens import BearerTokens
from repositories.entities.users import Role
from tests.answers import assert_error, session_token
from tests.functional.test_sign_in import EMAIL, add_user
from tests.functional.test_tokens import claims_of, looks, me, refresh
from tests.people import PASSWORD, api_key, bearer, creator, invitation, sign_up, token_pair

START = datetime(2026, 3, 27, 22, 30, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize(("after", "status"), [(899, 200), (900, 401), (10**6, 401)])
def test_an_access_token_lasts_a_quarter_of_an_hour(app: Flask, after: int, status: int) -> None:
    creator(app)
    with time_machine.travel(START, tick=False):
        token = token_pair(app)["accessToken"]

    with time_machine.travel(START + after * SECOND - MICROSECOND * (status == 200), tick=False):
        assert me(app, token) == status


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part, separators=(",", ":")).encode()).rstrip(b"=").decode()


def forged(header: object, claims: object, key: bytes) -> str:
    body = f"{encoded(header)}.{encoded(claims)}"
    return f"{body}.{base64.urlsafe_b64encode(hmac.new(key, body.encode(), sha256).digest()).rstrip(b'=').decode()}"


OURS = {"typ": "at+jwt", "alg": "HS256"}
SECRET = b"a secret of the tests, and of nobody else"


def forgeries(token: str) -> dict[str, str]:
    """Tokens that resemble a good one."""
    head, body, signature = token.split(".")
    claims = claims_of(token)
    key = hmac.new(SECRET, b"huntaze access tokens", sha256).digest()
    return {
        "no signature": f"{head}.{body}.",
        "another signature": f"{head}.{body}.{signature[::-1]}",
        "longer": f"{head}.{encoded({**claims, 'exp': claims['exp'] + 1})}.{signature}",
        "alg none": f"{encoded({'typ': 'at+jwt', 'alg': 'none'})}.{body}.",
        "alg none, signed": forged({"typ": "at+jwt", "alg": "none"}, claims, key),
        "alg HS512": forged({"typ": "at+jwt", "alg": "HS512"}, claims, key),
        "typ JWT": forged({"typ": "JWT", "alg": "HS256"}, claims, key),
        "header swapped": forged({"alg": "HS256", "typ": "at+jwt"}, claims, key),
        "own key": forged({**OURS, "jwk": {"kty": "oct", "k": "AAAA"}}, claims, b"\0\0\0"),
        "the bare secret": forged(OURS, claims, SECRET),
        "no key": forged(OURS, claims, b""),
        "another audience": forged(OURS, {**claims, "aud": "others"}, key),
        "another issuer": forged(OURS, {**claims, "iss": "others"}, key),
        "expired": forged(OURS, {**claims, "exp": 1}, key),
        "no JSON": f"{head}.AAAA.{signature}",
        "two parts": f"{head}.{body}",
        "four parts": f"{token}.{signature}",
        "cut": token[:-1],
        "huge": f"{head}.{'A' * 7000}.{signature}",
        "nested": forged(OURS, json.loads("[" * 300 + "]" * 300), b"x"),
    }


def test_the_forged_are_forged_well(app: Flask) -> None:
    """The test below would pass if nothing forged could be good."""
    creator(app)
    token = token_pair(app)["accessToken"]
    key = hmac.new(SECRET, b"huntaze access tokens", sha256).digest()

    assert me(app, forged(OURS, claims_of(token), key)) == 200
    assert me(app, forged(OURS, {**claims_of(token), "fam": str(uuid4())}, key)) == 401
    assert me(app, forged(OURS, {**claims_of(token), "sub": str(uuid4())}, key)) == 401


def test_a_forged_access_token_is_refused_without_a_look_at_the_store(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    creator(app)
    token = token_pair(app)["accessToken"]
    opened = looks(app, monkeypatch)

    for way, one in forgeries(token).items():
        assert me(app, one) == 401, way
    assert opened == []
    assert me(app, token) == 200
    assert opened == ["auth"]


def test_no_other_token_passes_as_an_access_token(app: Flask) -> None:
    zoe = creator(app)
    pair = token_pair(app)
    session = session_token(app.test_client().post("/api/auth/signin", json={"email": EMAIL, "password": PASSWORD}))
    form = app.test_client().get("/signin").text.partition('name="csrf_token" value="')[2].partition('"')[0]

    for other in (pair["refreshToken"], session, form):
        assert me(app, other) == 401
    for other in (pair["accessToken"], session, form, api_key(zoe, "profile:read")):
        assert_error(refresh(app, other), 401, "unauthenticated")


def test_a_token_knows_no_role(app: Flask) -> None:
    """I7: what a program may do is asked at each call."""
    add_user(app, "boss@example.fr", password_hash=app.extensions["passwords"].hash(PASSWORD), role=Role.ADMIN)
    pair = token_pair(app, "boss@example.fr")
    client = app.test_client()

    assert client.get("/api/admin/invites", headers=bearer(pair["accessToken"])).status_code == 200
    assert "ADMIN" not in json.dumps(claims_of(pair["accessToken"]))


def test_a_token_of_another_secret_is_worth_nothing(app: Flask) -> None:
    sign_up(app.test_client(), EMAIL, invitation(app))
    claims = claims_of(token_pair(app)["accessToken"])

    other = BearerTokens("another secret").access(UUID(claims["sub"]), UUID(claims["fam"]), now())

    assert me(app, other) == 401
