"""What the documents name exists: files, links, commands, settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from flask import Flask

from config.settings import ROOT, Settings, SettingsError
from tests.conftest import MakeApp

DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")])
MADE_BY_THE_READER = "notes"  # the example of adding-a-feature.md
COMMITTED = ("huntaze_app", "repositories", "config", "scripts", "migrations", "tests", "docs", ".ci", ".venv")

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
PATH = re.compile(rf"(?<![\w/.-])(?:\./)?((?:{'|'.join(map(re.escape, COMMITTED))})/[\w./-]*[\w/])")
FLASK = re.compile(r"(?<![\w.-])flask ((?:[a-z][a-z-]+ ?){1,2})")
VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")


def name(document: Path) -> str:
    """A document's place in the repository."""
    return str(document.relative_to(ROOT))


def links(document: Path) -> Iterator[str]:
    """The files of this repository that a document links to."""
    for target in LINK.findall(document.read_text()):
        if "://" not in target and not target.startswith("#"):
            yield target.partition("#")[0]


def paths(document: Path) -> set[str]:
    """The files and folders that a document names in code, but for those a reader is told to make."""
    found = {path for code in CODE.findall(document.read_text()) for path in PATH.findall(code)}
    return {path for path in found if MADE_BY_THE_READER not in path and not path.startswith(".venv/")}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(document: Path) -> None:
    assert [target for target in links(document) if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_file_that_is_named_exists(document: Path) -> None:
    assert sorted(path for path in paths(document) if not (ROOT / path).exists()) == []


def test_links_and_names_are_found_at_all() -> None:
    readme = ROOT / "README.md"
    assert "docs/architecture.md" in set(links(readme))
    assert {"scripts/run", "config/routes.toml"} <= paths(readme)


@cache
def settings_table() -> frozenset[str]:
    """The variables of the README's table of settings."""
    rows = re.findall(r"^\| (`[A-Z].*?) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    return frozenset(variable for row in rows for variable in VARIABLE.findall(row))


class Watched(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, environment: str) -> None:
        super().__init__(HUNTAZE_ENV=environment)
        self.asked: set[str] = set()

    def get(self, key: str, default: object = None) -> str | None:  # type: ignore[override]  # None is all it gives
        """Note the name and look it up."""
        assert default is None
        self.asked.add(key)
        return super().get(key)


def test_the_readme_tells_each_setting_and_no_other() -> None:
    development, production = Watched("development"), Watched("production")
    Settings.from_env(development)
    with pytest.raises(SettingsError):  # nothing that production requires is set
        Settings.from_env(production)

    assert development.asked | production.asked == settings_table()


def test_decisions_are_numbered_from_one_each_once_and_titled_so() -> None:
    files = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    for file in files:
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", file.name)
        assert file.read_text().startswith(f"# {int(file.name[:4])}. ")


def test_decisions_have_the_four_parts() -> None:
    for file in (ROOT / "docs/decisions").glob("*.md"):
        parts = re.findall(r"^## (.+)$", file.read_text(), re.MULTILINE)
        assert parts == ["Context", "Decision", "Measured", "Consequences"], file.name


def test_every_flask_command_that_is_named_exists(make_app: MakeApp) -> None:
    app = make_app("postgres")  # where there is no database, there are no `flask db` commands
    files = [*DOCUMENTS, *ROOT.glob("scripts/*.sh"), ROOT / "buildspec.yml"]
    named = {words for file in files for words in FLASK.findall(file.read_text())}

    assert {"backends", "seed"} <= {words.strip() for words in named}
    assert sorted(words for words in named if not is_command(app, words.split())) == []


def is_command(app: Flask, words: list[str]) -> bool:
    """Whether words begin a command of the application."""
    command: click.Command | None = app.cli.commands.get(words[0])
    if isinstance(command, click.Group) and len(words) > 1:
        command = command.commands.get(words[1])
    return command is not None
