"""The form of API keys: what a scanner of secrets can rely on."""

from __future__ import annotations

import re
from zlib import crc32

from huntaze_app.security.api_keys import ALPHABET, FORM, may_be_api_key, new_api_key


def test_the_checksum_is_the_crc_32_in_base_62() -> None:
    key = new_api_key()
    number = 0
    for character in key[-6:]:
        number = number * 62 + ALPHABET.index(character)

    assert number == crc32(key[:-6].encode())
    assert may_be_api_key(key)


def test_a_known_key_keeps_its_form() -> None:
    """A key that was handed out stays good, whatever becomes of the code."""
    assert may_be_api_key("hz_0123456789ABCDEFGHIJKLMNOPQRSTUV1bYzwB")


def test_one_wrong_or_two_swapped_characters_are_always_noticed() -> None:
    key = new_api_key()
    swapped = [key[:at] + key[at + 1] + key[at] + key[at + 2 :] for at in range(3, len(key) - 1)]
    wrong = [key[:at] + other + key[at + 1 :] for at in range(len(key)) for other in "0Az" if key[at] != other]

    assert not [one for one in (*swapped, *wrong) if one != key and may_be_api_key(one)]


def test_keys_have_enough_chance_in_them() -> None:
    keys = {new_api_key() for _ in range(2000)}

    assert len(keys) == 2000
    assert all(FORM.fullmatch(key) for key in keys)
    assert 62**32 > 2**128
    assert {character for key in keys for character in key[3:35]} == set(ALPHABET)


def test_nothing_but_ascii_is_a_key() -> None:
    key = new_api_key()

    for other in ("", "hz_", key + "\n", " " + key, key.replace("_", "-"), "hz_" + "é" * 38, "hz_" + "٣" * 38):
        assert not may_be_api_key(other)
    assert re.fullmatch(r"hz_[0-9A-Za-z]{38}", key)
