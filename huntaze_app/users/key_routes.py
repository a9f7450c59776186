"""The JSON routes of API keys; none of them takes a key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint
from flask_babel import gettext as _

from huntaze_app.clock import now
from huntaze_app.http import page_request
from huntaze_app.limits import API_KEYS
from huntaze_app.operations import operation
from huntaze_app.problems import Invalid
from huntaze_app.security.access import account, signed_in
from huntaze_app.security.gate import limited
from huntaze_app.stores import with_stores
from huntaze_app.users import key_service
from huntaze_app.users.key_schemas import ApiKeyView, KeyForm, NewKeyView
from huntaze_app.users.key_service import KeyStores, NewKey
from repositories.entities.api_keys import ApiKey, Scope
from repositories.errors import KeyReplaced, NotFound, TooManyKeys
from repositories.paging import Page

blueprint = Blueprint("keys", __name__, url_prefix="/api/api-keys")


def check_grant(scopes: Sequence[Scope], expires_at: datetime | None, at: datetime) -> None:
    """Raise Invalid for scopes that the caller may not hand out, and for an end that is past."""
    faults: dict[str, list[str]] = {}
    if not set(scopes) <= set(key_service.grantable_scopes(account().user)):
        faults["scopes"] = [_("Ces droits sont réservés à l’administration.")]
    if expires_at is not None and expires_at <= at:
        faults["expiresAt"] = [_("Une date à venir est attendue.")]
    if faults:
        raise Invalid(faults)


@blueprint.get("")
@signed_in
@operation(gives=ApiKeyView, lists="apiKeys")
@with_stores
def list_keys(stores: KeyStores) -> Page[ApiKey]:
    """List the caller's keys, newest first; a replaced one while it still works."""
    return stores.api_keys.list_page(account().user.id, now(), page_request())


@blueprint.post("")
@signed_in
@limited(*API_KEYS)
@operation(takes=KeyForm, gives=NewKeyView, status=201, refuses=(TooManyKeys,))
@with_stores
def create_key(stores: KeyStores, form: dict[str, Any]) -> NewKey:
    """Make a key; its secret is told this once."""
    at = now()
    check_grant(form["scopes"], form["expires_at"], at)
    return key_service.create_key(stores, account().user.id, at, **form)


@blueprint.delete("/<uuid:key_id>")
@signed_in
@operation(status=204, refuses=(NotFound,))
@with_stores
def revoke_key(stores: KeyStores, key_id: UUID) -> None:
    """End a key at once."""
    key_service.revoke_key(stores, account().user.id, key_id, now())


@blueprint.post("/<uuid:key_id>/rotate")
@signed_in
@limited(*API_KEYS)
@operation(gives=NewKeyView, status=201, refuses=(NotFound, KeyReplaced))
@with_stores
def rotate_key(stores: KeyStores, key_id: UUID) -> NewKey:
    """Make a key like this one, which works for another 24 hours; the new secret is told this once."""
    return key_service.rotate_key(stores, account().user.id, key_id, now())
