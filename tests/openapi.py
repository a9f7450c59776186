"""Whether a value is what an OpenAPI document says: the part of JSON Schema that the document uses, strictly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

KNOWN = {
    "$ref",
    "additionalProperties",
    "default",
    "description",
    "enum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "nullable",
    "pattern",
    "properties",
    "required",
    "type",
}
Document = dict[str, Any]

TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, or what its reference leads to."""
    if "$ref" not in schema:
        return schema
    found: Any = document
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return resolve(document, found)


def faults(document: dict[str, Any], given: dict[str, Any], value: Any, place: str = "$") -> Iterator[str]:
    """Every way in which the value is not what the schema says."""
    schema = resolve(document, given)
    if unknown := schema.keys() - KNOWN:
        yield f"{place}: the checker does not know {unknown}"
    if value is None:
        if not schema.get("nullable"):
            yield f"{place}: null"
        return
    if "type" not in schema:
        yield f"{place}: a schema without a type says nothing"
    elif not TYPES[schema["type"]](value):
        yield f"{place}: {value!r} is no {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is not one of {schema['enum']}"
    if isinstance(value, str):
        yield from _text_faults(schema, value, place)
    yield from _part_faults(document, schema, value, place)


def _text_faults(schema: dict[str, Any], text: str, place: str) -> Iterator[str]:
    if not re.search(schema.get("pattern", ""), text):
        yield f"{place}: {text!r} is not like {schema['pattern']}"
    if not _has_format(text, schema.get("format")):
        yield f"{place}: {text!r} is no {schema['format']}"


def _part_faults(document: dict[str, Any], schema: dict[str, Any], value: Any, place: str) -> Iterator[str]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from faults(document, schema["items"], item, f"{place}[{index}]")
    if isinstance(value, dict):
        missing = set(schema.get("required", ())) - value.keys()
        yield from (f"{place}: {name} is missing" for name in missing)
        for name, part in value.items():
            yield from _property_faults(document, schema, name, part, place)


def _property_faults(
    document: dict[str, Any], schema: dict[str, Any], name: str, part: Any, place: str
) -> Iterator[str]:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties")
    inner = properties.get(name, others)
    if isinstance(inner, dict) and inner:
        yield from faults(document, inner, part, f"{place}.{name}")
    elif properties and name not in properties and not others:
        yield f"{place}: {name} is not in the document"


def _has_format(text: str, kind: str | None) -> bool:
    try:
        if kind == "uuid":
            return str(UUID(text)) == text
        if kind == "date-time":
            return datetime.fromisoformat(text).tzinfo is not None and text.endswith("Z")
        if kind == "date":
            return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
    return True


def described(document: Document) -> dict[tuple[str, str], dict[str, Any]]:
    """Each operation of a document, by method and path."""
    return {(method, path): one for path, item in document["paths"].items() for method, one in item.items()}
