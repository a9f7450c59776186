"""API keys are replaced, and deleted, by their owner alone."""

from __future__ import annotations

from datetime import datetime

import time_machine
from flask import Flask

from tests.answers import assert_error
from tests.functional.test_api_keys import DAY, MICROSECOND, START, UNKNOWN, listed, me
from tests.people import creator, new_key


def test_a_rotated_key_works_for_another_day_and_its_successor_goes_on(app: Flask) -> None:
    """V5."""
    with time_machine.travel(START, tick=False):
        zoe = creator(app)
        old = new_key(zoe, "profile:read", "billing:read")
        response = zoe.post(f"/api/api-keys/{old['id']}/rotate")
    new = response.get_json()

    assert response.status_code == 201
    assert (new["name"], new["scopes"], new["expiresAt"]) == (old["name"], old["scopes"], None)
    assert new["key"] != old["key"]
    for after, status in ((DAY - MICROSECOND, 200), (DAY, 401), (300 * DAY, 401)):
        with time_machine.travel(START + after, tick=False):
            assert me(app, old["key"]) == status
            assert me(app, new["key"]) == 200
    with time_machine.travel(START, tick=False):
        replaced = listed(zoe)[-1]
        assert (replaced["replacedBy"], replaced["expiresAt"]) == (new["id"], "2026-03-28T22:30:15.123456Z")
    with time_machine.travel(START + DAY, tick=False):
        assert [one["id"] for one in listed(zoe)] == [new["id"]]


def test_a_successor_lasts_as_long_as_the_key_it_replaces(app: Flask) -> None:
    with time_machine.travel(START, tick=False) as clock:
        zoe = creator(app)
        old = new_key(zoe, "profile:read", expiresAt=(START + 6 * DAY).isoformat())
        clock.shift(5 * DAY + DAY / 2)
        new = zoe.post(f"/api/api-keys/{old['id']}/rotate").get_json()
        clock.shift(DAY / 2)

        assert datetime.fromisoformat(new["expiresAt"]) == START + 11 * DAY + DAY / 2
        assert me(app, old["key"]) == 401, "it would have ended by now in any case"


def test_a_key_is_rotated_once(app: Flask) -> None:
    zoe = creator(app)
    old = new_key(zoe, "profile:read")
    zoe.post(f"/api/api-keys/{old['id']}/rotate")

    assert_error(zoe.post(f"/api/api-keys/{old['id']}/rotate"), 409, "key_replaced")
    assert len(listed(zoe)) == 2


def test_a_deleted_key_is_dead_at_once_and_deleted_once(app: Flask) -> None:
    """V4."""
    zoe = creator(app)
    made = new_key(zoe, "profile:read")
    assert me(app, made["key"]) == 200

    answers = [zoe.delete(f"/api/api-keys/{made['id']}").status_code for _ in range(2)]

    assert answers == [204, 404]
    assert me(app, made["key"]) == 401
    assert listed(zoe) == []
    assert zoe.post(f"/api/api-keys/{made['id']}/rotate").status_code == 404


def test_keys_of_others_are_as_unknown_as_those_that_never_were(app: Flask) -> None:
    """I3: the same bytes."""
    zoe, lea = creator(app), creator(app, "lea@example.fr")
    made = new_key(zoe, "profile:read")

    for method, path in (("DELETE", "/api/api-keys/{}"), ("POST", "/api/api-keys/{}/rotate")):
        answers = [lea.open(path.format(one), method=method) for one in (made["id"], UNKNOWN)]
        for answer in answers:
            assert_error(answer, 404, "not_found")
        foreign, unknown = ({**answer.get_json(), "requestId": None} for answer in answers)
        assert foreign == unknown
    assert listed(lea) == []
    assert me(app, made["key"]) == 200
