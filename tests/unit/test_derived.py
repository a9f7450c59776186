"""Secrets that are worked out rather than stored."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

from huntaze_app.security.derived import derive_code, derive_token

KEY = "a secret of the tests, and of nobody else"
ID = UUID(int=1)


def test_a_token_is_43_characters_of_a_link() -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", derive_token(KEY, "magic_link", uuid4())) for _ in range(100))


def test_a_code_is_six_digits_with_its_zeros() -> None:
    codes = [derive_code(KEY, "magic_link", UUID(int=number)) for number in range(1000)]

    assert all(re.fullmatch(r"\d{6}", code) for code in codes)
    assert any(code.startswith("0") for code in codes)
    assert len(set(codes)) > 990


def test_whoever_sends_it_works_out_the_same() -> None:
    """And so will a later release: links on their way must stay good."""
    assert derive_token(KEY, "magic_link", ID) == derive_token(KEY, "magic_link", UUID(int=1))
    assert derive_token("k", "magic_link", ID) == "lU8vEPkdySgp_KYp91uptC6ms9BPbZT6rh2-0-isTtA"
    assert derive_code("k", "magic_link", ID) == "246039"


def test_key_purpose_and_id_each_make_another_secret() -> None:
    tokens = {
        derive_token(key, purpose, token_id)
        for key in (KEY, "another")
        for purpose in ("magic_link", "password_reset")
        for token_id in (ID, UUID(int=2))
    }
    assert len(tokens) == 8
    assert derive_code(KEY, "magic_link", ID) != derive_code(KEY, "password_reset", ID)
