"""JSON out and in: compiled schemas write what marshmallow would, and the decoder is strict."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from marshmallow import Schema, fields

import huntaze_app.admin.schemas
import huntaze_app.analytics.schemas
import huntaze_app.auth.schemas
import huntaze_app.billing.schemas
import huntaze_app.metrics.schemas
import huntaze_app.ops.schemas
import huntaze_app.users.schemas
from huntaze_app.http import dump, dump_page, dumper
from huntaze_app.json import MalformedJson, decode, encode
from huntaze_app.json_provider import OrjsonProvider
from repositories.paging import Page

AREAS = (
    huntaze_app.admin.schemas,
    huntaze_app.analytics.schemas,
    huntaze_app.auth.schemas,
    huntaze_app.billing.schemas,
    huntaze_app.metrics.schemas,
    huntaze_app.ops.schemas,
    huntaze_app.users.schemas,
)
SEEN = datetime(2026, 3, 29, 1, 30, 0, 7, tzinfo=UTC)


def views() -> Iterator[type[Schema]]:
    for area in AREAS:
        for name, schema in vars(area).items():
            if name.endswith("View") and schema.__module__ == area.__name__:
                yield schema


def sample(field: fields.Field[Any]) -> Any:
    """A value that the field could be asked to write."""
    if isinstance(field, fields.Nested):
        made = instance_of(type(field.schema))
        return [made, instance_of(type(field.schema))] if field.many else made
    if isinstance(field, fields.Enum):
        return [*field.enum.__members__.values()][-1]
    if isinstance(field, fields.List):
        return [sample(field.inner)]
    values: dict[type[fields.Field[Any]], Any] = {
        fields.UUID: UUID("01a1f919-1dde-7790-bf51-72adcfc10cf5"),
        fields.String: "é😀 \u2028 </script>",
        fields.Integer: 2**53 + 1,
        fields.Float: 0.1,
        fields.Boolean: True,
        fields.AwareDateTime: SEEN,
        fields.Date: date(2026, 2, 28),
        fields.Dict: {"a": 1},
    }
    return values[type(field)]


def instance_of(schema: type[Schema]) -> Any:
    """A value with every attribute that the schema shows, however deep."""
    made = SimpleNamespace()
    for name, field in schema().fields.items():
        place, *path = (field.attribute or name).split(".")
        holder = made
        while path:
            if not hasattr(holder, place):
                setattr(holder, place, SimpleNamespace())
            holder, place = getattr(holder, place), path.pop(0)
        setattr(holder, place, sample(field))
    return made


def as_told(value: Any) -> Any:
    """The value as a client reads it: times of one moment are equal however they are written."""
    if isinstance(value, dict):
        return {key: as_told(part) for key, part in value.items()}
    if isinstance(value, list):
        return [as_told(part) for part in value]
    if isinstance(value, str) and len(value) > 15 and value[4] == "-" and "T" in value:
        return datetime.fromisoformat(value)
    return value


@pytest.mark.parametrize("schema", list(views()), ids=lambda schema: schema.__name__)
def test_a_compiled_schema_writes_what_marshmallow_would(schema: type[Schema]) -> None:
    value = instance_of(schema)

    compiled = json.loads(encode(dump(schema, value)))

    assert as_told(compiled) == as_told(json.loads(json.dumps(schema().dump(value))))
    assert set(compiled) == {field.data_key or name for name, field in schema().fields.items()}


@pytest.mark.parametrize("schema", list(views()), ids=lambda schema: schema.__name__)
def test_what_may_be_null_is_written_as_null(schema: type[Schema]) -> None:
    value = instance_of(schema)
    nullable = {name: field for name, field in schema().fields.items() if field.allow_none and not field.attribute}
    for name in nullable:
        setattr(value, name, None)

    told = json.loads(encode(dump(schema, value)))

    assert all(told[field.data_key or name] is None for name, field in nullable.items())
    assert as_told(told) == as_told(json.loads(json.dumps(schema().dump(value))))


def test_there_are_schemas_to_compare() -> None:
    assert len(list(views())) >= 20


def test_a_page_of_a_list_has_its_pagination() -> None:
    one = instance_of(huntaze_app.ops.schemas.AliveView)

    told = dump_page(huntaze_app.ops.schemas.AliveView, "things", Page((one, one), 5, 2, 2))

    assert told == {
        "things": [{"status": one.status}] * 2,
        "pagination": {"page": 2, "limit": 2, "total": 5, "pages": 3},
    }
    empty = dump_page(huntaze_app.ops.schemas.AliveView, "things", Page((), 0, 1, 20))
    assert empty["pagination"]["pages"] == 0


def test_a_field_that_cannot_be_written_is_refused_when_it_is_compiled() -> None:
    class Odd(Schema):
        price = fields.Decimal()

    with pytest.raises(TypeError, match=r"Odd\.price: no way to write a Decimal"):
        dumper(Odd)


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (SEEN, "2026-03-29T01:30:00.000007Z"),
        (SEEN.replace(microsecond=0), "2026-03-29T01:30:00Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
        (SEEN.astimezone(timezone(timedelta(0))), "2026-03-29T01:30:00.000007Z"),
    ],
)
def test_times_are_in_utc_with_a_z(moment: datetime, written: str) -> None:
    assert encode({"at": moment}) == b'{"at":"%s"}' % written.encode()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"nul",
        b"NaN",
        b"Infinity",
        b"1e400",
        b"01",
        b"+1",
        b"'x'",
        b'"\x00"',
        b'"\\u0000"',
        b'{"a": ["\\u0000"]}',
        b'{"\\u0000": 1}',
        b'["\\ud800"]',
        b'["\\udc00\\ud800"]',
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        b"[" * 2000 + b"]" * 2000,
        b"[" * 200_000,
        b"18446744073709551616",
        b"-9223372036854775809",
        b"[" + b"9" * 5000 + b"]",
        b"1" * 100_000,
    ],
    ids=lambda text: repr(text[:24]),
)
def test_the_decoder_refuses(text: bytes) -> None:
    with pytest.raises(MalformedJson):
        decode(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"null", None),
        (b" {} ", {}),
        (b'"\\ud83d\\ude00"', "😀"),
        (b'"\\\\u0000"', "\\u0000"),
        (b"18446744073709551615", 2**64 - 1),
        (b"-9223372036854775808", -(2**63)),
        (b'"12345678901234567890123"', "12345678901234567890123"),
        (b"0.12345678901234567890123", 0.12345678901234568),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"[" * 500 + b"]" * 500, json.loads("[" * 500 + "]" * 500)),
    ],
    ids=lambda text: repr(text)[:24],
)
def test_the_decoder_takes(text: bytes, value: object) -> None:
    assert decode(text) == value
    assert type(decode(text)) is type(value)


def test_flask_s_own_json_is_the_product_s() -> None:
    app = Flask(__name__)
    provider = OrjsonProvider(app)

    assert provider.dumps({"at": SEEN}) == '{"at":"2026-03-29T01:30:00.000007Z"}'
    with pytest.raises(MalformedJson):
        provider.loads('{"a": NaN}')
