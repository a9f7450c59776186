"""The JSON route of the waitlist."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from huntaze_app.auth import waitlist
from huntaze_app.auth.waitlist import WaitingStores
from huntaze_app.auth.waitlist_schemas import WaitlistForm
from huntaze_app.clock import now
from huntaze_app.languages import current_language
from huntaze_app.limits import WAITLIST
from huntaze_app.operations import operation
from huntaze_app.security.gate import limited
from huntaze_app.stores import with_stores

blueprint = Blueprint("waitlist", __name__, url_prefix="/api/waitlist")


@blueprint.post("")
@limited(*WAITLIST)
@operation(takes=WaitlistForm, status=202)
@with_stores
def join_waitlist(stores: WaitingStores, form: dict[str, Any]) -> None:
    """Ask for an invitation; the answer is the same for an address on the list, or one with an account."""
    waitlist.join(stores, now(), **{"locale": current_language(), **form})
