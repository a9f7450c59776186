"""The page of API keys."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from flask import Flask

from tests.answers import submit
from tests.functional.test_api_keys import SCANNED, listed, me
from tests.people import admin, creator, new_key


def test_keys_are_made_replaced_and_deleted_on_the_page(app: Flask) -> None:
    zoe = creator(app)

    made = submit(zoe, "/profile/keys", page_form(), "/profile/keys")
    (old,) = SCANNED.findall(re.sub(r'data-copy="[^"]*"', "", made.text))
    (one,) = listed(zoe)
    assert (made.status_code, me(app, old)) == (201, 200)
    assert old not in zoe.get("/profile/keys").text

    rotated = submit(zoe, f"/profile/keys/{one['id']}/rotate", {}, "/profile/keys")
    (new,) = SCANNED.findall(re.sub(r'data-copy="[^"]*"', "", rotated.text))
    assert (rotated.status_code, me(app, new), me(app, old)) == (201, 200, 200)
    again = submit(zoe, f"/profile/keys/{one['id']}/rotate", {}, "/profile/keys")
    assert again.headers["Location"] == "/profile/keys"

    gone = submit(zoe, f"/profile/keys/{one['id']}/revoke", {}, "/profile/keys")
    assert (gone.status_code, me(app, old), me(app, new)) == (303, 401, 200)


def page_form(**changes: Any) -> dict[str, Any]:
    return {"name": "Bot", "scopes": ["profile:read", "profile:write"], "lifetime": "90", **changes}


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"scopes": []}, {"scopes": ["x"]}, {"scopes": ["admin:read"]}, {"lifetime": "1"}]
)
def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(app: Flask, change: dict[str, Any]) -> None:
    zoe = creator(app)

    answer = submit(zoe, "/profile/keys", page_form(**change), "/profile/keys")

    assert answer.status_code == 400
    assert "data-error-summary" in answer.text
    assert ('value="Bot"' in answer.text) == ("name" not in change)
    assert (Counter(re.findall(r'value="(profile:\w+)" checked', answer.text)).total() == 2) == ("scopes" not in change)
    assert listed(zoe) == []


def test_the_page_offers_scopes_of_administrators_to_them_alone(app: Flask) -> None:
    zoe, boss = creator(app), admin(app)

    assert "admin:write" not in zoe.get("/profile/keys").text
    assert "admin:write" in boss.get("/profile/keys").text


def test_a_key_of_somebody_else_is_not_found_on_the_page(app: Flask) -> None:
    zoe, lea = creator(app), creator(app, "lea@example.fr")
    made = new_key(zoe, "profile:read")

    for verb in ("rotate", "revoke"):
        answer = submit(lea, f"/profile/keys/{made['id']}/{verb}", {}, "/profile/keys")
        assert answer.status_code == 404
    assert me(app, made["key"]) == 200
