"""The pages of the area."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from huntaze_app.auth import service
from huntaze_app.auth.arrival import arrive, first_visit, home, renew_form_token
from huntaze_app.auth.routes import device
from huntaze_app.auth.schemas import SignInPageForm, SignUpForm
from huntaze_app.auth.service import AuthStores
from huntaze_app.clock import now
from huntaze_app.extensions import passwords
from huntaze_app.http import load_form
from huntaze_app.limits import SIGN_IN, SIGN_UP
from huntaze_app.pages import local_target, reshow
from huntaze_app.security.gate import limited
from huntaze_app.security.login import no_session_cookie, presented_token
from huntaze_app.stores import with_stores

blueprint = Blueprint("pages", __name__)


@blueprint.get("/signup")
def sign_up_form() -> ResponseReturnValue:
    """Show the sign-up form, with the code of the link that led here."""
    if current_user.is_authenticated:
        return redirect(home())
    return render_template("auth/sign_up.html", form={"inviteCode": request.args.get("code", "")[:64]}, errors={})


@blueprint.post("/signup")
@reshow("auth/sign_up.html", fields={"invite_required": "inviteCode"})
@limited(*SIGN_UP)
@with_stores
def sign_up(stores: AuthStores) -> ResponseReturnValue:
    """Create the account and lead to the first visit."""
    done = service.sign_up(stores, passwords(), device(), now(), **load_form(SignUpForm))
    flash(_("Bienvenue sur Huntaze !"), "success")
    return arrive(first_visit(), done.token)


@blueprint.get("/signin")
def sign_in_form() -> ResponseReturnValue:
    """Show the sign-in form."""
    target = local_target(request.args.get("next"), "")
    if current_user.is_authenticated:
        return redirect(target or home())
    return render_template("auth/sign_in.html", form={}, errors={}, next=target)


@blueprint.post("/signin")
@reshow("auth/sign_in.html", next=lambda: local_target(request.form.get("next"), ""))
@limited(*SIGN_IN)
@with_stores
def sign_in(stores: AuthStores) -> ResponseReturnValue:
    """Sign in and go where the visitor wanted to."""
    form = load_form(SignInPageForm)
    target = local_target(form.pop("next"), home())
    done = service.sign_in(stores, passwords(), device(), now(), **form)
    return arrive(target, done.token)


@blueprint.post("/signout")
@with_stores
def sign_out(stores: AuthStores) -> ResponseReturnValue:
    """End the session and go to the landing page."""
    service.sign_out(stores, presented_token(), now())
    renew_form_token()
    return redirect(url_for("site.pages.landing"), 303), {"Set-Cookie": no_session_cookie()}
