"""The JSON routes for accounts."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Blueprint

from huntaze_app.clock import now
from huntaze_app.http import page_request
from huntaze_app.operations import operation
from huntaze_app.security.access import account, admin_only, signed_in
from huntaze_app.stores import with_stores
from huntaze_app.users import directory
from huntaze_app.users.directory import DirectoryStores, StatsStores, UserStats
from huntaze_app.users.directory_schemas import AccountForm, AccountView, NewUserForm, UsersQuery, UserStatsView, YesNo
from huntaze_app.users.service import UserStores
from repositories.entities.api_keys import Scope
from repositories.entities.users import AccountChanges, User, UserSearch
from repositories.errors import EmailTaken, LastAdmin, NotFound
from repositories.paging import Page

blueprint = Blueprint("directory", __name__, url_prefix="/api/users")


def search_of(asked: dict[str, Any]) -> UserSearch:
    """Return the search that a query stands for."""
    is_active = asked["active"] is YesNo.YES if "active" in asked else None
    return UserSearch(asked.get("q"), asked.get("role"), is_active)


@blueprint.get("")
@admin_only(scope=Scope.ADMIN_READ)
@operation(asks=UsersQuery, gives=AccountView, lists="users")
@with_stores
def list_users(stores: UserStores, asked: dict[str, Any]) -> Page[User]:
    """List accounts, newest first."""
    return stores.users.list_page(page_request(), search_of(asked))


@blueprint.post("")
@admin_only
@operation(takes=NewUserForm, gives=AccountView, status=201, refuses=(EmailTaken,))
@with_stores
def create_user(stores: DirectoryStores, form: dict[str, Any]) -> User:
    """Create an account without a password."""
    return directory.create(stores, account().user.id, now(), **form)


@blueprint.get("/<uuid:user_id>")
@signed_in
@operation(gives=AccountView, refuses=(NotFound,))
@with_stores
def read_user(stores: UserStores, user_id: UUID) -> User:
    """Return an account: any to an administrator, her own to a creator."""
    directory.check_access(account().user, user_id)
    return stores.users.get(user_id)


@blueprint.patch("/<uuid:user_id>")
@admin_only
@operation(takes=AccountForm, gives=AccountView, refuses=(NotFound, LastAdmin))
@with_stores
def change_user(stores: DirectoryStores, user_id: UUID, form: dict[str, Any]) -> User:
    """Change the given fields of an account; another role, or an end of activity, ends its sign-ins."""
    return directory.change(stores, user_id, cast(AccountChanges, form), account().user.id, now())


@blueprint.delete("/<uuid:user_id>")
@signed_in
@operation(status=204, refuses=(NotFound, LastAdmin))
@with_stores
def delete_user(stores: DirectoryStores, user_id: UUID) -> None:
    """Delete an account: any for an administrator, her own for a creator."""
    directory.check_access(account().user, user_id)
    directory.delete(stores, user_id, account().user.id, now())


@blueprint.get("/<uuid:user_id>/stats")
@signed_in
@operation(gives=UserStatsView, refuses=(NotFound,))
@with_stores
def user_stats(stores: StatsStores, user_id: UUID) -> UserStats:
    """Return the figures of an account."""
    directory.check_access(account().user, user_id)
    return directory.stats(stores, stores.users.get(user_id), now())
