"""Passwords that are guessed first: the most common ones, the product's own words, and what is known of a person."""

from __future__ import annotations

import re
import unicodedata

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from huntaze_app.problems import Unfit

MINIMUM = 8  # characters
MAXIMUM = 256
COMMON = frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= MINIMUM)
OWN_WORDS = ("huntaze", "creatrices", "creatrice", "createurs", "createur", "creators", "creator", "beta")
_OWN = re.compile(f"(?:{'|'.join(OWN_WORDS)})+")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def refuse_weak(password: str, email: str, name: str) -> None:
    """Raise Unfit for a password that is common, made of the product's own words, or the account's address or name."""
    plain = _plain(password)
    if plain in COMMON or _AROUND.sub("", plain) in COMMON:
        raise Unfit("password", "common_password")
    if _OWN.fullmatch(_NO_LETTERS.sub("", plain)):
        raise Unfit("password", "product_password")
    address = _plain(email)
    if plain in {address, address.partition("@")[0], _plain(name)}:
        raise Unfit("password", "personal_password")


def _plain(text: str) -> str:
    """Return the text in lower case and without accents, as a guesser writes it."""
    split = unicodedata.normalize("NFKD", text.strip()).casefold()
    return "".join(character for character in split if not unicodedata.combining(character))
