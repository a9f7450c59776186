"""The form of API keys: `hz_`, 32 characters of chance, and 6 of checksum, which tell a typo without a look-up.

For scanners of secrets: `\\bhz_[0-9A-Za-z]{38}\\b`, of which the last six are the CRC-32 (ISO 3309) of all before
them in base 62, digits first, then upper case, then lower case.
"""

from __future__ import annotations

import re
import secrets
from string import ascii_lowercase, ascii_uppercase, digits
from zlib import crc32

START = "hz_"
FORM = re.compile(r"hz_[0-9A-Za-z]{38}")
ALPHABET = digits + ascii_uppercase + ascii_lowercase
RANDOM_LENGTH = 32  # 190 bits
CHECKSUM_LENGTH = 6
PREFIX_LENGTH = len(START) + 8  # what is shown of a key; the other 24 characters are 142 bits


def new_api_key() -> str:
    """Return an unguessable key."""
    body = START + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return body + _checksum(body)


def may_be_api_key(text: str) -> bool:
    """Say whether a text has the form of a key, and the right checksum."""
    return FORM.fullmatch(text) is not None and _checksum(text[:-CHECKSUM_LENGTH]) == text[-CHECKSUM_LENGTH:]


def _checksum(body: str) -> str:
    number, characters = crc32(body.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        characters = ALPHABET[digit] + characters
    return characters
