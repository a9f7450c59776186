"""No method of a repository is without a contract test, and no backend without a repository."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from repositories.stores import Backend, Stores
from tests.conftest import BACKENDS
from tests.contract.operations import OPERATIONS

REPOSITORIES = get_type_hints(Stores)
METHODS = [
    f"{store}.{name}"
    for store, interface in REPOSITORIES.items()
    for name, member in vars(interface).items()
    if inspect.isfunction(member) and not name.startswith("_")
]


def contract_tests() -> Iterator[ast.FunctionDef]:
    """Every test of this folder that runs on each backend."""
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                parameters = [*node.args.args, *node.args.kwonlyargs]
                if any(parameter.arg == "backend" for parameter in parameters):
                    yield node


def calls_in(test: ast.FunctionDef) -> Iterator[str]:
    """The repository methods a test calls: `stores.users.add(...)` is `users.add`."""
    for node in ast.walk(test):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(value=ast.Name(), attr=store), attr=method)):
                yield f"{store}.{method}"


CALLED = {call for test in contract_tests() for call in calls_in(test)}


def test_the_methods_are_found() -> None:
    """The test below would pass if it looked for nothing."""
    assert len(METHODS) > 20
    assert "invites.redeem" in METHODS


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_a_contract_test(method: str) -> None:
    """One that runs on both backends and calls the method itself."""
    assert method in CALLED, f"no test in tests/contract calls stores.{method}(...)"


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_among_the_random_calls(method: str) -> None:
    """So that the backends are compared by it."""
    assert method in OPERATIONS, f"add {method} to OPERATIONS in tests/contract/operations.py"


def test_no_contract_test_asks_which_backend_it_runs_on() -> None:
    """A contract with two versions is none; the one that checks the name itself is `a_backend_says_how_it_is`."""
    asking = [test.name for test in contract_tests() if "backend_name" in ast.unparse(test)]
    naming = [test.name for test in contract_tests() if "backend.name" in ast.unparse(test)]
    skipping = [test.name for test in contract_tests() if "skip" in ast.unparse(test) or "xfail" in ast.unparse(test)]

    assert (asking, skipping) == ([], [])
    assert naming == ["test_a_backend_says_how_it_is"]


def test_the_contract_is_tested_on_every_backend() -> None:
    """One folder of repositories each."""
    folders = {file.parent.name for file in (Path(__file__).parents[2] / "repositories").glob("*/backend.py")}

    assert folders == set(BACKENDS)


def test_every_backend_builds_every_store(backend: Backend) -> None:
    """X1: with every method of its interface, under the same parameters and annotations."""
    with backend.unit() as stores:
        built: dict[str, Any] = {field.name: getattr(stores, field.name) for field in fields(Stores)}

    for method in METHODS:
        store, name = method.split(".")
        promised = inspect.signature(getattr(REPOSITORIES[store], name))
        given = inspect.signature(getattr(type(built[store]), name))
        assert given == promised, f"{type(built[store]).__name__}.{name}"
