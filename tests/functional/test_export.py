"""Taking one's data away: everything that was entered is in it, nothing secret, and nobody else's."""

from __future__ import annotations

import io
import json
import os
import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from huntaze_app.clock import new_id, now
from huntaze_app.users.archive import zipped
from huntaze_app.users.download import PAGE, files
from repositories.entities.accounts import LinkedAccount, Provider
from repositories.entities.analytics import AnalyticsEvent
from repositories.entities.metrics import BusinessMonth
from repositories.stores import Stores
from tests.answers import assert_error, router_of
from tests.conftest import MakeApp
from tests.people import PASSWORD, admin, api_key, bearer, creator, new_key, sign_up, token_pair
from tests.work import work_off

EXPORT = "/api/users/me/export"
ZOE, LEA = "zoe@example.fr", "lea-canary@example.fr"


@pytest.fixture
def zoe(app: Flask) -> FlaskClient:
    """An account, signed in."""
    return creator(app, ZOE)


def id_of(client: FlaskClient) -> UUID:
    return UUID(client.get("/api/auth/me").get_json()["id"])


def opened(response: TestResponse) -> dict[str, Any]:
    """Every file of an export, parsed; the guide as text."""
    assert response.status_code == 200, response.text
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        assert archive.testzip() is None
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    return {name: json.loads(text) if name.endswith(".json") else text for name, text in texts.items()}


def give_figures(app: Flask, user_id: UUID, events: int = 2) -> None:
    """Store events and a month of a user, wherever those live."""

    def put(stores: Stores) -> None:
        for number in range(events):
            stores.analytics.add(AnalyticsEvent(new_id(), user_id, "sale", now(), {"number": number}))
        stores.metrics.save(BusinessMonth(new_id(), user_id, now().date().replace(day=1), now(), fans=777))

    router_of(app).run("analytics", put)


def well_known(app: Flask, zoe: FlaskClient) -> UUID:
    """Leave something to be told in every store."""
    user_id = id_of(zoe)
    zoe.patch("/api/users/profile", json={"bio": "Une bio à moi", "timezone": "Europe/Paris"})
    zoe.put("/api/users/onboarding-status", json={"platforms": ["reddit"], "tone": "playful"})
    _kept, gone = new_key(zoe, "profile:read", name="Tableur"), new_key(zoe, "profile:read", name="Ancien")
    zoe.delete(f"/api/api-keys/{gone['id']}")
    pair = token_pair(app)
    app.test_client().post("/api/auth/refresh", json={"refreshToken": pair["refreshToken"]})
    linked = LinkedAccount(new_id(), user_id, Provider.GOOGLE, "google-subject", now())
    router_of(app).run("auth", lambda stores: stores.accounts.add(linked))
    give_figures(app, user_id)
    app.test_client().post("/api/waitlist", json={"email": ZOE, "locale": "en"})
    return user_id


def test_an_export_holds_what_was_entered(app: Flask, zoe: FlaskClient) -> None:
    user_id = well_known(app, zoe)

    told = opened(zoe.get(EXPORT))

    assert (
        told["profile.json"].items()
        >= {
            "id": str(user_id),
            "email": ZOE,
            "name": "Zoé",
            "bio": "Une bio à moi",
            "timezone": "Europe/Paris",
            "hasPassword": True,
        }.items()
    )
    assert told["onboarding.json"].items() >= {"platforms": ["reddit"], "tone": "playful"}.items()
    assert [one["ip"] for one in told["sessions.json"]] == ["127.0.0.0"]
    assert [one["providerAccountId"] for one in told["linked-accounts.json"]] == ["google-subject"]
    assert [(one["name"], one["revokedAt"] is None) for one in told["api-keys.json"]] == [
        ("Tableur", True),
        ("Ancien", False),
    ]
    assert told["api-keys.json"][0]["prefix"].startswith("hz_")
    (program,) = told["programs.json"]
    assert program["lastRefreshedAt"] > program["signedInAt"]
    assert told["subscription.json"]["plan"] == "FREE"
    assert len(told["invitations.json"]["used"]) == 1
    assert told["waitlist.json"]["email"] == ZOE
    assert "welcome" in [mail["template"] for mail in told["mails.json"]]
    assert {"signed_up", "signed_in", "api_key_created"} <= {one["action"] for one in told["history.json"]}
    assert [one["eventData"] for one in told["analytics-events.json"]] == [{"number": 0}, {"number": 1}]
    assert [one["fans"] for one in told["business-months.json"]] == [777]


def test_the_guide_names_every_file_in_both_languages(app: Flask, zoe: FlaskClient) -> None:
    told = opened(zoe.get(EXPORT))

    named = re.findall(r"^([\w-]+\.json) ", told["README.txt"], re.MULTILINE)
    assert sorted(named) == sorted([*(name for name in told if name.endswith(".json"))] * 2)


