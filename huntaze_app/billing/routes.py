"""The JSON routes of the area."""

from __future__ import annotations

from flask import Blueprint

from huntaze_app.billing import service
from huntaze_app.billing.schemas import SubscriptionView
from huntaze_app.billing.service import BillingStores
from huntaze_app.clock import now
from huntaze_app.operations import operation
from huntaze_app.security.access import account, signed_in
from huntaze_app.stores import with_stores
from repositories.entities.api_keys import Scope
from repositories.entities.subscriptions import SubscriptionRecord

blueprint = Blueprint("api", __name__, url_prefix="/api/billing")


@blueprint.get("/subscription")
@signed_in(scope=Scope.BILLING_READ)
@operation(gives=SubscriptionView)
@with_stores
def subscription(stores: BillingStores) -> SubscriptionRecord:
    """Return what the user pays for."""
    return service.current_subscription(stores, account().user.id, now())
