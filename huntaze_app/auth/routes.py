"""The JSON routes of the area."""

from __future__ import annotations

from typing import Any, Protocol

from flask import Blueprint
from flask_babel import get_locale

from huntaze_app.auth import service, token_service
from huntaze_app.auth.schemas import RefreshForm, SignInForm, SignUpForm, TokenPairView, UserView
from huntaze_app.auth.service import AuthStores
from huntaze_app.auth.signing_in import Device
from huntaze_app.auth.token_service import TokenPair, TokenStores
from huntaze_app.clock import now
from huntaze_app.extensions import bearer_tokens, passwords
from huntaze_app.limits import REFRESH, SIGN_IN, SIGN_UP, TOKEN
from huntaze_app.operations import Headers, operation
from huntaze_app.problems import Forbidden, InvalidCredentials, InviteRequired, Overloaded, Unauthenticated
from huntaze_app.security.access import account, listens_to_bearers, signed_in
from huntaze_app.security.bearers import presented_claims
from huntaze_app.security.device import device_mark, shortened_address, user_agent
from huntaze_app.security.gate import limited
from huntaze_app.security.login import no_session_cookie, presented_token, session_cookies
from huntaze_app.stores import with_stores
from repositories.entities.api_keys import Scope
from repositories.entities.users import User
from repositories.errors import EmailTaken

blueprint = Blueprint("api", __name__, url_prefix="/api/auth")

Form = dict[str, Any]


class SignOutStores(AuthStores, TokenStores, Protocol):
    """What signing out needs, of a browser or of a program."""


WithHeaders = tuple[User, Headers]


def device() -> Device:
    """Return where the request comes from."""
    return Device(user_agent(), shortened_address(), str(get_locale()), presented_token(), device_mark())


@blueprint.post("/signup")
@limited(*SIGN_UP)
@operation(takes=SignUpForm, gives=UserView, status=201, refuses=(InviteRequired, EmailTaken, Overloaded))
@with_stores
def sign_up(stores: AuthStores, form: Form) -> WithHeaders:
    """Create an account with an invitation, and sign in."""
    done = service.sign_up(stores, passwords(), device(), now(), **form)
    return done.user, {"Set-Cookie": session_cookies(done.token)}


@blueprint.post("/signin")
@limited(*SIGN_IN)
@operation(takes=SignInForm, gives=UserView, refuses=(InvalidCredentials, Overloaded))
@with_stores
def sign_in(stores: AuthStores, form: Form) -> WithHeaders:
    """Sign in with an address and a password."""
    done = service.sign_in(stores, passwords(), device(), now(), **form)
    return done.user, {"Set-Cookie": session_cookies(done.token)}


@blueprint.post("/token")
@limited(*TOKEN)
@operation(takes=SignInForm, gives=TokenPairView, refuses=(InvalidCredentials, Overloaded))
@with_stores
def issue_tokens(stores: TokenStores, form: Form) -> TokenPair:
    """Sign a program in with an address and a password."""
    return token_service.issue_tokens(stores, passwords(), bearer_tokens(), now(), **form)


@blueprint.post("/refresh")
@limited(*REFRESH)
@operation(takes=RefreshForm, gives=TokenPairView, refuses=(Unauthenticated,))
@with_stores
def refresh(stores: TokenStores, form: Form) -> TokenPair:
    """Spend a refresh token for the next pair; one that was spent before ends every token of its family."""
    return token_service.refresh(stores, bearer_tokens(), now(), **form)


@blueprint.post("/signout")
@listens_to_bearers
@operation(status=204, refuses=(Unauthenticated, Forbidden))
@with_stores
def sign_out(stores: SignOutStores) -> tuple[None, dict[str, str]]:
    """End the session, or the tokens of a program that calls with one."""
    claims = presented_claims()
    if claims is not None:
        token_service.sign_out_program(stores, claims, now())
        return None, {}
    service.sign_out(stores, presented_token(), now())
    return None, {"Set-Cookie": no_session_cookie()}


@blueprint.get("/me")
@signed_in(scope=Scope.PROFILE_READ)
@operation(gives=UserView)
def me() -> User:
    """Return the signed-in user."""
    return account().user
