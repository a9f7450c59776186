"""What random calls are drawn from: few values, so that they meet, and some awkward."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from repositories.entities.values import text_limits
from repositories.paging import PageRequest

IDS = [UUID(int=number << 64) for number in range(1, 4)]
TIMES = [datetime(2026, 3, 29, hour, 59, 59, 999999, UTC) for hour in range(4)]
EMAILS = ["zoe@example.fr", "ZOE@Example.FR ", "straße@example.de", "STRASSE@example.de", "ｚｏｅ@example.fr", "", " "]
UNSTORABLE = ["zoe\x00@example.fr", "\ud800"]
SUBJECTS = ["1", "Ω", "", "1 "]
CODES = ["CODE", "ABCD0123", "code", "Ω", ""]
TOKENS = [b"", b"\x00", b"token", b"\xff" * 32]
MONTHS = [date(2026, 1, 1), date(2025, 12, 1), date.min]
LEAVES: list[Any] = [None, True, 0, 2**70, 0.1, "é😀", "\\u0000", [], {}]
UNJSON: list[Any] = ["\x00", "\ud800", float("nan"), {"\x00": 1}, b"", 10**5000]


def rarely(usual: st.SearchStrategy[Any], awkward: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw something awkward one time in twenty, so that most calls get somewhere."""
    return st.integers(0, 19).flatmap(lambda number: usual if number else awkward)


def texts(entity: type, field: str, *usual: str | None) -> st.SearchStrategy[Any]:
    """Texts of a field: some usual ones, of its exact limit and one more, and some that cannot be stored."""
    limit = text_limits(entity)[field]
    awkward = ["", "x" * limit, "😀" * limit, "x" * (limit + 1), *UNSTORABLE]
    return rarely(st.sampled_from([*usual, "a", "é😀"]), st.sampled_from(awkward))


ids = st.sampled_from(IDS)
times = rarely(st.sampled_from(TIMES), st.sampled_from([TIMES[0].astimezone(timezone(timedelta(hours=2)))]))
some_time = st.none() | times
emails = rarely(st.sampled_from(EMAILS), st.sampled_from([*UNSTORABLE, "x" * 254, "x" * 255, "ß" * 200]))
codes = rarely(st.sampled_from(CODES), st.sampled_from(["x" * 16, "x" * 17, "ß" * 16, "a\x00", "\udfff"]))
tokens = st.sampled_from(TOKENS)
pages = st.builds(PageRequest, st.sampled_from([1, 1, 2, 3, 2**40]), st.sampled_from([1, 2, 3, 100]))
