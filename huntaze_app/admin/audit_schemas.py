"""What reading the audit trail takes and gives."""

from __future__ import annotations

from marshmallow import Schema, fields

from huntaze_app.fields import MAX_EMAIL, Form, Identifier, Line
from repositories.entities.audit import AuditEvent
from repositories.entities.values import text_limits

LONGEST_ACTION = text_limits(AuditEvent)["action"]


class AuditQuery(Form):
    """Which events to list."""

    action = Line(maximum=LONGEST_ACTION, minimum=1)
    user_id = Identifier(data_key="userId")


class AuditPageQuery(Form):
    """The search form of the page: an account by its id or its address."""

    action = Line(maximum=LONGEST_ACTION)
    account = Line(maximum=MAX_EMAIL)


class AuditEventView(Schema):
    """Something that happened; names and addresses are null when an account is gone."""

    id = fields.UUID(attribute="event.id")
    action = fields.String(attribute="event.action")
    actor_id = fields.UUID(attribute="actor.id", data_key="actorId", allow_none=True)
    actor_name = fields.String(attribute="actor.name", data_key="actorName", allow_none=True)
    actor_email = fields.String(attribute="actor.email", data_key="actorEmail", allow_none=True)
    subject_id = fields.UUID(attribute="subject.id", data_key="subjectId", allow_none=True)
    subject_name = fields.String(attribute="subject.name", data_key="subjectName", allow_none=True)
    subject_email = fields.String(attribute="subject.email", data_key="subjectEmail", allow_none=True)
    ip = fields.String(attribute="event.ip", allow_none=True)
    request_id = fields.String(attribute="event.request_id", data_key="requestId", allow_none=True)
    details = fields.Dict(attribute="event.details", keys=fields.String())
    created_at = fields.AwareDateTime(attribute="event.created_at", data_key="createdAt")
