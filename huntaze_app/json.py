"""JSON in and out: strict on the way in, RFC 3339 in UTC with `Z` on the way out."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

LONG_NUMBER = re.compile(rb"[0-9]{19}")
OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class MalformedJson(ValueError):
    """The text is not JSON that the product accepts."""


def encode(value: Any) -> bytes:
    """Return the value as JSON."""
    return orjson.dumps(value, option=OPTIONS)


def encode_for_people(value: Any) -> bytes:
    """Return the value as JSON that is easily read."""
    return orjson.dumps(value, option=OPTIONS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def decode(data: bytes) -> Any:
    """Return the value of a JSON text; raises MalformedJson.

    Also for NaN, lone surrogates, NUL, deep nesting, and whole numbers that 64 bits do not hold.
    """
    try:
        value = orjson.loads(data)
        if LONG_NUMBER.search(data):  # orjson makes an inexact float of a whole number that is too big
            json.loads(data, parse_int=_held_by_64_bits)
        # A NUL can only come from its escape, so most bodies need no second look.
        has_nul = b"\\u0000" in data and _holds_nul(value)
    except (ValueError, RecursionError) as error:
        raise MalformedJson(str(error)) from error
    if has_nul:
        raise MalformedJson("NUL in text")
    return value


def _held_by_64_bits(digits: str) -> int:
    number = int(digits)
    if not -(2**63) <= number < 2**64:
        raise ValueError("number out of range")
    return number


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_holds_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_holds_nul, value))
