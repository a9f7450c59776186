"""Decorators that say who may call a view; the route table shows them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask.globals import app_ctx

from huntaze_app.problems import Forbidden, Unauthenticated
from huntaze_app.security.login import Account
from repositories.entities.users import Role

P = ParamSpec("P")
T = TypeVar("T")


def account() -> Account:
    """Return the signed-in account; raises Unauthenticated."""
    # Flask-Login's `current_user`, without the proxies: this is on the way of every request
    context = app_ctx._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    if "_login_user" not in context.g:
        context.app.login_manager._load_user()  # noqa: SLF001
    found = context.g.get("_login_user")
    if not isinstance(found, Account):
        raise Unauthenticated
    return found


def signed_in(view: Callable[P, T]) -> Callable[P, T]:
    """Let in whoever is signed in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        account()
        return view(*args, **kwargs)

    guarded.access = "signed in"  # type: ignore[attr-defined]  # read by the route table
    return guarded


def admin_only(view: Callable[P, T]) -> Callable[P, T]:
    """Let in administrators."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        if account().user.role is not Role.ADMIN:
            raise Forbidden
        return view(*args, **kwargs)

    guarded.access = "admin"  # type: ignore[attr-defined]  # read by the route table
    return guarded
