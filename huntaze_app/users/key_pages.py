"""The page of API keys."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from huntaze_app.clock import now
from huntaze_app.errors import answer_for
from huntaze_app.http import check, page_request
from huntaze_app.limits import API_KEYS
from huntaze_app.problems import Invalid
from huntaze_app.security.access import account, signed_in
from huntaze_app.security.gate import limited
from huntaze_app.stores import with_stores
from huntaze_app.users import key_service
from huntaze_app.users.key_routes import check_grant
from huntaze_app.users.key_schemas import KeyPageForm, Lifetime
from huntaze_app.users.key_service import KeyStores
from repositories.entities.api_keys import Scope
from repositories.errors import KeyReplaced, TooManyKeys

NOT_YET = frozenset({Scope.CONTENT_READ, Scope.CONTENT_WRITE})  # no route asks for them

blueprint = Blueprint("key_pages", __name__, url_prefix="/profile/keys")


@blueprint.get("")
@signed_in
@with_stores
def keys(stores: KeyStores) -> ResponseReturnValue:
    """Show the keys and the form that makes one."""
    return _show(stores)


@blueprint.post("")
@signed_in
@limited(*API_KEYS)
@with_stores
def create_key(stores: KeyStores) -> ResponseReturnValue:
    """Make a key and show its secret, this once."""
    try:
        made = key_service.create_key(stores, account().user.id, now(), **_wanted(now()))
    except (Invalid, TooManyKeys) as refusal:
        answer = answer_for(refusal)
        return _show(stores, form=_typed(), errors=answer.details or {"_schema": [answer.text]}), answer.status
    return _show(stores, created=made), 201


@blueprint.post("/<uuid:key_id>/rotate")
@signed_in
@limited(*API_KEYS)
@with_stores
def rotate_key(stores: KeyStores, key_id: UUID) -> ResponseReturnValue:
    """Make a successor and show its secret, this once."""
    try:
        return _show(stores, created=key_service.rotate_key(stores, account().user.id, key_id, now())), 201
    except KeyReplaced:
        flash(_("Cette clé a déjà été remplacée."), "error")
        return redirect(url_for("users.key_pages.keys"), 303)


@blueprint.post("/<uuid:key_id>/revoke")
@signed_in
@with_stores
def revoke_key(stores: KeyStores, key_id: UUID) -> ResponseReturnValue:
    """End a key at once."""
    key_service.revoke_key(stores, account().user.id, key_id, now())
    flash(_("La clé est supprimée : elle ne fonctionne plus."), "success")
    return redirect(url_for("users.key_pages.keys"), 303)


def _show(stores: KeyStores, **context: Any) -> str:
    at = now()
    page = stores.api_keys.list_page(account().user.id, at, page_request())
    shown = {"created": None, "form": {"scopes": [], "lifetime": Lifetime.QUARTER}, "errors": {}, **context}
    scopes = [scope for scope in key_service.grantable_scopes(account().user) if scope not in NOT_YET]
    return render_template("users/keys.html", keys=page.items, pagination=page, at=at, scopes=scopes, **shown)


def _typed() -> dict[str, Any]:
    texts = {name: text for name, text in request.form.items() if name != "csrf_token"}
    return {**texts, "scopes": request.form.getlist("scopes")}


def _wanted(at: datetime) -> dict[str, Any]:
    """Return what the form asks for; raises Invalid."""
    form = check(KeyPageForm, _typed())
    lifetime = form.pop("lifetime")
    end = None if lifetime is Lifetime.UNLIMITED else at + timedelta(days=int(lifetime))
    check_grant(form["scopes"], end, at)
    return {**form, "expires_at": end}
