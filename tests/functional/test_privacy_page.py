"""The page of privacy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from huntaze_app.clock import now
from tests.answers import router_of, submit
from tests.functional.erasing import may_sign_in, sign_in
from tests.functional.test_export import id_of
from tests.people import ADMIN, PASSWORD, admin, creator
from tests.work import work_off

PAGE, ERASE, KEEP = "/profile/privacy", "/profile/privacy/erase", "/profile/privacy/keep"
ZOE = "zoe-canary@example.fr"


@pytest.fixture
def zoe(app: Flask) -> FlaskClient:
    """An account, signed in."""
    return creator(app, ZOE)


def wish(**changes: Any) -> dict[str, Any]:
    return {"when": "later", "sure": "yes", **changes}


def test_the_profile_leads_to_the_page_and_the_page_to_the_download(zoe: FlaskClient) -> None:
    assert PAGE in zoe.get("/profile").text
    assert f'href="{PAGE}/export"' in zoe.get(PAGE).text


def test_an_account_goes_in_fourteen_days_or_stays_after_all(app: Flask, zoe: FlaskClient) -> None:
    gone = submit(zoe, ERASE, wish(), PAGE)

    assert (gone.status_code, gone.headers["Location"]) == (303, PAGE)
    for page in (PAGE, "/profile"):
        assert f'action="{KEEP}"' in zoe.get(page).text
    kept = submit(sign_in(app), KEEP, {}, PAGE)
    assert kept.headers["Location"] == PAGE
    assert f'action="{KEEP}"' not in zoe.get("/profile").text


def test_an_account_goes_at_once(app: Flask, zoe: FlaskClient) -> None:
    gone = submit(zoe, ERASE, wish(when="now"), PAGE)

    assert (gone.status_code, gone.headers["Location"]) == (303, "/")
    assert "s’effacent en ce moment" in zoe.get("/").text
    assert zoe.get(PAGE).status_code == 302
    assert not may_sign_in(app)
    work_off(app)


def test_the_password_is_asked_for_when_the_sign_in_is_old(app: Flask, zoe: FlaskClient) -> None:
    assert 'name="password"' not in zoe.get(PAGE).text

    with time_machine.travel(now() + timedelta(minutes=10), tick=False):
        assert 'name="password"' in zoe.get(PAGE).text
        for given in ({}, {"password": "not it"}):
            refused = submit(zoe, ERASE, wish(**given, when="now"), PAGE)
            assert refused.status_code == (400 if given else 403)
            assert "data-error-summary" in refused.text
            assert "not it" not in refused.text
            assert 'value="now" checked' in refused.text
        assert submit(zoe, ERASE, wish(password=PASSWORD), PAGE).status_code == 303


def test_who_has_no_password_signs_in_again(app: Flask, zoe: FlaskClient) -> None:
    user_id = id_of(zoe)
    router_of(app).run("auth", lambda stores: stores.users.set_password_hash(user_id, "", now()))

    with time_machine.travel(now() + timedelta(minutes=10), tick=False):
        text = zoe.get(PAGE).text
        assert f'action="{ERASE}"' not in text
        assert "reconnectez-vous" in text


@pytest.mark.parametrize("change", [{"sure": ""}, {"sure": "no"}, {"when": ""}, {"when": "never"}, {"extra": "1"}])
def test_the_page_asks_twice(app: Flask, zoe: FlaskClient, change: dict[str, str]) -> None:
    refused = submit(zoe, ERASE, wish(**change), PAGE)

    assert refused.status_code == 400
    assert "data-error-summary" in refused.text
    assert f'action="{KEEP}"' not in zoe.get(PAGE).text


def test_the_last_administrator_is_told_why_she_stays(app: Flask) -> None:
    boss = admin(app)

    refused = submit(boss, ERASE, wish(when="now"), PAGE)

    assert refused.status_code == 409
    assert "dernier compte d’administration" in refused.text
    assert may_sign_in(app, ADMIN)
