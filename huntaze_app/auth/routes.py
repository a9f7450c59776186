"""The JSON routes of the area."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import get_locale

from huntaze_app.auth import service
from huntaze_app.auth.schemas import SignInForm, SignUpForm, UserView
from huntaze_app.auth.service import AuthStores
from huntaze_app.auth.signing_in import Device
from huntaze_app.clock import now
from huntaze_app.extensions import passwords
from huntaze_app.limits import SIGN_IN, SIGN_UP
from huntaze_app.operations import operation
from huntaze_app.problems import InvalidCredentials, InviteRequired, Overloaded
from huntaze_app.security.access import account, signed_in
from huntaze_app.security.device import shortened_address, user_agent
from huntaze_app.security.gate import limited
from huntaze_app.security.login import no_session_cookie, presented_token, session_cookie
from huntaze_app.stores import with_stores
from repositories.entities.users import User
from repositories.errors import EmailTaken

blueprint = Blueprint("api", __name__, url_prefix="/api/auth")

Form = dict[str, Any]
WithHeaders = tuple[User, dict[str, str]]


def device() -> Device:
    """Return where the request comes from."""
    return Device(user_agent(), shortened_address(), str(get_locale()), presented_token())


@blueprint.post("/signup")
@limited(*SIGN_UP)
@operation(takes=SignUpForm, gives=UserView, status=201, refuses=(InviteRequired, EmailTaken, Overloaded))
@with_stores
def sign_up(stores: AuthStores, form: Form) -> WithHeaders:
    """Create an account with an invitation, and sign in."""
    done = service.sign_up(stores, passwords(), device(), now(), **form)
    return done.user, {"Set-Cookie": session_cookie(done.token)}


@blueprint.post("/signin")
@limited(*SIGN_IN)
@operation(takes=SignInForm, gives=UserView, refuses=(InvalidCredentials, Overloaded))
@with_stores
def sign_in(stores: AuthStores, form: Form) -> WithHeaders:
    """Sign in with an address and a password."""
    done = service.sign_in(stores, passwords(), device(), now(), **form)
    return done.user, {"Set-Cookie": session_cookie(done.token)}


@blueprint.post("/signout")
@operation(status=204)
@with_stores
def sign_out(stores: AuthStores) -> tuple[None, dict[str, str]]:
    """End the session."""
    service.sign_out(stores, presented_token(), now())
    return None, {"Set-Cookie": no_session_cookie()}


@blueprint.get("/me")
@signed_in
@operation(gives=UserView)
def me() -> User:
    """Return the signed-in user."""
    return account().user
