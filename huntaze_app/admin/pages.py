"""The pages of the area."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from huntaze_app.admin import service
from huntaze_app.admin.routes import invited
from huntaze_app.admin.schemas import InvitesForm, InvitesPageForm
from huntaze_app.admin.service import InviteStores
from huntaze_app.clock import now
from huntaze_app.http import check, load_form, page_request
from huntaze_app.languages import current_language
from huntaze_app.problems import Invalid
from huntaze_app.route_table import route_rows
from huntaze_app.security.access import account, admin_only
from huntaze_app.stores import store_router, with_stores
from repositories.entities.invites import ListedInvite

blueprint = Blueprint("pages", __name__, url_prefix="/admin")


@blueprint.get("")
@admin_only
def index() -> ResponseReturnValue:
    """Lead to the invitations."""
    return redirect(url_for("admin.pages.invites"))


@blueprint.get("/invites")
@admin_only
@with_stores
def invites(stores: InviteStores) -> ResponseReturnValue:
    """Show the invitations and the form that makes more."""
    return _show(stores)


@blueprint.post("/invites")
@admin_only
@with_stores
def create_invites(stores: InviteStores) -> ResponseReturnValue:
    """Make invitations and show them, ready to be copied."""
    typed = load_form(InvitesPageForm)
    try:
        wanted = invited(check(InvitesForm, _as_json(typed)))
    except Invalid as refusal:
        return _show(stores, form=typed, errors=_by_form_field(refusal)), 400
    made = service.invite(stores, wanted, now(), account().user.id, locale=current_language())
    return _show(stores, created=[_row(one) for one in made]), 201


@blueprint.post("/invites/<uuid:invite_id>/revoke")
@admin_only
@with_stores
def revoke_invite(stores: InviteStores, invite_id: UUID) -> ResponseReturnValue:
    """Withdraw an invitation."""
    service.revoke(stores, invite_id, now(), account().user.id)
    flash(_("L’invitation est révoquée."), "success")
    return redirect(url_for("admin.pages.invites"), 303)


@blueprint.get("/backends")
@admin_only
def backends() -> ResponseReturnValue:
    """Show which backend answers which route."""
    return render_template("admin/backends.html", rows=route_rows(current_app, store_router().toggles))


def _show(stores: InviteStores, **context: Any) -> str:
    page = stores.invites.list_page(page_request())
    shown = {"created": [], "form": {}, "errors": {}, **context}
    rows = [_row(one) for one in page.items]
    counts = {"counts": stores.invites.count(), "waiting": stores.waitlist.count().waiting}
    return render_template("admin/invites.html", invites=rows, pagination=page, **counts, **shown)


def _row(listed: ListedInvite) -> dict[str, Any]:
    return {**asdict(listed.invite), "used_by_email": listed.used_by_email}


def _as_json(typed: dict[str, str]) -> dict[str, Any]:
    """Return the page's form as the JSON route takes it."""
    given: dict[str, Any] = {}
    if addresses := typed["emails"].replace(",", "\n").split():
        given["emails"] = addresses
    if typed["count"]:
        given["count"] = (
            int(typed["count"]) if typed["count"].isascii() and typed["count"].isdigit() else typed["count"]
        )
    return given


def _by_form_field(refusal: Invalid) -> dict[str, list[str]]:
    """Gather the texts of `emails.0`, `emails.3` under `emails`, the one field of the page."""
    gathered: dict[str, list[str]] = {}
    for field, texts in refusal.details.items():
        gathered.setdefault(field.partition(".")[0], []).extend(texts)
    return gathered
