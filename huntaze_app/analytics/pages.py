"""The pages of the area."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from huntaze_app.analytics import service
from huntaze_app.analytics.service import AnalyticsStores
from huntaze_app.clock import now
from huntaze_app.security.access import account, signed_in
from huntaze_app.stores import are_stores_lasting, with_stores

blueprint = Blueprint("pages", __name__)


@blueprint.get("/dashboard")
@signed_in
@with_stores
def dashboard(stores: AnalyticsStores) -> ResponseReturnValue:
    """Show the figures of the business, and how far the first visit is."""
    user = account().user
    lasting = are_stores_lasting()
    hours = service.top_hours(stores, user.id, lasting=lasting).hours
    return render_template(
        "analytics/dashboard.html",
        overview=service.overview(stores, user.id, now(), lasting=lasting),
        top_hours=sorted(hours, key=lambda hour: hour.hour),
        onboarding=user.onboarding,
    )
