"""The JSON routes of privacy: taking one's data away, and having it erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response
from flask_babel import gettext as _

from huntaze_app.clock import now
from huntaze_app.extensions import passwords
from huntaze_app.limits import EXPORT, PASSWORD_CONFIRM
from huntaze_app.operations import operation
from huntaze_app.problems import FreshSignInRequired, Invalid, Overloaded
from huntaze_app.security.access import account, signed_in
from huntaze_app.security.gate import limited
from huntaze_app.security.login import no_session_cookie
from huntaze_app.stores import with_stores, with_stores_to_write
from huntaze_app.users import erasure
from huntaze_app.users.download import ZIP, download
from huntaze_app.users.erasure import CancelStores, RequestStores
from huntaze_app.users.export import ExportStores
from huntaze_app.users.privacy_schemas import ErasureForm, ErasureView
from repositories.entities.users import User
from repositories.errors import LastAdmin

blueprint = Blueprint("privacy", __name__, url_prefix="/api/users/me")


@blueprint.get("/export")
@signed_in
@limited(*EXPORT)
@operation(streams=ZIP)
@with_stores_to_write
def export(stores: ExportStores) -> Response:
    """Return all that is held of the caller, as a ZIP of JSON files."""
    return download(stores, account().user.id, now())


@blueprint.delete("")
@signed_in
@limited(*PASSWORD_CONFIRM)
@operation(
    takes=ErasureForm, gives=ErasureView, status=202, refuses=(Invalid, FreshSignInRequired, LastAdmin, Overloaded)
)
@with_stores
def erase(stores: RequestStores, form: dict[str, Any]) -> tuple[User, dict[str, str]]:
    """Have the account erased, in 14 days or at once; every other session, and all tokens and keys, end now."""
    return end(stores, form.get("password"), now(), at_once=form["now"])


@blueprint.post("/erasure/cancel")
@signed_in
@operation(status=204)
@with_stores
def cancel(stores: CancelStores) -> None:
    """Keep the account after all; twice is fine."""
    erasure.cancel_erasure(stores, account().user.id, now())


def end(stores: RequestStores, password: str | None, at: datetime, *, at_once: bool) -> tuple[User, dict[str, str]]:
    """Have the caller's account erased, given a proof of who she is; returns it, with headers for the answer.

    A program has no sign-in of its own that could be fresh: it gives the password.
    """
    caller = account()
    if caller.session is None and password is None:
        raise Invalid({"password": [_("Ce champ est requis.")]})
    erasure.prove(stores, passwords(), caller.user, caller.session, at, password)
    if at_once:
        headers = {"Set-Cookie": no_session_cookie()} if caller.session else {}
        return erasure.erase_now(stores, caller.user.id, at), headers
    return erasure.request_erasure(stores, caller.user.id, caller.session.id if caller.session else None, at), {}
