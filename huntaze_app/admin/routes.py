"""The JSON routes of the area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app
from flask_babel import gettext as _

from huntaze_app.admin import service
from huntaze_app.admin.schemas import CreatedInvitesView, InvitesForm, InviteView, RoutesView
from huntaze_app.admin.service import InviteStores
from huntaze_app.clock import now
from huntaze_app.http import page_request
from huntaze_app.languages import current_language
from huntaze_app.operations import operation
from huntaze_app.problems import Invalid
from huntaze_app.route_table import RouteRow, route_rows
from huntaze_app.security.access import account, admin_only
from huntaze_app.stores import store_router, with_stores
from repositories.entities.api_keys import Scope
from repositories.entities.invites import ListedInvite
from repositories.errors import InviteUsed, NotFound
from repositories.paging import Page

blueprint = Blueprint("api", __name__, url_prefix="/api/admin")


@dataclass(frozen=True, slots=True)
class CreatedInvites:
    """Invitations just made."""

    invites: tuple[ListedInvite, ...]


@dataclass(frozen=True, slots=True)
class ShownRoutes:
    """The route table as it is shown."""

    routes: tuple[RouteRow, ...]


def invited(form: dict[str, Any]) -> list[str | None]:
    """Return the addresses to invite, None for a code that is open to any; raises Invalid."""
    if ("emails" in form) == ("count" in form):
        raise Invalid({"emails": [_("Donnez des adresses ou un nombre, l’un des deux.")]})
    return list(form["emails"]) if "emails" in form else [None] * form["count"]


@blueprint.get("/invites")
@admin_only(scope=Scope.ADMIN_READ)
@operation(gives=InviteView, lists="invites")
@with_stores
def list_invites(stores: InviteStores) -> Page[ListedInvite]:
    """List the invitations, newest first."""
    return stores.invites.list_page(page_request())


@blueprint.post("/invites")
@admin_only(scope=Scope.ADMIN_WRITE)
@operation(takes=InvitesForm, gives=CreatedInvitesView, status=201)
@with_stores
def create_invites(stores: InviteStores, form: dict[str, Any]) -> CreatedInvites:
    """Make invitations, for addresses, to which they are mailed, or open to any."""
    made = service.invite(stores, invited(form), now(), account().user.id, locale=current_language())
    return CreatedInvites(made)


@blueprint.delete("/invites/<uuid:invite_id>")
@admin_only(scope=Scope.ADMIN_WRITE)
@operation(status=204, refuses=(NotFound, InviteUsed))
@with_stores
def revoke_invite(stores: InviteStores, invite_id: UUID) -> None:
    """Withdraw an invitation."""
    service.revoke(stores, invite_id, now(), account().user.id)


@blueprint.get("/backends")
@admin_only(scope=Scope.ADMIN_READ)
@operation(gives=RoutesView)
def backends() -> ShownRoutes:
    """List which backend answers which route."""
    return ShownRoutes(tuple(route_rows(current_app, store_router().toggles)))
