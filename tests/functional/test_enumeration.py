"""D1, D2: nobody learns who has an account. Known and unknown addresses are answered alike and cost alike.

How long the answers take is measured by `scripts/enumeration`; here it is counted what they are made of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from huntaze_app.security.passwords import Passwords
from tests.answers import form_token
from tests.people import creator
from tests.snapshots import snapshot

KNOWN, UNKNOWN = "zoe@example.fr", "eva@example.fr"
GUESS = {"password": "not the password"}
NEW = {"password": "correct horse battery", "name": "Zoé"}
PER_REQUEST = {"X-Request-Id", "Date"}

JSON: dict[str, tuple[str, dict[str, Any]]] = {
    "sign in": ("/api/auth/signin", GUESS),
    "token": ("/api/auth/token", GUESS),
    "magic link": ("/api/auth/magic-link", {}),
    "code": ("/api/auth/magic-link/verify", {"code": "123456"}),
    "forgot": ("/api/auth/password/forgot", {}),
    "sign up without a code": ("/api/auth/signup", NEW),
    "sign up with a wrong code": ("/api/auth/signup", {**NEW, "inviteCode": "F" * 16}),
    "waitlist": ("/api/waitlist", {}),
}
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "sign in": ("/signin", GUESS),
    "magic link": ("/magic", {}),
    "forgot": ("/forgot", {}),
    "sign up": ("/signup", {**NEW, "invite_code": "F" * 16}),
}
# The waitlist keeps who is not yet anybody; that the answer is the same is all that a caller sees.
STORES_OTHERWISE = {"waitlist"}


def told(app: Flask, email: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, list[str]], bytes]:
    """What a caller is told: status, headers and bytes, without what names the request or repeats the address."""
    client = app.test_client()
    if path.startswith("/api/"):
        answer = client.post(path, json={**body, "email": email})
        names = {answer.headers["X-Request-Id"]}
    else:
        token = form_token(client)
        answer = client.post(path, data={**body, "email": email, "csrf_token": token})
        names = {answer.headers["X-Request-Id"], token, form_token(client)}
    headers = {key: answer.headers.getlist(key) for key in answer.headers.keys() if key not in PER_REQUEST}  # noqa: SIM118
    if cookies := headers.pop("Set-Cookie", None):
        headers["Set-Cookie"] = [one.partition("=")[0] + one.partition(";")[2] for one in cookies]
    text = answer.data
    for one in (*names, email):
        text = text.replace(one.encode(), b"*")
    return answer.status_code, headers, text


def stored(app: Flask) -> dict[str, int]:
    """How many rows there are of each kind."""
    return {name: len(rows) for name, rows in snapshot(app).items()}


@pytest.mark.parametrize("name", sorted(JSON))
def test_programs_are_told_the_same_of_known_and_unknown_addresses(app: Flask, name: str) -> None:
    creator(app, KNOWN)
    path, body = JSON[name]

    known, unknown = told(app, KNOWN, path, body), told(app, UNKNOWN, path, body)

    assert known == unknown
    assert known[0] in {202, 400, 401, 403}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_browsers_are_told_the_same_of_known_and_unknown_addresses(app: Flask, name: str) -> None:
    creator(app, KNOWN)
    path, body = PAGES[name]

    known, unknown = told(app, KNOWN, path, body), told(app, UNKNOWN, path, body)

    assert known == unknown


@pytest.mark.parametrize("name", sorted(JSON.keys() - STORES_OTHERWISE))
def test_known_and_unknown_addresses_cost_the_same(app: Flask, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    creator(app, KNOWN)
    path, body = JSON[name]
    hashes: list[str] = []
    for method in ("hash", "matches"):
        monkeypatch.setattr(Passwords, method, counting(getattr(Passwords, method), hashes))

    def cost(email: str) -> tuple[dict[str, int], list[str]]:
        before = stored(app)
        hashes.clear()
        told(app, email, path, body)
        return {table: count - before[table] for table, count in stored(app).items()}, hashes.copy()

    cost(UNKNOWN), cost(KNOWN)  # the first of an address may replace nothing, or find nothing to purge
    assert cost(KNOWN) == cost(UNKNOWN)


def counting(method: Callable[..., Any], calls: list[str]) -> Callable[..., Any]:
    """The method, which also notes that it was called."""

    def call(*given: Any, **named: Any) -> Any:
        calls.append(method.__name__)
        return method(*given, **named)

    return call
