"""Limits that an entity declares on its own fields, for both backends and the schemas to read."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeAlias, get_origin, get_type_hints

from repositories.errors import InvalidValue

Json: TypeAlias = dict[str, Any]

LONGEST_EMAIL_KEY = 254  # characters; an index of Postgres holds 2,704 bytes
DEEPEST_JSON = 100
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


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


def folded(text: str) -> str:
    """Return the form under which two spellings of one text are equal."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.strip()).casefold())


def email_key(email: str) -> str:
    """Return the form under which two spellings of one address are equal."""
    return folded(email)


def stored_email_key(email: str) -> str:
    """Return the form of an address to store; raises InvalidValue when folding has made it too long for an index."""
    key = email_key(email)
    if len(key) > LONGEST_EMAIL_KEY:
        raise InvalidValue(f"address longer than {LONGEST_EMAIL_KEY} characters")
    return key


def is_storable(text: str) -> bool:
    """Say whether a database can hold the text: it has no NUL and no lone surrogate."""
    return _UNSTORABLE.search(text) is None


def encode_json(value: Json) -> str:
    """Return the value as the JSON text that is stored; raises InvalidValue for what Postgres's jsonb would refuse."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        text.encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidValue("not storable as JSON") from error
    if "\\u0000" in text or text.count("{") + text.count("[") > DEEPEST_JSON:
        _check_json(value, DEEPEST_JSON)
    return text


def _check_json(value: object, levels: int) -> None:
    if isinstance(value, str) and "\x00" in value:
        raise InvalidValue("NUL in text")
    if not isinstance(value, dict | list | tuple):
        return
    if levels == 0:
        raise InvalidValue(f"JSON nested deeper than {DEEPEST_JSON} levels")
    for part in (*value.keys(), *value.values()) if isinstance(value, dict) else value:
        _check_json(part, levels - 1)
