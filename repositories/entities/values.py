"""Limits that an entity declares on its own fields, for both backends and the schemas to read."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeAlias, get_origin, get_type_hints

from repositories.errors import InvalidValue

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MaxLength:
    """The longest text the field holds, in characters."""

    characters: int


@cache
def text_limits(entity: type) -> dict[str, int]:
    """Return the longest text of each limited field of an entity."""
    hints = get_type_hints(entity, include_extras=True)
    marked = {name: hint.__metadata__ for name, hint in hints.items() if get_origin(hint) is Annotated}
    return {name: mark.characters for name, marks in marked.items() for mark in marks if isinstance(mark, MaxLength)}


def email_key(email: str) -> str:
    """Return the form under which two spellings of one address are equal."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email.strip()).casefold())


def encode_json(value: Json) -> str:
    """Return the value as the JSON text that is stored; raises InvalidValue for what Postgres's jsonb would refuse."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        text.encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidValue("not storable as JSON") from error
    if "\\u0000" in text:
        refuse_nul_in(value)
    return text


def refuse_nul_in(value: object) -> None:
    """Raise InvalidValue if a text or key anywhere inside a JSON value holds a NUL."""
    if isinstance(value, str) and "\x00" in value:
        raise InvalidValue("NUL in text")
    if isinstance(value, dict):
        for part in (*value.keys(), *value.values()):
            refuse_nul_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            refuse_nul_in(part)
