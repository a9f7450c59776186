"""The JSON routes of the waitlist."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from huntaze_app.admin import service
from huntaze_app.admin.routes import CreatedInvites
from huntaze_app.admin.schemas import CreatedInvitesView
from huntaze_app.admin.service import InviteStores
from huntaze_app.admin.waitlist_schemas import WaitlistEntryView, WaitlistInviteForm, WaitlistQuery
from huntaze_app.clock import now
from huntaze_app.http import page_request
from huntaze_app.operations import operation
from huntaze_app.problems import Invalid
from huntaze_app.security.access import account, admin_only
from huntaze_app.stores import with_stores
from repositories.entities.api_keys import Scope
from repositories.entities.waitlist import WaitlistEntry
from repositories.paging import Page

blueprint = Blueprint("waitlist", __name__, url_prefix="/api/admin/waitlist")


def chosen(form: dict[str, Any]) -> dict[str, Any]:
    """Return whom a form wants to invite: ids, or a number; raises Invalid for both or neither."""
    if len(form) != 1:
        raise Invalid({"ids": [_("Donnez des identifiants ou un nombre, l’un des deux.")]})
    return form


@blueprint.get("")
@admin_only(scope=Scope.ADMIN_READ)
@operation(asks=WaitlistQuery, gives=WaitlistEntryView, lists="entries")
@with_stores
def list_waitlist(stores: InviteStores, asked: dict[str, Any]) -> Page[WaitlistEntry]:
    """List who asked for an invitation, who came first being first."""
    return stores.waitlist.list_page(page_request(), asked.get("state"))


@blueprint.post("/invite")
@admin_only(scope=Scope.ADMIN_WRITE)
@operation(takes=WaitlistInviteForm, gives=CreatedInvitesView)
@with_stores
def invite_waiting(stores: InviteStores, form: dict[str, Any]) -> CreatedInvites:
    """Invite entries by id, or those who have waited longest, and mail each; who was invited before is passed over."""
    return CreatedInvites(service.invite_waiting(stores, now(), account().user.id, **chosen(form)))
