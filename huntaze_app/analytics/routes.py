"""The JSON routes of the area."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from huntaze_app.analytics import service
from huntaze_app.analytics.schemas import AlertsView, EventForm, EventView, OverviewView, StatsView, TopHoursView
from huntaze_app.analytics.service import Alerts, AnalyticsStores, Overview, Stats, TopHours
from huntaze_app.clock import now
from huntaze_app.operations import operation
from huntaze_app.security.access import account, signed_in
from huntaze_app.stores import are_stores_lasting, with_stores
from repositories.entities.analytics import AnalyticsEvent
from repositories.entities.api_keys import Scope

blueprint = Blueprint("api", __name__, url_prefix="/api/analytics")


@blueprint.post("/events")
@signed_in(scope=Scope.ANALYTICS_WRITE)
@operation(takes=EventForm, gives=EventView, status=201)
@with_stores
def note_event(stores: AnalyticsStores, form: dict[str, Any]) -> AnalyticsEvent:
    """Store an event."""
    return service.note_event(stores, account().user.id, now(), **form)


@blueprint.get("/stats")
@signed_in(scope=Scope.ANALYTICS_READ)
@operation(gives=StatsView)
@with_stores
def stats(stores: AnalyticsStores) -> Stats:
    """Count the events by type."""
    return service.stats(stores, account().user.id, lasting=are_stores_lasting())


@blueprint.get("/overview")
@signed_in(scope=Scope.ANALYTICS_READ)
@operation(gives=OverviewView)
@with_stores
def overview(stores: AnalyticsStores) -> Overview:
    """Return the figures of the dashboard."""
    return service.overview(stores, account().user.id, now(), lasting=are_stores_lasting())


@blueprint.get("/alerts")
@signed_in(scope=Scope.ANALYTICS_READ)
@operation(gives=AlertsView)
@with_stores
def alerts(stores: AnalyticsStores) -> Alerts:
    """Return what moved since last month."""
    return service.alerts(stores, account().user.id, now(), lasting=are_stores_lasting())


@blueprint.get("/top-hours")
@signed_in(scope=Scope.ANALYTICS_READ)
@operation(gives=TopHoursView)
@with_stores
def top_hours(stores: AnalyticsStores) -> TopHours:
    """Return the hours of the day by activity."""
    return service.top_hours(stores, account().user.id, lasting=are_stores_lasting())
