"""The page of the audit trail."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from huntaze_app.admin import trail
from huntaze_app.admin.audit_schemas import AuditPageQuery
from huntaze_app.admin.trail import TrailStores
from huntaze_app.admin.wording import NAMES, details_of, name_of
from huntaze_app.http import load_query, page_request
from huntaze_app.security.access import admin_only
from huntaze_app.stores import with_stores

blueprint = Blueprint("audit_pages", __name__, url_prefix="/admin/audit")


@blueprint.get("")
@admin_only
@with_stores
def audit(stores: TrailStores) -> ResponseReturnValue:
    """Show what happened, and a form to look for some of it."""
    asked = load_query(AuditPageQuery, blanks=False)
    account = asked.get("account")
    user_id = trail.find_account(stores, account) if account else None
    if account and user_id is None:
        return _show(asked, errors={"account": [_("Aucun compte n’a cette adresse.")]}), 404
    page = trail.list_events(stores, page_request(), asked.get("action"), user_id)
    return _show(asked, events=page.items, pagination=page)


def _show(asked: dict[str, Any], **context: Any) -> str:
    actions = [(str(action), str(name)) for action, name in NAMES.items()]
    words = {"actions": actions, "name_of": name_of, "details_of": details_of}
    shown = {"events": (), "pagination": None, "errors": {}, **context}
    return render_template("admin/audit.html", asked=asked, **words, **shown)
