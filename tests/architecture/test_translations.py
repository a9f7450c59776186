"""The English catalogue says what the code and the templates say today."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from config.settings import ROOT

CATALOGUE = ROOT / "huntaze_app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
UPDATE = (
    "pybabel extract -F config/babel.cfg -k lazy_gettext --add-location=file -o /tmp/messages.pot . && "
    "pybabel update -i /tmp/messages.pot -d huntaze_app/translations -l en --no-fuzzy-matching, then translate"
)

Id = str | tuple[str, ...]


@cache
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file)


def messages() -> list[Message]:
    return [message for message in catalogue() if message.id]


def texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]  # singular and plural


def said() -> dict[Id, Path]:
    """The texts of the code and the templates, and where they are."""
    with (ROOT / "config" / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel leaves it so
    keywords = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
    found = extract_from_dir(ROOT, methods, options, keywords, directory_filter=_is_ours)
    return {text: Path(name) for name, _line, text, _comments, _context in found}


def _is_ours(folder: str | Path) -> bool:
    parts = Path(folder).relative_to(ROOT).parts
    return not parts or parts[0] == "huntaze_app"


def test_every_text_is_in_the_catalogue_and_no_other() -> None:
    today, known = set(said()), {message.id for message in messages()}

    assert len(today) > 200, "the texts were not found: config/babel.cfg"
    assert today - known == set(), f"missing from the catalogue: {UPDATE}"
    assert known - today == set(), f"no longer said: {UPDATE}"
    assert not catalogue().obsolete


def test_the_words_of_python_are_found_under_both_their_names() -> None:
    places = said()

    assert places["Ce champ ne peut pas être vide."].name == "fields.py", "lazy_gettext"
    assert places["Bienvenue sur Huntaze !"].parts[-2:] == ("auth", "pages.py"), "gettext as _"


def test_each_text_is_translated_with_the_same_placeholders() -> None:
    assert [message.id for message in messages() if message.fuzzy or not all(texts(message.string))] == []
    assert [message.id for message in messages() if len(placeholders(message.id, message.string)) > 1] == []


def placeholders(*values: object) -> set[frozenset[str]]:
    """The sets of placeholders among some texts: one, where all agree."""
    return {frozenset(PLACEHOLDER.findall(text)) for value in values for text in texts(value)}


def test_the_catalogue_names_no_machine() -> None:
    lines = CATALOGUE.read_text().splitlines()
    places = [place for line in lines if line.startswith("#: ") for place in line[3:].split()]

    assert places
    assert all(place.startswith("huntaze_app/") for place in places)
    assert not catalogue().fuzzy
    assert "@" not in "".join(lines[:16])
