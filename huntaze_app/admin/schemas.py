"""What the area takes and gives."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields

from huntaze_app.fields import Email, Form, Input, Number, Text

MOST_INVITES = 200


class Emails(Input[list[str]]):
    """A list of 1 to 200 addresses, each once."""

    def parse(self, value: Any) -> list[str]:
        """Return the normalised addresses."""
        if not isinstance(value, list) or not 1 <= len(value) <= MOST_INVITES:
            raise ValidationError(f"1–{MOST_INVITES}")
        faults: dict[int | str, list[str]] = {}
        addresses = []
        for index, one in enumerate(value):
            try:
                addresses.append(Email().parse(one))
            except ValidationError as error:
                faults[index] = [f"{one} : {text}" for text in error.messages]
        if faults:
            raise ValidationError(faults)
        return list(dict.fromkeys(addresses))


class InvitesForm(Form):
    """Whom to invite: addresses, or how many codes that are open to any."""

    emails = Emails()
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
    backend = fields.String(allow_none=True)
    rule = fields.String(allow_none=True)
    stores = fields.List(fields.String())
    is_split = fields.Boolean(data_key="isSplit")


class RoutesView(Schema):
    """The route table."""

    routes = fields.Nested(RouteView, many=True)
