"""The JSON routes that sign in by mail and replace passwords."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from huntaze_app.auth import links
from huntaze_app.auth import passwords as replacing
from huntaze_app.auth.link_schemas import AddressForm, ChangeForm, LinkOrCodeForm, ResetForm
from huntaze_app.auth.links import LinkStores
from huntaze_app.auth.passwords import PasswordStores
from huntaze_app.auth.routes import WithHeaders, device
from huntaze_app.auth.schemas import UserView
from huntaze_app.auth.signing_in import SignedIn
from huntaze_app.clock import now
from huntaze_app.extensions import passwords, settings
from huntaze_app.limits import MAGIC_LINK, MAGIC_LINK_VERIFY, PASSWORD_CONFIRM, PASSWORD_FORGOT, PASSWORD_RESET
from huntaze_app.operations import Headers, operation
from huntaze_app.problems import InvalidToken, Overloaded
from huntaze_app.security.access import account, signed_in
from huntaze_app.security.gate import limited
from huntaze_app.security.login import session_cookies
from huntaze_app.stores import with_stores
from repositories.entities.one_time_tokens import Purpose
from repositories.entities.users import User

blueprint = Blueprint("links", __name__, url_prefix="/api/auth")

Form = dict[str, Any]


@blueprint.post("/magic-link")
@limited(*MAGIC_LINK)
@operation(takes=AddressForm, status=202)
@with_stores
def ask_for_magic_link(stores: LinkStores, form: Form) -> None:
    """Have a link and a code mailed, if the address has an account; the answer is the same if not."""
    links.ask_for_link(stores, settings().secret_key, Purpose.MAGIC_LINK, form["email"], now())


@blueprint.post("/magic-link/verify")
@limited(*MAGIC_LINK_VERIFY)
@operation(takes=LinkOrCodeForm, gives=UserView, refuses=(InvalidToken,))
@with_stores
def verify_magic_link(stores: LinkStores, form: Form) -> WithHeaders:
    """Sign in with a mailed link, or with the code beside it."""
    done = enter(stores, form)
    return done.user, {"Set-Cookie": session_cookies(done.token)}


@blueprint.post("/password/forgot")
@limited(*PASSWORD_FORGOT)
@operation(takes=AddressForm, status=202)
@with_stores
def forget_password(stores: LinkStores, form: Form) -> None:
    """Have a link for a new password mailed, if the address has an account; the answer is the same if not."""
    links.ask_for_link(stores, settings().secret_key, Purpose.PASSWORD_RESET, form["email"], now())


@blueprint.post("/password/reset")
@limited(*PASSWORD_RESET)
@operation(takes=ResetForm, gives=UserView, refuses=(InvalidToken,))
@with_stores
def reset_password(stores: PasswordStores, form: Form) -> User:
    """Choose a new password with a mailed link; every session and every token of the account ends."""
    return replacing.reset_password(stores, passwords(), now(), **form)


@blueprint.post("/password/change")
@signed_in
@limited(*PASSWORD_CONFIRM)
@operation(takes=ChangeForm, status=204, refuses=(Overloaded,))
@with_stores
def change_password(stores: PasswordStores, form: Form) -> tuple[None, Headers]:
    """Choose a new password; every other session and every token of the account ends."""
    done = replacing.change_password(stores, passwords(), account().user, device(), now(), **form)
    return None, {"Set-Cookie": session_cookies(done.token)} if done else {}


def enter(stores: LinkStores, form: Form) -> SignedIn:
    """Sign in with whichever of link and code the form holds."""
    if "token" in form:
        return links.sign_in_by_link(stores, device(), now(), **form)
    return links.sign_in_by_code(stores, settings().secret_key, device(), now(), **form)
