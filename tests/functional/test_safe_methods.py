"""Looking changes nothing (H6): every address that can be read, by every caller, over everything that is stored."""

from __future__ import annotations

import re

from flask import Flask

from tests.functional.successes import account_successes
from tests.functional.things import FILES, ids_of
from tests.links import link
from tests.people import admin, creator
from tests.snapshots import changed, snapshot

SIGNS_IN = "/api/auth/google"  # and its way back, which writes as it must: test_google.py
TELLS = {"audit", "audit_events"}  # an export is written down; a table by its name on either backend


def addresses(app: Flask, ids: dict[str, str]) -> list[str]:
    """Each address that can be read, about what there is."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [
        re.sub(r"<(?:\w+:)?(\w+)>", lambda found: ids[found.group(1)], rule.rule)
        for rule in rules
        if not rule.rule.startswith(SIGNS_IN)
    ]


def test_no_address_that_is_read_changes_anything(app: Flask) -> None:
    boss, zoe = admin(app), creator(app)
    account_successes(boss)
    guest = app.test_client()
    guest.post("/api/auth/magic-link", json={"email": "zoe@example.fr"})
    paths = [*addresses(app, {**ids_of(zoe, boss), **FILES}), f"/magic/open?token={link(app)}"]
    assert len(paths) > 50
    before = snapshot(app)

    for client in (guest, zoe, boss):
        for path in paths:
            for method in ("GET", "HEAD", "OPTIONS"):
                client.open(path, method=method, buffered=True)
            assert set(changed(before, snapshot(app))) <= TELLS, path


def test_a_change_is_seen(app: Flask) -> None:
    zoe = creator(app)
    before = snapshot(app)

    zoe.patch("/api/users/profile", json={"name": "Zoë"})

    assert changed(before, snapshot(app)) == ["users"]