def test_an_export_holds_no_secret_and_nobody_else(app: Flask, zoe: FlaskClient) -> None:
    boss = admin(app)
    lea = creator(app, LEA)
    lea.patch("/api/users/profile", json={"bio": "lea-canary"})
    new_key(lea, "profile:read", name="lea-canary")
    give_figures(app, id_of(lea))
    boss.patch(f"/api/users/{id_of(zoe)}", json={"name": "Zoé"})
    boss.patch(f"/api/users/{id_of(zoe)}", json={"name": "Zoé B."})
    key, pair = new_key(zoe, "profile:read"), token_pair(app)
    app.test_client().post("/api/auth/magic-link", json={"email": ZOE})
    work_off(app)
    stored = router_of(app).run("auth", lambda stores: stores.users.get(id_of_stored(stores, ZOE)), read_only=True)

    response = zoe.get(EXPORT)
    told = opened(response)
    del told["README.txt"]  # it says that there are none
    text = json.dumps(told, ensure_ascii=False)

    cookie = zoe.get_cookie("huntaze_session")
    assert cookie is not None
    secrets = [PASSWORD, stored.password_hash, key["key"], pair["accessToken"], pair["refreshToken"], cookie.value]
    assert [one for one in secrets if one and one in text] == []
    assert "argon2" not in text
    assert re.search(r"hash|token_for|tokenHash", text, re.IGNORECASE) is None
    assert "lea-canary" not in text
    assert str(id_of(lea)) not in text
    assert str(id_of(boss)) not in text


def id_of_stored(stores: Stores, email: str) -> UUID:
    found = stores.users.find_by_email(email)
    assert found is not None
    return found.id


def test_an_administrators_export_tells_no_address_she_invited_and_no_code(app: Flask) -> None:
    boss = admin(app)
    made = boss.post("/api/admin/invites", json={"emails": [LEA]}).get_json()["invites"][0]
    assert sign_up(app.test_client(), LEA, made["code"]).status_code == 201
    open_one = boss.post("/api/admin/invites", json={"count": 1}).get_json()["invites"][0]

    text = json.dumps(opened(boss.get(EXPORT)))

    assert len(json.loads(text)["invitations.json"]["made"]) == 2
    assert [one for one in (LEA, made["code"], open_one["code"]) if one in text] == []


def test_what_an_administrator_did_is_told_without_who_and_from_where(app: Flask, zoe: FlaskClient) -> None:
    boss = admin(app)
    boss.patch(f"/api/users/{id_of(zoe)}", json={"name": "Zoé B."})

    history = opened(zoe.get(EXPORT))["history.json"]

    renamed = next(one for one in history if one["action"] == "user_renamed")
    assert (renamed["by"], renamed["about"], renamed["ip"]) == ("somebody else", "you", None)
    signed_in = next(one for one in history if one["action"] == "signed_in")
    assert (signed_in["by"], signed_in["ip"]) == ("you", "127.0.0.0")


def test_an_export_is_a_download_that_is_noted(app: Flask, zoe: FlaskClient) -> None:
    user_id = id_of(zoe)

    for path in (EXPORT, "/profile/privacy/export"):
        response = zoe.get(path)
        assert opened(response)["profile.json"]["email"] == ZOE
        assert response.headers["Content-Type"] == "application/zip"
        assert response.headers["Cache-Control"] == "no-store"
        assert re.fullmatch(r"attachment; filename=huntaze-[\d-]{10}\.zip", response.headers["Content-Disposition"])
        assert "Content-Length" not in response.headers

    noted = router_of(app).run("auth", lambda stores: stores.audit.list_of(user_id), read_only=True)
    assert [event.actor_id for event in noted if event.action == "data_exported"] == [user_id] * 2


def test_programs_take_it_with_an_access_token_and_never_with_a_key(app: Flask, zoe: FlaskClient) -> None:
    program = app.test_client()
    key = api_key(zoe, "profile:read", "profile:write")

    assert opened(program.get(EXPORT, headers=bearer(token_pair(app)["accessToken"])))
    assert_error(program.get(EXPORT, headers=bearer(key)), 403, "forbidden")
    assert_error(program.get(EXPORT), 401, "unauthenticated")


def test_five_exports_an_hour_are_enough(backend_name: str, make_app: MakeApp) -> None:
    app = make_app(backend_name, ratelimit_enabled=True, ratelimit_default=(1000, 1))
    at = now()
    with time_machine.travel(at, tick=False):
        zoe = creator(app, ZOE)
        assert [zoe.get(EXPORT).status_code for _ in range(6)] == [200] * 5 + [429]
        assert zoe.get("/profile/privacy/export").status_code == 429
    with time_machine.travel(at + timedelta(hours=1), tick=False):
        assert zoe.get(EXPORT).status_code == 200


def test_events_of_several_pages_are_told_once_each(app: Flask, zoe: FlaskClient) -> None:
    give_figures(app, id_of(zoe), events=2 * PAGE + 1)

    told = opened(zoe.get(EXPORT))["analytics-events.json"]

    assert [one["eventData"]["number"] for one in told] == list(range(2 * PAGE + 1))


def test_an_archive_is_never_whole_in_memory() -> None:
    """N14: 100,000 rows; it begins to leave long before the last row was read."""
    read = 0

    def pages() -> Iterator[list[AnalyticsEvent]]:
        nonlocal read
        for _page in range(200):
            read += PAGE
            texts = [{"text": os.urandom(100).hex()} for _ in range(PAGE)]
            yield [AnalyticsEvent(new_id(), UUID(int=1), "sale", now(), text) for text in texts]

    archive = zipped(files({}, pages(), tuple), now())
    tracemalloc.start()
    next(archive)
    first = next(archive)
    began_after, size = read, len(first)
    for part in archive:
        size += len(part)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert read == 100_000
    assert began_after <= 5 * PAGE
    assert size > 10_000_000
    assert peak < 5_000_000
