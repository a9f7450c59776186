"""The pages where administrators handle accounts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from huntaze_app.clock import now
from huntaze_app.errors import answer_for
from huntaze_app.http import load_form, load_query, page_request
from huntaze_app.pages import reshow
from huntaze_app.problems import Invalid
from huntaze_app.security.access import account, admin_only
from huntaze_app.stores import with_stores
from huntaze_app.users import directory
from huntaze_app.users.directory import DirectoryStores, StatsStores
from huntaze_app.users.directory_routes import search_of
from huntaze_app.users.directory_schemas import AccountPageForm, NewUserForm, UsersQuery, YesNo
from huntaze_app.users.service import UserStores
from repositories.entities.users import User
from repositories.errors import LastAdmin

blueprint = Blueprint("directory_pages", __name__, url_prefix="/admin/users")


class AccountPageStores(DirectoryStores, StatsStores):
    """What the page of an account needs."""


@blueprint.get("")
@admin_only
@with_stores
def users(stores: UserStores) -> ResponseReturnValue:
    """Show the accounts, and a form to look for some."""
    asked = load_query(UsersQuery, blanks=False)
    page = stores.users.list_page(page_request(), search_of(asked))
    return render_template("users/directory.html", users=page.items, pagination=page, asked=asked)


@blueprint.get("/new")
@admin_only
def new_user() -> ResponseReturnValue:
    """Show the form that makes an account."""
    return render_template("users/new_account.html", form={}, errors={})


@blueprint.post("/new")
@admin_only
@reshow("users/new_account.html")
@with_stores
def create_user(stores: DirectoryStores) -> ResponseReturnValue:
    """Make an account and show it."""
    user = directory.create(stores, account().user.id, now(), **load_form(NewUserForm))
    flash(_("Le compte est créé."), "success")
    return redirect(url_for("users.directory_pages.user", user_id=user.id), 303)


@blueprint.get("/<uuid:user_id>")
@admin_only
@with_stores
def user(stores: StatsStores, user_id: UUID) -> ResponseReturnValue:
    """Show an account, ready to be changed."""
    return _show(stores, stores.users.get(user_id))


@blueprint.post("/<uuid:user_id>")
@admin_only
@with_stores
def change_user(stores: AccountPageStores, user_id: UUID) -> ResponseReturnValue:
    """Change an account."""
    try:
        form = load_form(AccountPageForm)
        directory.change(stores, user_id, _changes(form), account().user.id, now())
    except (Invalid, LastAdmin) as refusal:
        return _refused(stores, user_id, refusal)
    flash(_("Le compte est modifié."), "success")
    return redirect(url_for("users.directory_pages.user", user_id=user_id), 303)


@blueprint.get("/<uuid:user_id>/delete")
@admin_only
@with_stores
def confirm_deletion(stores: UserStores, user_id: UUID) -> ResponseReturnValue:
    """Ask whether to delete an account."""
    return render_template("users/delete_account.html", person=stores.users.get(user_id))


@blueprint.post("/<uuid:user_id>/delete")
@admin_only
@with_stores
def delete_user(stores: AccountPageStores, user_id: UUID) -> ResponseReturnValue:
    """Delete an account."""
    try:
        directory.delete(stores, user_id, account().user.id, now())
    except LastAdmin as refusal:
        return _refused(stores, user_id, refusal)
    flash(_("Le compte est supprimé."), "success")
    return redirect(url_for("users.directory_pages.users"), 303)


def _changes(form: dict[str, Any]) -> Any:
    return {"name": form["name"], "role": form["role"], "is_active": form["active"] is YesNo.YES}


def _refused(stores: StatsStores, user_id: UUID, refusal: Exception) -> ResponseReturnValue:
    """Show the account again: nothing has been written that would have to be undone."""
    answer = answer_for(refusal)
    errors = answer.details or {"_schema": [answer.text]}
    return _show(stores, stores.users.get(user_id), errors=errors, form=request.form.to_dict()), answer.status


def _show(stores: StatsStores, person: User, **context: Any) -> str:
    active = YesNo.YES if person.is_active else YesNo.NO
    form = {"name": person.name, "role": person.role, "active": active}
    shown = {"form": form, "errors": {}, **context}
    return render_template("users/account.html", person=person, stats=directory.stats(stores, person, now()), **shown)
