"""Decorators that say who may call a view; the route table shows them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, overload

from flask.globals import app_ctx

from huntaze_app.problems import Forbidden, Unauthenticated
from huntaze_app.security.login import Account
from repositories.entities.api_keys import Scope
from repositories.entities.users import Role

P = ParamSpec("P")
T = TypeVar("T")
View = Callable[P, T]


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


def _check_scope(found: Account, scope: Scope | None) -> None:
    if found.key is not None and scope not in found.key.scopes:
        raise Forbidden


def _check_user(_found: Account) -> None:
    """Let any in."""


def _check_admin(found: Account) -> None:
    if found.user.role is not Role.ADMIN:
        raise Forbidden


@overload
def signed_in(view: Callable[P, T], /) -> Callable[P, T]: ...
@overload
def signed_in(*, scope: Scope) -> Callable[[Callable[P, T]], Callable[P, T]]: ...
def signed_in(view: Any = None, /, *, scope: Scope | None = None) -> Any:
    """Let in whoever is signed in, by session or access token, and API keys that have the scope, if one is named."""
    return _guard("signed in", _check_user, scope, view)


@overload
def admin_only(view: Callable[P, T], /) -> Callable[P, T]: ...
@overload
def admin_only(*, scope: Scope) -> Callable[[Callable[P, T]], Callable[P, T]]: ...
def admin_only(view: Any = None, /, *, scope: Scope | None = None) -> Any:
    """Let in administrators, and their API keys that have the scope, if one is named."""
    return _guard("admin", _check_admin, scope, view)


def _guard(access: str, check: Callable[[Account], None], scope: Scope | None, view: Any) -> Any:
    def decorate(view: Callable[P, T]) -> Callable[P, T]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            found = account()
            check(found)
            _check_scope(found, scope)
            return view(*args, **kwargs)

        guarded.access = access  # type: ignore[attr-defined]  # these are read by the route table
        guarded.scope = scope  # type: ignore[attr-defined]
        return listens_to_bearers(guarded)

    return decorate if view is None else decorate(view)


def listens_to_bearers(view: Callable[P, T]) -> Callable[P, T]:
    """Mark a view that a bearer may call, and that then never sets a cookie."""
    view.listens_to_bearers = True  # type: ignore[attr-defined]  # read where the origin is checked
    return view
