"""What the area takes and gives; answers made of sample figures say so."""

from __future__ import annotations

from marshmallow import Schema, fields

from huntaze_app.fields import Form, JsonObject, Line
from repositories.entities.analytics import AnalyticsEvent
from repositories.entities.values import text_limits


class EventForm(Form):
    """An event to store."""

    event_type = Line(minimum=1, maximum=text_limits(AnalyticsEvent)["event_type"], data_key="eventType", required=True)
    event_data = JsonObject(data_key="eventData", load_default=dict)


class EventView(Schema):
    """A stored event."""

    id = fields.UUID()
    event_type = fields.String(data_key="eventType")
    event_data = fields.Dict(data_key="eventData")
    created_at = fields.AwareDateTime(data_key="createdAt")


class StatsView(Schema):
    """How many events there are."""

    sample = fields.Boolean()
    total = fields.Integer()
    by_type = fields.Dict(keys=fields.String(), values=fields.Integer(), data_key="byType")


class HourView(Schema):
    """The share of a day's activity in an hour."""

    hour = fields.Integer()
    share = fields.Float()


class TopHoursView(Schema):
    """The hours of the day (UTC), the busiest first."""

    sample = fields.Boolean()
    hours = fields.Nested(HourView, many=True)


class FanView(Schema):
    """A fan and what she spent."""

    name = fields.String()
    tier = fields.String()
    spent_cents = fields.Integer(data_key="spentCents")


class PlatformView(Schema):
    """A platform and its share of the revenue."""

    platform = fields.String()
    share = fields.Float()


class RevenueView(Schema):
    """The revenue of a month."""

    month = fields.Date()
    amount_cents = fields.Integer(data_key="amountCents")


class GrowthView(Schema):
    """The fans at the end of a month."""

    month = fields.Date()
    fans = fields.Integer()


class OverviewView(Schema):
    """The figures of the dashboard; a change is a fraction of the month before."""

    sample = fields.Boolean()
    monthly_revenue_cents = fields.Integer(data_key="monthlyRevenueCents")
    monthly_revenue_change = fields.Float(data_key="monthlyRevenueChange")
    active_subscribers = fields.Integer(data_key="activeSubscribers")
    active_subscribers_change = fields.Float(data_key="activeSubscribersChange")
    average_response_seconds = fields.Integer(data_key="averageResponseSeconds")
    average_response_change = fields.Float(data_key="averageResponseChange")
    automation_rate = fields.Float(data_key="automationRate")
    automation_rate_change = fields.Float(data_key="automationRateChange")
    top_fans = fields.Nested(FanView, many=True, data_key="topFans")
    platforms = fields.Nested(PlatformView, many=True)
    revenue = fields.Nested(RevenueView, many=True)
    fan_growth = fields.Nested(GrowthView, many=True, data_key="fanGrowth")


class AlertView(Schema):
    """Something that changed and may want attention."""

    kind = fields.String()
    severity = fields.String()
    change = fields.Float()


class AlertsView(Schema):
    """What may want attention."""

    sample = fields.Boolean()
    alerts = fields.Nested(AlertView, many=True)
