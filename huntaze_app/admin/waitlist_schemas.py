"""What inviting from the waitlist takes and gives."""

from __future__ import annotations

from marshmallow import Schema, fields

from huntaze_app.admin.schemas import MOST_INVITES
from huntaze_app.fields import Choice, Form, Number
from huntaze_app.list_fields import Identifiers
from repositories.entities.waitlist import WaitlistState


class WaitlistQuery(Form):
    """Which entries to list."""

    state = Choice(WaitlistState)


class WaitlistInviteForm(Form):
    """Whom to invite: entries, or how many of those who have waited longest."""

    ids = Identifiers(MOST_INVITES)
    count = Number(1, MOST_INVITES)


class WaitlistEntryView(Schema):
    """An address that asked for an invitation."""

    id = fields.UUID()
    email = fields.String()
    locale = fields.String()
    created_at = fields.AwareDateTime(data_key="createdAt")
    invited_at = fields.AwareDateTime(data_key="invitedAt", allow_none=True)
