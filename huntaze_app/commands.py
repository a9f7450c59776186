"""What commands share: a unit of work that ends, when it cannot be done, in a sentence an operator can act on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from huntaze_app.stores import store_router
from repositories.errors import RepositoryError
from repositories.stores import Backend, Check, Stores

T = TypeVar("T")


def run(route: str, work: Callable[[Stores], T]) -> T:
    """Do the work in a unit of a route's backend; raises ClickException with the cause and what to change."""
    router = store_router()
    backend = router.backend(route)
    if not backend.is_lasting:
        raise click.ClickException(
            f"the toggle {route} is on {backend.name}: what a command stores there is gone when it ends. "
            f"Toggle {route} to postgres"
        )
    _refuse_unless_ready(backend)
    try:
        return router.run(route, work)
    except RepositoryError as error:
        raise click.ClickException(f"the store refused: {type(error).__name__} {error}".rstrip()) from error


def line(check: Check) -> str:
    """Return the line of a check; that of a failed one has the cause and the fix."""
    return f"ok    {check.name}: {check.found}" if check.is_passed else f"FAIL  {_told(check)}"


def _told(check: Check) -> str:
    return f"{check.name}: {check.found}. Fix: {check.fix}"


def _refuse_unless_ready(backend: Backend) -> None:
    if backend.health().is_healthy:
        return
    failed = [check for check in backend.checks() if not check.is_passed]
    raise click.ClickException(_told(failed[0]) if failed else "the database did not answer; try again")
