"""What the area takes and gives."""

from __future__ import annotations

from marshmallow import Schema, fields

from huntaze_app.fields import Emails, Form, Number, Text

MOST_INVITES = 200


class InvitesForm(Form):
    """Whom to invite: addresses, or how many codes that are open to any."""

    emails = Emails(MOST_INVITES)
    count = Number(1, MOST_INVITES)


class InvitesPageForm(Form):
    """The form of the page: addresses one a line, or a number."""

    emails = Text(maximum=60_000, load_default="")
    count = Text(maximum=10, load_default="")


class InviteView(Schema):
    """An invitation."""

    id = fields.UUID(attribute="invite.id")
    email = fields.String(attribute="invite.email", allow_none=True)
    code = fields.String(attribute="invite.code")
    used_at = fields.AwareDateTime(attribute="invite.used_at", data_key="usedAt", allow_none=True)
    used_by_email = fields.String(data_key="usedByEmail", allow_none=True)
    revoked_at = fields.AwareDateTime(attribute="invite.revoked_at", data_key="revokedAt", allow_none=True)
    created_at = fields.AwareDateTime(attribute="invite.created_at", data_key="createdAt")


class CreatedInvitesView(Schema):
    """Invitations just made."""

    invites = fields.Nested(InviteView, many=True)


class RouteView(Schema):
    """A route and the backend that answers it."""

    url = fields.String()
    methods = fields.List(fields.String())
    endpoint = fields.String()
    access = fields.String()
    scope = fields.String(allow_none=True)
    backend = fields.String(allow_none=True)
    rule = fields.String(allow_none=True)
    stores = fields.List(fields.String())
    is_split = fields.Boolean(data_key="isSplit")


class RoutesView(Schema):
    """The route table."""

    routes = fields.Nested(RouteView, many=True)
