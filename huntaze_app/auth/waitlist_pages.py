"""The pages of the waitlist."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from huntaze_app.auth import waitlist
from huntaze_app.auth.waitlist import WaitingStores
from huntaze_app.auth.waitlist_schemas import WaitlistPageForm
from huntaze_app.clock import now
from huntaze_app.http import load_form
from huntaze_app.languages import current_language
from huntaze_app.limits import WAITLIST
from huntaze_app.pages import reshow
from huntaze_app.security.gate import limited
from huntaze_app.stores import with_stores

blueprint = Blueprint("waitlist_pages", __name__, url_prefix="/waitlist")


@blueprint.get("")
def waitlist_form() -> ResponseReturnValue:
    """Ask for the address an invitation shall be mailed to."""
    return render_template("auth/waitlist.html", form={}, errors={})


@blueprint.post("")
@reshow("auth/waitlist.html")
@limited(*WAITLIST)
@with_stores
def join_waitlist(stores: WaitingStores) -> ResponseReturnValue:
    """Put an address on the waitlist."""
    waitlist.join(stores, now(), **load_form(WaitlistPageForm), locale=current_language())
    return redirect(url_for("auth.waitlist_pages.joined"), 303)


@blueprint.get("/thanks")
def joined() -> ResponseReturnValue:
    """Say thank you, and what happens now."""
    return render_template("auth/waitlist_joined.html")
