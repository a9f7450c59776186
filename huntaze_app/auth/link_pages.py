"""The pages that sign in by mail and replace passwords.

A link leads to a page with a button, and only the button spends it: programs that look into mail open every link.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from huntaze_app.auth import links
from huntaze_app.auth import passwords as replacing
from huntaze_app.auth.arrival import arrive, home, renew_form_token
from huntaze_app.auth.link_routes import enter
from huntaze_app.auth.link_schemas import TOKEN_MAX, AddressForm, ChangeForm, CodeForm, LinkForm, ResetForm
from huntaze_app.auth.links import LinkStores
from huntaze_app.auth.passwords import PasswordStores
from huntaze_app.auth.routes import device
from huntaze_app.clock import now
from huntaze_app.extensions import passwords, settings
from huntaze_app.http import check, load_form
from huntaze_app.limits import MAGIC_LINK, MAGIC_LINK_VERIFY, PASSWORD_CONFIRM, PASSWORD_FORGOT, PASSWORD_RESET
from huntaze_app.pages import reshow
from huntaze_app.security.access import account, signed_in
from huntaze_app.security.gate import limited
from huntaze_app.security.login import no_session_cookie, session_cookies
from huntaze_app.stores import with_stores
from repositories.entities.one_time_tokens import Purpose

blueprint = Blueprint("link_pages", __name__)

ADDRESS = "link_address"  # in the page's session: where the last mail went


def _token() -> str:
    return request.values.get("token", "")[:TOKEN_MAX]


def _address() -> str:
    return str(session.get(ADDRESS, ""))


@blueprint.get("/magic")
def magic_form() -> ResponseReturnValue:
    """Ask for the address a link shall be mailed to."""
    return render_template("auth/magic.html", form={}, errors={})


@blueprint.post("/magic")
@reshow("auth/magic.html")
@limited(*MAGIC_LINK)
@with_stores
def ask_for_magic_link(stores: LinkStores) -> ResponseReturnValue:
    """Have a link mailed, and ask for the code."""
    email = load_form(AddressForm)["email"]
    links.ask_for_link(stores, settings().secret_key, Purpose.MAGIC_LINK, email, now())
    session[ADDRESS] = email
    return redirect(url_for("auth.link_pages.magic_sent"), 303)


@blueprint.get("/magic/sent")
def magic_sent() -> ResponseReturnValue:
    """Say that a mail is on its way, and ask for the code in it."""
    if not _address():
        return redirect(url_for("auth.link_pages.magic_form"))
    return render_template("auth/magic_sent.html", form={}, errors={}, address=_address())


@blueprint.post("/magic/sent")
@reshow("auth/magic_sent.html", fields={"invalid_token": "code"}, address=_address)
@limited(*MAGIC_LINK_VERIFY)
@with_stores
def sign_in_by_code(stores: LinkStores) -> ResponseReturnValue:
    """Sign in with the code."""
    form = check(CodeForm, {"email": _address(), "code": "".join(request.form.get("code", "").split())})
    return arrive(home(), enter(stores, form).token)


@blueprint.get("/magic/open")
def magic_button() -> ResponseReturnValue:
    """Show the button that spends a link."""
    return render_template("auth/magic_open.html", errors={}, token=_token())


@blueprint.post("/magic/open")
@reshow("auth/magic_open.html", token=str)
@limited(*MAGIC_LINK_VERIFY)
@with_stores
def sign_in_by_link(stores: LinkStores) -> ResponseReturnValue:
    """Spend the link and sign in."""
    return arrive(home(), enter(stores, load_form(LinkForm)).token)


@blueprint.get("/forgot")
def forgot_form() -> ResponseReturnValue:
    """Ask for the address a link for a new password shall be mailed to."""
    return render_template("auth/forgot.html", form={}, errors={})


@blueprint.post("/forgot")
@reshow("auth/forgot.html")
@limited(*PASSWORD_FORGOT)
@with_stores
def forget_password(stores: LinkStores) -> ResponseReturnValue:
    """Have a link for a new password mailed."""
    email = load_form(AddressForm)["email"]
    links.ask_for_link(stores, settings().secret_key, Purpose.PASSWORD_RESET, email, now())
    session[ADDRESS] = email
    return redirect(url_for("auth.link_pages.forgot_sent"), 303)


@blueprint.get("/forgot/sent")
def forgot_sent() -> ResponseReturnValue:
    """Say that a mail is on its way."""
    if not _address():
        return redirect(url_for("auth.link_pages.forgot_form"))
    return render_template("auth/forgot_sent.html", address=_address())


@blueprint.get("/reset")
def reset_form() -> ResponseReturnValue:
    """Ask for a new password."""
    return render_template("auth/reset.html", errors={}, token=_token())


@blueprint.post("/reset")
@reshow("auth/reset.html", token=_token)
@limited(*PASSWORD_RESET)
@with_stores
def reset_password(stores: PasswordStores) -> ResponseReturnValue:
    """Replace the password and lead to the sign-in form."""
    replacing.reset_password(stores, passwords(), now(), **load_form(ResetForm))
    renew_form_token()
    flash(_("Votre mot de passe est changé. Connectez-vous avec le nouveau."), "success")
    return redirect(url_for("auth.pages.sign_in"), 303), {"Set-Cookie": no_session_cookie()}


@blueprint.get("/profile/password")
@signed_in
def change_form() -> ResponseReturnValue:
    """Ask for the current password and a new one."""
    return render_template("auth/change_password.html", errors={}, has_password=account().user.password_hash)


@blueprint.post("/profile/password")
@signed_in
@reshow("auth/change_password.html", has_password=lambda: account().user.password_hash)
@limited(*PASSWORD_CONFIRM)
@with_stores
def change_password(stores: PasswordStores) -> ResponseReturnValue:
    """Replace the password; this session goes on under a new token."""
    done = replacing.change_password(stores, passwords(), account().user, device(), now(), **load_form(ChangeForm))
    flash(_("Votre mot de passe est changé, et vos autres sessions sont fermées."), "success")
    headers = {"Set-Cookie": session_cookies(done.token)} if done else {}
    return redirect(url_for("users.pages.profile"), 303), headers
