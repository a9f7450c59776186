"""The page of privacy: taking one's data away, and having it erased."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from huntaze_app.clock import now
from huntaze_app.http import load_form
from huntaze_app.limits import EXPORT, PASSWORD_CONFIRM
from huntaze_app.pages import reshow
from huntaze_app.security.access import account, signed_in
from huntaze_app.security.gate import limited
from huntaze_app.stores import with_stores, with_stores_to_write
from huntaze_app.users import erasure, privacy_routes
from huntaze_app.users.download import download
from huntaze_app.users.erasure import CancelStores, RequestStores
from huntaze_app.users.export import ExportStores
from huntaze_app.users.privacy_schemas import ErasurePageForm, Time

blueprint = Blueprint("privacy_pages", __name__, url_prefix="/profile/privacy")


def _shown_profile() -> Any:
    return account().user


def _is_fresh() -> bool:
    return erasure.is_fresh(account().session, now())


@blueprint.get("")
@signed_in
def privacy() -> ResponseReturnValue:
    """Show what can be done about one's data."""
    shown = {"profile": _shown_profile(), "is_fresh": _is_fresh()}
    return render_template("users/privacy.html", form={}, errors={}, **shown)


@blueprint.get("/export")
@signed_in
@limited(*EXPORT)
@with_stores_to_write
def export(stores: ExportStores) -> Response:
    """Download all that is held of the visitor."""
    return download(stores, account().user.id, now())


@blueprint.post("/erase")
@signed_in
@reshow("users/privacy.html", profile=_shown_profile, is_fresh=_is_fresh)
@limited(*PASSWORD_CONFIRM)
@with_stores
def erase(stores: RequestStores) -> ResponseReturnValue:
    """Have the account erased, in 14 days or at once."""
    form = load_form(ErasurePageForm)
    is_now = form["when"] is Time.NOW
    _user, headers = privacy_routes.end(stores, form["password"] or None, now(), at_once=is_now)
    if is_now:
        session.clear()
        flash(_("Votre compte est supprimé. Vos données s’effacent en ce moment même. Bonne route !"), "success")
        return redirect(url_for("site.pages.landing"), 303), headers
    flash(_("C’est noté : un e-mail vous le confirme."), "success")
    return redirect(url_for("users.privacy_pages.privacy"), 303)


@blueprint.post("/keep")
@signed_in
@with_stores
def keep(stores: CancelStores) -> ResponseReturnValue:
    """Keep the account after all."""
    if erasure.cancel_erasure(stores, account().user.id, now()):
        flash(_("Votre compte reste ouvert : rien ne sera effacé."), "success")
    return redirect(url_for("users.privacy_pages.privacy"), 303)
