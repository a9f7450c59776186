"""What the routes of API keys take and give."""

from __future__ import annotations

from enum import StrEnum

from marshmallow import Schema, fields

from huntaze_app.fields import Choice, Choices, Form, Line, Moment
from repositories.entities.api_keys import ApiKey, Scope
from repositories.entities.values import text_limits

LIMITS = text_limits(ApiKey)


class Lifetime(StrEnum):
    """How long a key of the page lasts, in days."""

    MONTH = "30"
    QUARTER = "90"
    YEAR = "365"
    UNLIMITED = "unlimited"


class KeyForm(Form):
    """A new key; without `expiresAt` it never ends."""

    name = Line(minimum=1, maximum=LIMITS["name"], required=True)
    scopes = Choices(Scope, required=True)
    expires_at = Moment(data_key="expiresAt", allow_none=True, load_default=None)


class KeyPageForm(Form):
    """A new key, as the page asks for it."""

    name = Line(minimum=1, maximum=LIMITS["name"], required=True)
    scopes = Choices(Scope, required=True)
    lifetime = Choice(Lifetime, required=True)


class ApiKeyView(Schema):
    """A key, by its first characters; `replacedBy` is the key that takes over."""

    id = fields.UUID()
    name = fields.String()
    prefix = fields.String()
    scopes = fields.List(fields.Enum(Scope, by_value=fields.String))
    created_at = fields.AwareDateTime(data_key="createdAt")
    expires_at = fields.AwareDateTime(data_key="expiresAt", allow_none=True)
    last_used_at = fields.AwareDateTime(data_key="lastUsedAt", allow_none=True)
    replaced_by = fields.UUID(data_key="replacedBy", allow_none=True)


class NewKeyView(Schema):
    """A key just made; `key` is told this once."""

    key = fields.String(attribute="secret")
    id = fields.UUID(attribute="key.id")
    name = fields.String(attribute="key.name")
    prefix = fields.String(attribute="key.prefix")
    scopes = fields.List(fields.Enum(Scope, by_value=fields.String), attribute="key.scopes")
    created_at = fields.AwareDateTime(attribute="key.created_at", data_key="createdAt")
    expires_at = fields.AwareDateTime(attribute="key.expires_at", data_key="expiresAt", allow_none=True)
    last_used_at = fields.AwareDateTime(attribute="key.last_used_at", data_key="lastUsedAt", allow_none=True)
    replaced_by = fields.UUID(attribute="key.replaced_by", data_key="replacedBy", allow_none=True)
