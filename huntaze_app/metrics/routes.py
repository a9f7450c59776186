"""The JSON routes of the area."""

from __future__ import annotations

from flask import Blueprint

from huntaze_app.clock import now
from huntaze_app.metrics import service
from huntaze_app.metrics.schemas import MonthlyView, TotalsView
from huntaze_app.metrics.service import MetricsStores, Monthly
from huntaze_app.operations import operation
from huntaze_app.security.access import account, signed_in
from huntaze_app.stores import are_stores_lasting, with_stores
from repositories.entities.api_keys import Scope

blueprint = Blueprint("api", __name__, url_prefix="/api/metrics")


@blueprint.get("")
@signed_in(scope=Scope.METRICS_READ)
@operation(gives=TotalsView)
@with_stores
def totals(stores: MetricsStores) -> Monthly:
    """Return the current month and the totals of the last twelve."""
    return service.monthly(stores, account().user.id, now(), lasting=are_stores_lasting())


@blueprint.get("/monthly")
@signed_in(scope=Scope.METRICS_READ)
@operation(gives=MonthlyView)
@with_stores
def monthly(stores: MetricsStores) -> Monthly:
    """Return the last twelve months."""
    return service.monthly(stores, account().user.id, now(), lasting=are_stores_lasting())
