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
Guard = Callable[[Callable[P, T], Scope | None], Callable[P, T]]


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


@overload
def signed_in(view: Callable[P, T], /) -> Callable[P, T]: ...
@overload
def signed_in(*, scope: Scope) -> Callable[[Callable[P, T]], Callable[P, T]]: ...
def signed_in(view: Any = None, /, *, scope: Scope | None = None) -> Any:
    """Let in whoever is signed in, by session or access token, and API keys that have the scope, if one is named."""
    return _guard("signed in", _let_users_in, scope, view)


@overload
def admin_only(view: Callable[P, T], /) -> Callable[P, T]: ...
@overload
def admin_only(*, scope: Scope) -> Callable[[Callable[P, T]], Callable[P, T]]: ...
def admin_only(view: Any = None, /, *, scope: Scope | None = None) -> Any:
    """Let in administrators, and their API keys that have the scope, if one is named."""
    return _guard("admin", _let_admins_in, scope, view)


def _guard(access: str, guard: Guard[P, T], scope: Scope | None, view: Any) -> Any:
    def decorate(view: Callable[P, T]) -> Callable[P, T]:
        guarded = guard(view, scope)
        guarded.access, guarded.scope = access, scope  # type: ignore[attr-defined]  # read by the route table
        return listens_to_bearers(guarded)

    return decorate if view is None else decorate(view)


# Two that are much alike: a call from the one to the other would be on the way of every request.


def _let_users_in(view: Callable[P, T], scope: Scope | None) -> Callable[P, T]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        key = account().key
        if key is not None and scope not in key.scopes:
            raise Forbidden
        return view(*args, **kwargs)

    return guarded


def _let_admins_in(view: Callable[P, T], scope: Scope | None) -> Callable[P, T]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        found = account()
        if found.user.role is not Role.ADMIN or (found.key is not None and scope not in found.key.scopes):
            raise Forbidden
        return view(*args, **kwargs)

    return guarded


def listens_to_bearers(view: Callable[P, T]) -> Callable[P, T]:
    """Mark a view that a bearer may call, and that then never sets a cookie."""
    view.listens_to_bearers = True  # type: ignore[attr-defined]  # read where the origin is checked
    return view
