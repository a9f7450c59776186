"""Signing in with Google: the two routes the browser is led through, and the pages around them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from huntaze_app.auth import google_service as service
from huntaze_app.auth.arrival import arrive, first_visit, home, renew_form_token
from huntaze_app.auth.google_attempts import (
    Arrival,
    forget_newcomer,
    identified,
    new_attempt,
    newcomer,
    newcomer_cookie,
)
from huntaze_app.auth.google_service import GoogleStores
from huntaze_app.auth.routes import device
from huntaze_app.auth.schemas import GoogleSignUpForm
from huntaze_app.clock import now
from huntaze_app.extensions import identity_provider
from huntaze_app.http import load_form
from huntaze_app.limits import GOOGLE, SIGN_UP
from huntaze_app.operations import Headers, operation
from huntaze_app.pages import reshow
from huntaze_app.problems import (
    AddressUnverified,
    IdentityRefused,
    InvalidCredentials,
    OtherAddress,
    SignInFirst,
    SwitchedOff,
    UpstreamError,
    WrongAttempt,
)
from huntaze_app.security.access import account, signed_in
from huntaze_app.security.gate import limited
from huntaze_app.security.login import session_cookies
from huntaze_app.stores import with_stores, with_stores_to_write
from repositories.errors import AccountTaken, ProviderLinked

blueprint = Blueprint("google", __name__)

REFUSED = "auth/google_refused.html"
REFUSALS = (
    *(WrongAttempt, IdentityRefused, AddressUnverified, InvalidCredentials, SignInFirst, OtherAddress),
    *(AccountTaken, ProviderLinked, UpstreamError, SwitchedOff),
)
Led = tuple[None, Headers]


@blueprint.get("/api/auth/google")
@reshow(REFUSED)
@limited(*GOOGLE)
@operation(status=302, refuses=(UpstreamError, SwitchedOff))
def begin() -> Led:
    """Lead the browser to Google, to sign in (or, with ?link=1, to link Google to the signed-in account)."""
    provider = identity_provider()
    attempt, cookie = new_attempt()
    return None, {"Location": provider.address(attempt), "Set-Cookie": cookie}


@blueprint.get("/api/auth/google/callback")
@reshow(REFUSED)
@operation(status=302, refuses=REFUSALS)
@identified
@with_stores_to_write
def come_back(stores: GoogleStores, arrival: Arrival) -> Led:
    """Take the browser back from Google: signed in, linked, or, when new, asked for an invitation."""
    if arrival.link_to is not None:
        return _linked(stores, arrival)
    done = service.sign_in(stores, device(), now(), arrival.person)
    if done is None:
        return None, {"Location": url_for("auth.google.sign_up_form"), "Set-Cookie": newcomer_cookie(arrival)}
    renew_form_token()
    return None, {"Location": arrival.target, "Set-Cookie": session_cookies(done.token)}


def _linked(stores: GoogleStores, arrival: Arrival) -> Led:
    service.link(stores, account().user.id, now(), arrival.person)
    flash(_("Google est relié à votre compte."), "success")
    return None, {"Location": url_for("users.pages.profile")}


@blueprint.get("/signup/google")
@reshow(REFUSED)
def sign_up_form() -> ResponseReturnValue:
    """Ask somebody Google knows, and Huntaze does not, for her invitation."""
    arrival = newcomer()
    typed = {"name": arrival.person.name, "inviteCode": arrival.invite_code}
    return render_template("auth/google_sign_up.html", form=typed, errors={}, arrival=arrival)


@blueprint.post("/signup/google")
@reshow(REFUSED)  # when nobody came from Google
@reshow("auth/google_sign_up.html", fields={"invite_required": "inviteCode"}, arrival=newcomer)
@limited(*SIGN_UP)
@with_stores
def sign_up(stores: GoogleStores) -> ResponseReturnValue:
    """Create the account for the address Google verified, and lead to the first visit."""
    arrival = newcomer()
    done = service.sign_up(stores, device(), now(), arrival.person, **load_form(GoogleSignUpForm))
    flash(_("Bienvenue sur Huntaze !"), "success")
    forget_newcomer()
    return arrive(first_visit() if arrival.target == home() else arrival.target, done.token)


@blueprint.post("/profile/google/unlink")
@signed_in
@reshow(REFUSED)
@with_stores
def unlink(stores: GoogleStores) -> ResponseReturnValue:
    """Let Google no longer sign in as the user."""
    service.unlink(stores, account().user.id, now())
    flash(_("Google n’est plus relié à votre compte."), "success")
    return redirect(url_for("users.pages.profile"), 303)
