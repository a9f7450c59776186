"""What the area gives."""

from __future__ import annotations

from marshmallow import Schema, fields

from repositories.entities.subscriptions import SubscriptionStatus
from repositories.entities.users import Plan


class SubscriptionView(Schema):
    """What a user pays for."""

    plan = fields.Enum(Plan)
    status = fields.Enum(SubscriptionStatus)
    cancel_at_period_end = fields.Boolean(data_key="cancelAtPeriodEnd")
    current_period_start = fields.AwareDateTime(data_key="currentPeriodStart", allow_none=True)
    current_period_end = fields.AwareDateTime(data_key="currentPeriodEnd", allow_none=True)
    stripe_subscription_id = fields.String(data_key="stripeSubscriptionId", allow_none=True)
