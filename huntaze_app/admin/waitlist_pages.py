"""The page of the waitlist."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from huntaze_app.admin import service
from huntaze_app.admin.service import InviteStores
from huntaze_app.admin.waitlist_schemas import WaitlistInviteForm, WaitlistQuery
from huntaze_app.clock import now
from huntaze_app.http import check, load_query, page_request
from huntaze_app.problems import Invalid
from huntaze_app.security.access import account, admin_only
from huntaze_app.stores import with_stores

blueprint = Blueprint("waitlist_pages", __name__, url_prefix="/admin/waitlist")

PAGE = 50


@blueprint.get("")
@admin_only
@with_stores
def waitlist(stores: InviteStores) -> ResponseReturnValue:
    """Show who asked for an invitation, and how far they came."""
    return _show(stores)


@blueprint.post("/invite")
@admin_only
@with_stores
def invite_waiting(stores: InviteStores) -> ResponseReturnValue:
    """Invite those who are ticked, or who have waited longest."""
    try:
        made = service.invite_waiting(stores, now(), account().user.id, **check(WaitlistInviteForm, _typed()))
    except Invalid as refusal:
        return _show(stores, errors=_by_form_field(refusal)), 400
    flash(_told(len(made)), "success" if made else "info")
    return redirect(url_for("admin.waitlist_pages.waitlist"), 303)


def _told(count: int) -> str:
    if not count:
        return str(_("Personne à inviter : ces adresses l’étaient déjà."))
    return str(ngettext("%(num)s invitation part par e-mail.", "%(num)s invitations partent par e-mail.", count))


def _typed() -> dict[str, Any]:
    """Return the page's form as the JSON route takes it: the button says which of its two halves is meant."""
    if "count" in request.form:
        text = request.form["count"]
        return {"count": int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text}
    return {"ids": request.form.getlist("ids")}


def _by_form_field(refusal: Invalid) -> dict[str, list[str]]:
    """Say it in the words of the page: there one ticks addresses, and names no ids."""
    return {**refusal.details, **({"ids": [_("Cochez au moins une adresse.")]} if "ids" in refusal.details else {})}


def _show(stores: InviteStores, **context: Any) -> str:
    asked = load_query(WaitlistQuery, blanks=False)
    page = stores.waitlist.list_page(page_request(PAGE), asked.get("state"))
    shown = {"errors": {}, "form": request.form, **context}
    shown |= {"entries": page.items, "pagination": page, "counts": stores.waitlist.count(), "asked": asked}
    return render_template("admin/waitlist.html", **shown)
