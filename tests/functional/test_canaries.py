"""W1: secrets go through a whole journey, and are found afterwards in no log, error, audit, job or table."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.mail import Carrier, MailSettings
from repositories.entities.api_keys import Scope
from tests import links
from tests.conftest import MakeApp
from tests.people import admin, api_key, bearer, invitation, sign_up
from tests.snapshots import snapshot
from tests.work import work_off

EMAIL = "zoe@example.fr"
SECRET_KEY = "canary-of-the-secret-key-2b7e151628aed2a6"
SMTP_PASSWORD = "canary-of-the-mail-server-9f3c"
PASSWORD, SECOND, THIRD, WRONG = (f"canary {name} horse battery" for name in ("first", "second", "third", "wrong"))
NO_SERVER = MailSettings(carrier=Carrier.SMTP, server=f"smtp://huntaze:{SMTP_PASSWORD}@127.0.0.1:1")


@dataclass
class Journey:
    """What one person was given on her way, and what she was told when it did not work."""

    secrets: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def fails(self, client: FlaskClient, path: str, body: dict[str, str]) -> None:
        """Ask for what is refused, and keep what is said of it."""
        answer = client.post(path, json=body)
        assert answer.status_code >= 400, path
        self.errors.append(answer.text + str(answer.headers))

    def keep_cookies(self, client: FlaskClient, name: str) -> None:
        """Keep the secrets that a browser holds."""
        for cookie in (client._cookies or {}).values():
            self.secrets[f"{name}: cookie {cookie.key}"] = cookie.value


def by_password(app: Flask, journey: Journey) -> None:
    """Sign up, in, wrongly and out, as a browser and as a program."""
    zoe = app.test_client()
    code = invitation(app)
    journey.secrets["invitation"] = code
    assert sign_up(zoe, EMAIL, code, PASSWORD).status_code == 201
    journey.keep_cookies(zoe, "sign-up")
    journey.fails(zoe, "/api/auth/signin", {"email": EMAIL, "password": WRONG})
    journey.fails(zoe, "/api/auth/signin", {"email": EMAIL, "password": PASSWORD, "unknown": WRONG})
    journey.fails(zoe, "/api/auth/signup", {"email": EMAIL, "password": WRONG, "name": "Zoé", "inviteCode": code})
    pair = zoe.post("/api/auth/token", json={"email": EMAIL, "password": PASSWORD}).get_json()
    next_pair = zoe.post("/api/auth/refresh", json={"refreshToken": pair["refreshToken"]}).get_json()
    for name, one in (("first", pair), ("next", next_pair)):
        journey.secrets |= {f"{name} {key}": one[key] for key in ("accessToken", "refreshToken")}
    assert zoe.get("/api/auth/me", headers=bearer(next_pair["accessToken"])).status_code == 200
    key = api_key(zoe, Scope.PROFILE_READ)
    journey.secrets["API key"] = key
    assert zoe.get("/api/auth/me", headers=bearer(key)).status_code == 200
    assert zoe.get("/api/auth/me", headers=bearer(f"{key}x")).status_code == 401
    change = {"currentPassword": PASSWORD, "password": SECOND}
    assert zoe.post("/api/auth/password/change", json=change).status_code == 204
    journey.fails(zoe, "/api/auth/refresh", {"refreshToken": next_pair["refreshToken"]})
    journey.keep_cookies(zoe, "change")


def by_mail(app: Flask, journey: Journey) -> None:
    """Sign in by a link and by a code, and choose another password, while no mail gets out."""
    zoe = app.test_client()
    zoe.post("/api/auth/magic-link", json={"email": EMAIL})
    journey.secrets["link"], journey.secrets["code"] = links.link(app), links.code(app)
    work_off(app)
    assert zoe.get(f"/magic/open?token={journey.secrets['link']}").status_code == 200
    assert zoe.post("/api/auth/magic-link/verify", json={"token": journey.secrets["link"]}).status_code == 200
    journey.keep_cookies(zoe, "link")
    journey.fails(zoe, "/api/auth/magic-link/verify", {"token": journey.secrets["link"]})
    journey.fails(zoe, "/api/auth/magic-link/verify", {"email": EMAIL, "code": journey.secrets["code"]})
    zoe.post("/api/auth/password/forgot", json={"email": EMAIL})
    journey.secrets["reset"] = links.link(app, links.PASSWORD_RESET)
    work_off(app)
    reset = {"token": journey.secrets["reset"], "password": THIRD}
    assert zoe.post("/api/auth/password/reset", json=reset).status_code == 200
    journey.fails(zoe, "/api/auth/password/reset", reset)
    work_off(app)


def test_no_secret_is_found_where_it_must_not_be(
    make_app: MakeApp, backend_name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    app = make_app(backend_name, secret_key=SECRET_KEY, mail=NO_SERVER, log_json=True)
    passwords = {"first": PASSWORD, "second": SECOND, "third": THIRD, "wrong": WRONG}
    journey = Journey({"key": SECRET_KEY, "SMTP": SMTP_PASSWORD, **passwords})
    boss = admin(app)

    by_password(app, journey)
    by_mail(app, journey)
    trail = boss.get("/api/admin/audit?limit=100").text + boss.get("/admin/audit").text
    logged = log_until('"path":"/admin/audit"', capfd)

    stored = snapshot(app)
    codes = "\n".join(stored.pop("beta_invites", []) + stored.pop("invites", []))  # they are told again, by design
    places = {
        "the log": logged,
        "errors": "\n".join(journey.errors),
        "the trail": trail,
        **{f"table {name}": "\n".join(rows) for name, rows in stored.items()},
    }
    assert journey.secrets["invitation"] in codes
    assert len(journey.secrets) > 15
    assert '"path":"/api/auth/password/reset"' in places["the log"]
    for where, text in places.items():
        assert [name for name, secret in journey.secrets.items() if is_in(secret, text)] == [], where


def log_until(mark: str, capfd: pytest.CaptureFixture[str]) -> str:
    """All that was logged; the lines of requests are written a moment later."""
    text, deadline = "", time.monotonic() + 10
    while mark not in text:
        assert time.monotonic() < deadline, "the line of the last request is missing"
        time.sleep(0.3)  # reading empties the file: a line written at that very moment is lost
        text += "".join(capfd.readouterr())
    return text


def is_in(secret: str, text: str) -> bool:
    """Whether a text holds a secret, as it is, as JSON or as bytes are written; six digits only as a word."""
    if secret.isdigit():
        return f'"{secret}"' in text or f"'{secret}'" in text
    return any(form in text for form in (secret, json.dumps(secret)[1:-1], secret.encode().hex()))
