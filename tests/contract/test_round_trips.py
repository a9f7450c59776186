"""What is stored comes back as it was: every character, every microsecond."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from repositories.entities.values import Json
from repositories.stores import Backend
from tests.contract.builders import AT, LATER, given, make_event, make_month, make_session, make_user, stored_user

TEXTS = [
    "",
    " ",
    "😀",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f3f3\ufe0f\u200d\U0001f308 \U0001f1eb\U0001f1f7",
    "\U0010ffff\ue000\ufffd\ufeff",
    "שלום עולם \u200fمرحبا\u200e",
    "\u202eright to left\u202c",
    "e\u0301 is not \u00e9",
    "Z̸̛a̶͝l̷g̵o̴",
    "line\r\nbreak\ttab\x01\x1f\x7f\x85\u2028",
    "'; DROP TABLE users; --",
    '"quotes" \\backslash\\ %s %(name)s :name {0} ${x}',
    "{{7*7}}",
    "\\x41 \\u0000 \\N",
    "字" * 200,
    "x" * 200,
]
UTC_TIMES = [
    AT,
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, 0, 1, UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999999, UTC),
    datetime(2038, 1, 19, 3, 14, 8, 999999, UTC),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999999, UTC),
    datetime(2024, 2, 29, 12, 0, 0, 500000, UTC),
]
FOREIGN_TIMES = [
    datetime(2026, 3, 29, 3, 30, 0, 7, ZoneInfo("Europe/Paris")),
    datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=1),
    datetime(2026, 1, 1, 0, 15, tzinfo=timezone(timedelta(hours=5, minutes=45))),
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_text_comes_back_as_it_was(backend: Backend, text: str) -> None:
    """X14, X11: 4-byte characters, both directions, nothing normalised, nothing interpreted."""
    user = stored_user(backend, name=text, bio=text * 5)

    with backend.unit() as stores:
        found = stores.users.get(user.id)
        edited = stores.users.edit_profile(user.id, {"bio": text, "name": text[::-1]}, AT)

    assert (found.name, found.bio) == (text, text * 5)
    with backend.unit() as stores:
        assert stores.users.get(user.id) == edited
        assert (edited.bio, edited.name) == (text, text[::-1])


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_an_event_type_comes_back_as_it_was(backend: Backend, text: str) -> None:
    """X14."""
    event = make_event(event_type=text[:100])
    given(backend, event)

    with backend.unit() as stores:
        assert stores.analytics.count(event.user_id).by_type == {text[:100]: 1}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"a": None, "b": True, "c": False},
        {"a": [1, -1, 2**53 + 1, 2**70, 0.1 + 0.2, 1e308, 5e-324, -0.0]},
        {"": "", " ": " ", "é": "é", "e\u0301": "😀"},
        {"a": {"b": [{"c": [[], {}, [[]]]}]}},
        {"a": "\\u0000", "\\": '"', "/": "\u2028"},
        {"__proto__": "x", "constructor": 1},
        {"text": "x" * 1_000_000},
        {str(number): number for number in range(5_000)},
    ],
    ids=range(9),
)
def test_json_comes_back_as_it_was(backend: Backend, data: Json) -> None:
    """X14: also very long, very wide, and with numbers that no double holds."""
    with backend.unit() as stores:
        assert stores.analytics.add(make_event(event_data=data)).event_data == data


def test_json_comes_back_as_json(backend: Backend) -> None:
    """X14: a number as a key becomes a text, a pair a list."""
    data: dict[Any, Any] = {1: (1, 2), None: True}

    with backend.unit() as stores:
        added = stores.analytics.add(make_event(event_data=data))

    assert added.event_data == {"1": [1, 2], "null": True}
    assert isinstance(added.event_data["1"], list)


@pytest.mark.parametrize("at", UTC_TIMES, ids=str)
def test_a_time_comes_back_to_the_microsecond(backend: Backend, at: datetime) -> None:
    """X13: aware, and in UTC."""
    user = make_user(created_at=at, updated_at=at, email_verified_at=at)
    session = make_session(user, created_at=at, last_seen_at=at)
    given(backend, user, session)

    with backend.unit() as stores:
        identity = stores.sessions.find_identity(session.token_hash, AT)

    assert identity is not None
    assert (identity.session, identity.user) == (session, user)
    for found in (identity.user.created_at, identity.user.email_verified_at, identity.session.last_seen_at):
        assert found is not None
        assert found.utcoffset() == timedelta(0)
        assert found.microsecond == at.microsecond


@pytest.mark.parametrize("at", FOREIGN_TIMES, ids=str)
def test_a_time_of_elsewhere_comes_back_as_the_same_instant_in_utc(backend: Backend, at: datetime) -> None:
    """X13: whatever the clocks did there that night."""
    user = stored_user(backend, created_at=at)

    with backend.unit() as stores:
        changed = stores.users.edit_profile(user.id, {}, at)
        found = stores.users.get(user.id)

    for time in (found.created_at, found.updated_at, changed.updated_at):
        assert time.isoformat() == at.astimezone(UTC).isoformat()


def test_a_session_of_elsewhere_ends_at_the_same_instant(backend: Backend) -> None:
    """X13, X23: times are compared as instants."""
    user = make_user()
    session = make_session(user, expires_at=LATER.astimezone(ZoneInfo("Pacific/Auckland")))
    given(backend, user, session)

    with backend.unit() as stores:
        assert stores.sessions.find_identity(session.token_hash, LATER) is None
        assert stores.sessions.find_identity(session.token_hash, LATER - timedelta(microseconds=1)) is not None


@pytest.mark.parametrize("day", [date.min, date(1582, 10, 10), date(2024, 2, 29), date.max])
def test_a_day_comes_back_as_it_was(backend: Backend, day: date) -> None:
    """X13."""
    month = make_month(month=day)
    given(backend, month)

    with backend.unit() as stores:
        assert stores.metrics.list_months(month.user_id) == (month,)


@pytest.mark.parametrize("token", [b"", b"\x00", b"\x00\xff" * 16, bytes(range(256)), b"'\\x41"])
def test_a_token_comes_back_byte_by_byte(backend: Backend, token: bytes) -> None:
    """X14."""
    user = make_user()
    given(backend, user, make_session(user, token_hash=token))

    with backend.unit() as stores:
        identity = stores.sessions.find_identity(token, AT)

    assert identity is not None
    assert identity.session.token_hash == token
    assert type(identity.session.token_hash) is bytes
