"""The routes and pages of the session centre."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from huntaze_app.auth import session_centre
from huntaze_app.auth.schemas import SessionView
from huntaze_app.auth.session_centre import CentreStores, ShownSession
from huntaze_app.clock import now
from huntaze_app.http import page_request
from huntaze_app.operations import operation
from huntaze_app.security.access import account, signed_in
from huntaze_app.stores import with_stores
from repositories.errors import NotFound
from repositories.paging import Page

blueprint = Blueprint("sessions", __name__)


def _current() -> UUID | None:
    session = account().session
    return session.id if session else None


@blueprint.get("/api/auth/sessions")
@signed_in
@operation(gives=SessionView, lists="sessions")
@with_stores
def list_sessions(stores: CentreStores) -> Page[ShownSession]:
    """List where the user is signed in."""
    asked = page_request()
    found = session_centre.list_sessions(stores, account().user.id, _current(), now())
    return Page(tuple(found[asked.offset : asked.offset + asked.limit]), len(found), asked.page, asked.limit)


@blueprint.delete("/api/auth/sessions/<uuid:session_id>")
@signed_in
@operation(status=204, refuses=(NotFound,))
@with_stores
def revoke(stores: CentreStores, session_id: UUID) -> None:
    """End one session."""
    session_centre.revoke(stores, account().user.id, session_id, now())


@blueprint.delete("/api/auth/sessions")
@signed_in
@operation(status=204)
@with_stores
def revoke_others(stores: CentreStores) -> None:
    """End every session but this one, and every token of programs."""
    session_centre.revoke_others(stores, account().user.id, _current(), now())


@blueprint.get("/profile/sessions")
@signed_in
@with_stores
def page(stores: CentreStores) -> ResponseReturnValue:
    """Show where the user is signed in."""
    found = session_centre.list_sessions(stores, account().user.id, _current(), now())
    return render_template("auth/sessions.html", sessions=found)


@blueprint.post("/profile/sessions/<uuid:session_id>/revoke")
@signed_in
@with_stores
def revoke_on_page(stores: CentreStores, session_id: UUID) -> ResponseReturnValue:
    """End one session."""
    session_centre.revoke(stores, account().user.id, session_id, now())
    flash(_("La session est fermée."), "success")
    return redirect(url_for("auth.sessions.page"), 303)


@blueprint.post("/profile/sessions/revoke-others")
@signed_in
@with_stores
def revoke_others_on_page(stores: CentreStores) -> ResponseReturnValue:
    """End every session but this one."""
    session_centre.revoke_others(stores, account().user.id, _current(), now())
    flash(_("Vos autres sessions sont fermées."), "success")
    return redirect(url_for("auth.sessions.page"), 303)
