"""What views share: input by schema, output by schema, pages of a list."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from flask import request
from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields
from werkzeug.exceptions import UnsupportedMediaType

from huntaze_app.json import MalformedJson, decode
from huntaze_app.problems import Invalid
from repositories.paging import Page, PageRequest

T = TypeVar("T")

MAX_FIELDS = 100
MAX_LIMIT = 100
MAX_PAGE = 1_000_000
INT_DIGITS = 9
JSON_TYPES = frozenset({"application/json"})


@cache
def instance(schema: type[Schema]) -> Schema:
    """Return the one instance of a schema; building one costs more than using it."""
    return schema()


def load(schema: type[Schema]) -> dict[str, Any]:
    """Return the JSON body of the request, checked; raises Invalid."""
    if request.mimetype not in JSON_TYPES:
        raise UnsupportedMediaType
    try:
        body = decode(request.get_data(cache=True))
    except MalformedJson as error:
        raise Invalid({"_schema": [_("Ce corps n’est pas un JSON valable.")]}) from error
    return check(schema, body)


def load_form(schema: type[Schema]) -> dict[str, Any]:
    """Return the fields of the submitted HTML form, checked; raises Invalid."""
    fields_sent = {name: value for name, value in request.form.items() if name != "csrf_token"}
    return check(schema, fields_sent)


def check(schema: type[Schema], given: object) -> dict[str, Any]:
    """Return what the schema makes of a value; raises Invalid."""
    if isinstance(given, dict) and len(given) > MAX_FIELDS:  # a text for each of 70,000 takes seconds
        raise Invalid({"_schema": [_("Champ inconnu.")]})
    try:
        values: dict[str, Any] = instance(schema).load(given)  # type: ignore[arg-type]  # it refuses what is no object
    except ValidationError as error:
        raise Invalid(_texts(error.messages)) from error
    return values


def _texts(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Flatten marshmallow's messages: `{"tags": {0: [...]}}` becomes `{"tags.0": [...]}`."""
    if isinstance(messages, dict):
        flat: dict[str, list[str]] = {}
        for key, inner in messages.items():
            flat.update(_texts(inner, f"{path}.{key}" if path else str(key)))
        return flat
    # a lazy text is no str to marshmallow, which leaves it without a list around it
    texts = messages if isinstance(messages, list) else [messages]
    return {path or "_schema": [str(text) for text in texts]}


# Fields whose values orjson writes just as marshmallow would.
PASSED_ON = (
    fields.String,
    fields.UUID,
    fields.Integer,
    fields.Float,
    fields.Boolean,
    fields.DateTime,
    fields.Date,
    fields.Enum,
    fields.Dict,
    fields.List,
)


@cache
def dumper(schema: type[Schema]) -> Callable[[Any], dict[str, Any]]:
    """Compile an output schema; values that orjson writes as marshmallow would are passed on untouched."""
    plain: dict[str, str] = {}
    nested = []
    for name, field in instance(schema).fields.items():
        key, attribute = field.data_key or name, field.attribute or name
        if isinstance(field, fields.Nested):
            nested.append((key, attribute, dumper(type(field.schema)), field.many))
        elif isinstance(field, PASSED_ON):
            plain[key] = attribute
        else:
            raise TypeError(f"{schema.__name__}.{name}: no way to write a {type(field).__name__}")

    # attrgetter returns a tuple for two names or more: the last two see to it, and zip drops them
    keys, values = tuple(plain), attrgetter(*plain.values(), "__class__", "__class__")

    def dump_one(value: Any) -> dict[str, Any]:
        made = dict(zip(keys, values(value), strict=False))
        for key, attribute, inner, many in nested:
            part = getattr(value, attribute)
            made[key] = [inner(one) for one in part] if many else (part and inner(part))
        return made

    return dump_one


def dump(schema: type[Schema], value: Any) -> dict[str, Any]:
    """Return the value in the shape of an output schema, ready for JSON."""
    return dumper(schema)(value)


def dump_page(schema: type[Schema], name: str, page: Page[Any]) -> dict[str, Any]:
    """Return a page of a list under its plural name, with its pagination."""
    shown = dumper(schema)
    pagination = {"page": page.page, "limit": page.limit, "total": page.total, "pages": page.pages}
    return {name: [shown(item) for item in page.items], "pagination": pagination}


PAGING = frozenset({"page", "limit"})


def load_query(schema: type[Schema], *, blanks: bool = True) -> dict[str, Any]:
    """Return the parameters of the query but for the page, checked, each at most once; raises Invalid.

    Without `blanks` an empty one is none: the search form of a page sends every field.
    """
    given = {name: texts for name, texts in request.args.lists() if name not in PAGING and (blanks or any(texts))}
    return check(schema, {name: texts[0] if len(texts) == 1 else texts for name, texts in given.items()})


def page_request(default_limit: int = 20) -> PageRequest:
    """Return the page the query asks for; raises Invalid for anything but plain ASCII digits in range."""
    return PageRequest(_digits("page", 1, MAX_PAGE), _digits("limit", default_limit, MAX_LIMIT))


def _digits(name: str, default: int, most: int) -> int:
    values = request.args.getlist(name)
    if not values:
        return default
    text = values[0]
    is_number = len(values) == 1 and text.isascii() and text.isdigit() and len(text) <= INT_DIGITS
    if not is_number or not 1 <= int(text) <= most:
        raise Invalid({name: [_("Un nombre de 1 à %(most)s est attendu.", most=most)]})
    return int(text)
