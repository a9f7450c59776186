"""The shape of the code: small files, small functions, and a sentence on everything public."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from config.settings import ROOT
from repositories.memory.backend import MemoryBackend
from repositories.stores import Backend, Stores

CODE = ("huntaze_app", "repositories", "config", "scripts", "migrations")
MAX_FILE = 300
MAX_FUNCTION = 40
GENERATED = "migrations/versions"  # Alembic writes one function for all the tables of a revision

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def definitions(path: Path) -> Iterator[Definition]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def is_overload(node: Definition) -> bool:
    """Whether it is but a signature of what is defined below it."""
    return any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list)


def public(path: Path) -> Iterator[Definition]:
    """What a module and its public classes offer; not what a function keeps to itself."""
    holders: list[ast.AST] = [ast.parse(path.read_text())]
    while holders:
        for node in ast.iter_child_nodes(holders.pop()):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if not node.name.startswith("_") and not is_overload(node):
                    yield node
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    holders.append(node)


def test_there_is_code_to_look_at() -> None:
    assert len(sources(*CODE)) > 80


@pytest.mark.parametrize("path", sources(*CODE, "tests"), ids=place)
def test_a_file_is_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_FILE


@pytest.mark.parametrize("path", sources(*CODE, "tests"), ids=place)
def test_every_function_is_small(path: Path) -> None:
    if GENERATED in place(path):
        return
    long = [
        f"{node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines"
        for node in definitions(path)
        if not isinstance(node, ast.ClassDef) and (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION
    ]

    assert long == []


@pytest.mark.parametrize("path", sources(*CODE), ids=place)
def test_everything_public_says_what_it_is(path: Path) -> None:
    silent = [node.name for node in public(path) if ast.get_docstring(node) is None]
    module = ast.parse(path.read_text())

    assert silent == []
    assert ast.get_docstring(module) or not module.body


@pytest.mark.parametrize("path", sources("tests"), ids=place)
def test_a_test_is_a_sentence(path: Path) -> None:
    short = [node.name for node in definitions(path) if node.name.startswith("test_") and node.name.count("_") < 2]

    assert short == []


def test_the_changes_are_written_down_for_users() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()

    assert text.startswith("# ")
    assert "\n- " in text or "\n* " in text


def test_every_backend_builds_every_store(backend: Backend) -> None:
    with backend.unit(read_only=True) as stores:
        for field in fields(Stores):
            assert getattr(stores, field.name) is not None
            assert type(getattr(stores, field.name)).__name__.startswith(backend.name.capitalize())


def test_every_method_of_an_interface_is_on_every_backend(backend: Backend) -> None:
    hints = {field.name: field.type for field in fields(Stores)}
    with backend.unit(read_only=True) as stores:
        for name, hint in hints.items():
            tree = ast.parse((ROOT / "repositories" / "interfaces" / f"{name}.py").read_text())
            (protocol,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == hint]
            for method in [node.name for node in protocol.body if isinstance(node, ast.FunctionDef)]:
                assert callable(getattr(getattr(stores, name), method)), f"{name}.{method}"


def test_backends_are_named_as_the_toggles_name_them(backend: Backend, backend_name: str) -> None:
    assert backend.name == backend_name
    assert backend.is_lasting is not isinstance(backend, MemoryBackend)
