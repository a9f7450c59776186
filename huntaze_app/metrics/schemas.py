"""What the area gives; answers made of sample figures say so."""

from __future__ import annotations

from marshmallow import Schema, fields

from repositories.entities.users import Plan


class MonthView(Schema):
    """The figures of a month."""

    month = fields.Date()
    gross_volume_cents = fields.Integer(attribute="revenue_cents", data_key="grossVolumeCents")
    ai_messages = fields.Integer(data_key="aiMessages")
    messages = fields.Integer()
    active_subscribers = fields.Integer(data_key="activeSubscribers")
    fans = fields.Integer()
    average_response_seconds = fields.Integer(data_key="averageResponseSeconds")
    plan = fields.Enum(Plan)


class MonthlyView(Schema):
    """The figures of the last months, oldest first."""

    sample = fields.Boolean()
    months = fields.Nested(MonthView, many=True)


class TotalsView(Schema):
    """The figures of the current month, and the totals of the last twelve."""

    sample = fields.Boolean()
    current = fields.Nested(MonthView)
    gross_volume_cents = fields.Integer(data_key="grossVolumeCents")
    ai_messages = fields.Integer(data_key="aiMessages")
