"""The JSON route of the audit trail."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from huntaze_app.admin import trail
from huntaze_app.admin.audit_schemas import AuditEventView, AuditQuery
from huntaze_app.admin.trail import ListedEvent, TrailStores
from huntaze_app.http import page_request
from huntaze_app.operations import operation
from huntaze_app.security.access import admin_only
from huntaze_app.stores import with_stores
from repositories.entities.api_keys import Scope
from repositories.paging import Page

blueprint = Blueprint("audit", __name__, url_prefix="/api/admin/audit")


@blueprint.get("")
@admin_only(scope=Scope.ADMIN_READ)
@operation(asks=AuditQuery, gives=AuditEventView, lists="events")
@with_stores
def list_events(stores: TrailStores, asked: dict[str, Any]) -> Page[ListedEvent]:
    """List what happened, newest first."""
    return trail.list_events(stores, page_request(), asked.get("action"), asked.get("user_id"))
