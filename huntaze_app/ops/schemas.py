"""What the area gives."""

from __future__ import annotations

from marshmallow import Schema, fields


class AliveView(Schema):
    """The process lives."""

    status = fields.String()


class DatabaseView(Schema):
    """Whether the database answers, and with the tables the code is written for."""

    healthy = fields.Boolean(attribute="is_healthy")
    latency_ms = fields.Float(data_key="latencyMs")
    problem = fields.String(allow_none=True)


class ReadyView(Schema):
    """Whether requests can be answered."""

    status = fields.String()
    database = fields.Nested(DatabaseView)
    backends = fields.List(fields.String())
