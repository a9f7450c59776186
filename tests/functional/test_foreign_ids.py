"""I3: somebody else's id is answered as one that nobody has, byte for byte, and does nothing to what it names."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.answers import form_token
from tests.conftest import MakeApp
from tests.functional.things import ids_of
from tests.people import access_token, admin, bearer, creator
from tests.snapshots import changed, snapshot

UNKNOWN = "01a1f919-1dde-7790-bf51-72adcfc10cf5"
TRAIL = ["audit_events"]  # a refusal may be written down
TOKEN = re.compile(rb'(csrf_token" value=)"[^"]+"')


def rules_with_ids(app: Flask) -> list[Rule]:
    """Every route that names a thing, and is not for everybody."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "<uuid:" in rule.rule and hasattr(app.view_functions[rule.endpoint], "access")
    ]


def told(client: FlaskClient, method: str, path: str, headers: dict[str, str], mask: list[str]) -> tuple[int, bytes]:
    """What a caller is told, without what names the request, the form, or the thing itself."""
    if path.startswith("/api/"):
        answer = client.open(path, method=method, headers=headers, json=None if method == "GET" else {})
    elif method == "GET":
        answer = client.get(path)
    else:
        answer = client.open(path, method=method, data={"csrf_token": form_token(client, "/")})
    text = TOKEN.sub(rb"\1", answer.data)
    for one in (answer.headers["X-Request-Id"], *mask):
        text = text.replace(one.encode(), b"*")
    return answer.status_code, text


def test_there_are_routes_to_try_and_each_is_about_a_known_kind_of_thing(make_app: MakeApp) -> None:
    app = make_app("memory")
    boss, lea = admin(app), creator(app, "lea@example.fr")
    asked = {name for rule in rules_with_ids(app) for name in rule.arguments}

    assert len(rules_with_ids(app)) > 10
    assert asked <= ids_of(lea, boss).keys(), "tests/functional/things.py makes one of each kind"


@pytest.mark.parametrize("way", ["browser", "program"])
def test_what_is_somebody_elses_is_unknown(app: Flask, way: str) -> None:
    boss, lea, zoe = admin(app), creator(app, "lea@example.fr"), creator(app)
    headers = bearer(access_token(app)) if way == "program" else {}
    caller = app.test_client() if way == "program" else zoe
    ids = ids_of(lea, boss)
    before = snapshot(app)

    for rule in rules_with_ids(app):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            pattern = re.sub(r"<uuid:(\w+)>", r"{\1}", rule.rule)
            foreign = told(caller, method, pattern.format(**ids), headers, [*ids.values()])
            unknown = told(caller, method, pattern.format(**dict.fromkeys(ids, UNKNOWN)), headers, [UNKNOWN])

            assert foreign == unknown, f"{method} {rule.rule}"
            assert foreign[0] in {302, 303, 400, 401, 403, 404}, f"{method} {rule.rule}"
            assert [name for name in changed(before, snapshot(app)) if name not in TRAIL] == [], f"{method} {rule.rule}"


def test_the_owner_gets_where_others_do_not(app: Flask) -> None:
    boss, lea = admin(app), creator(app, "lea@example.fr")
    ids = ids_of(lea, boss)

    assert lea.get(f"/api/users/{ids['user_id']}").status_code == 200
    assert lea.delete(f"/api/api-keys/{ids['key_id']}").status_code == 204
    assert lea.delete(f"/api/auth/sessions/{ids['session_id']}").status_code == 204
    assert boss.delete(f"/api/admin/invites/{ids['invite_id']}").status_code == 204
