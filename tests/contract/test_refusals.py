"""What cannot be stored is refused by both backends, field by field, and leaves the unit as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from repositories.entities.analytics import AnalyticsEvent
from repositories.entities.audit import AuditEvent
from repositories.entities.invites import Invite
from repositories.entities.metrics import BusinessMonth
from repositories.entities.one_time_tokens import OneTimeToken
from repositories.entities.sessions import Session
from repositories.entities.subscriptions import SubscriptionRecord
from repositories.entities.users import User
from repositories.entities.values import DEEPEST_JSON, Json, text_limits
from repositories.errors import InvalidValue
from repositories.stores import Backend
from tests.contract.builders import (
    make_audit_event,
    make_event,
    make_invite,
    make_month,
    make_one_time_token,
    make_record,
    make_session,
    make_user,
    put,
    stored_user,
)

MAKE: dict[type, Callable[[User], Any]] = {
    User: lambda _: make_user(),
    Session: make_session,
    Invite: lambda _: make_invite(),
    SubscriptionRecord: make_record,
    AnalyticsEvent: lambda _: make_event(),
    BusinessMonth: lambda _: make_month(),
    AuditEvent: lambda _: make_audit_event(),
    OneTimeToken: lambda _: make_one_time_token(),
}
TEXTS = [pytest.param(kind, field, id=f"{kind.__name__}.{field}") for kind in MAKE for field in text_limits(kind)]
FIGURES = ("revenue_cents", "active_subscribers", "fans", "average_response_seconds", "messages", "ai_messages")
REQUIRED = [(User, "name"), (User, "created_at"), (User, "is_active"), (Session, "expires_at"), (Invite, "code")]


def nested(depth: int, leaf: object = 1) -> Json:
    """Objects inside one another, with something at the bottom."""
    value: Json = {"a": leaf}
    for _ in range(depth - 1):
        value = {"a": value}
    return value


def fault(field: str, value: object) -> dict[str, Any]:
    """A change to one field, whatever its type."""
    return {field: value}


def refuse(backend: Backend, entity: type, **faults: Any) -> None:
    """Store an entity with a fault, then the same without it, in one unit."""
    owner = stored_user(backend)
    fine = MAKE[entity](owner)
    with backend.unit() as stores:
        with pytest.raises(InvalidValue):
            put(stores, replace(fine, **faults))
        put(stores, fine)
    with backend.unit() as stores:
        put(stores, MAKE[entity](stored_user(backend)))


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
@pytest.mark.parametrize(("entity", "field"), TEXTS)
def test_a_text_no_database_holds_is_refused(backend: Backend, entity: type, field: str, text: str) -> None:
    """X7: a NUL or half a character, anywhere in any text."""
    refuse(backend, entity, **{field: text})


@pytest.mark.parametrize("character", ["x", "😀"])
@pytest.mark.parametrize(("entity", "field"), TEXTS)
def test_a_text_may_be_as_long_as_its_limit(backend: Backend, entity: type, field: str, character: str) -> None:
    """X7, X14: counted in characters, whatever they weigh; one more is refused."""
    limit = text_limits(entity)[field]
    refuse(backend, entity, **{field: character * (limit + 1)})

    fits = replace(MAKE[entity](stored_user(backend)), **fault(field, character * limit))
    with backend.unit() as stores:
        put(stores, fits)


@pytest.mark.parametrize(("entity", "field"), REQUIRED)
def test_a_field_that_must_be_there_must_be_there(backend: Backend, entity: type, field: str) -> None:
    """X7: None is refused."""
    refuse(backend, entity, **{field: None})


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30, True])
def test_a_number_that_is_none_or_too_big_is_refused(backend: Backend, number: int) -> None:
    """X7: just past 64 bits, far past them, and a truth value."""
    for field in FIGURES:
        refuse(backend, BusinessMonth, **fault(field, number))


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 2**31, 0, -1])
def test_a_number_may_have_64_bits(backend: Backend, number: int) -> None:
    """X7, X14: up to the last one."""
    month = replace(make_month(), **dict.fromkeys(FIGURES, cast("Any", number)))

    with backend.unit() as stores:
        assert stores.metrics.save(month) == month
        assert stores.metrics.list_months(month.user_id) == (month,)


@pytest.mark.parametrize(
    "data",
    [
        {"a": float("nan")},
        {"a": [float("inf")]},
        {"a": {"b": float("-inf")}},
        {"a": "\x00"},
        {"a\x00": 1},
        {"a": [{"b": ["\x00"]}]},
        {"a": "\ud800"},
        {"\udfff": 1},
        {"a": object()},
        {"a": b"bytes"},
        {("a",): 1},
        {"a": 10**5000},
        nested(DEEPEST_JSON + 1),
        nested(5_000),
        nested(100_000),
        nested(DEEPEST_JSON, "\x00"),
    ],
    ids=range(16),
)
def test_json_no_database_holds_is_refused(backend: Backend, data: Json) -> None:
    """X7: no number, a NUL or half a character in a text or a key, what is not JSON, too deep."""
    refuse(backend, AnalyticsEvent, event_data=data)


def test_json_that_contains_itself_is_refused(backend: Backend) -> None:
    """X7."""
    data: Json = {}
    data["self"] = data

    refuse(backend, AnalyticsEvent, event_data=data)


@pytest.mark.parametrize("leaf", [1, "\\u0000", [1, 2]])
def test_json_may_be_as_deep_as_its_limit(backend: Backend, leaf: object) -> None:
    """X7, X14: lists count as objects do, and brackets in a text do not count."""
    depth = DEEPEST_JSON - isinstance(leaf, list)
    data = {"text": "[{" * DEEPEST_JSON, **nested(depth, leaf)}

    with backend.unit() as stores:
        assert stores.analytics.add(make_event(event_data=data)).event_data == data
        with pytest.raises(InvalidValue):
            stores.analytics.add(make_event(event_data={"a": data}))
