"""What the area takes and gives."""

from __future__ import annotations

from marshmallow import Schema, fields

from huntaze_app.fields import Email, Form, Line, Secret
from repositories.entities.users import Plan, Role

PASSWORD_MIN = 8
PASSWORD_MAX = 256


class SignUpForm(Form):
    """A new account; without a valid invitation it is refused, not invalid."""

    email = Email(required=True)
    password = Secret(minimum=PASSWORD_MIN, maximum=PASSWORD_MAX, required=True)
    name = Line(minimum=1, maximum=200, required=True)
    invite_code = Line(maximum=64, data_key="inviteCode", load_default="")


class GoogleSignUpForm(Form):
    """What Google does not know of a new account."""

    name = Line(minimum=1, maximum=200, required=True)
    invite_code = Line(maximum=64, data_key="inviteCode", load_default="")


class SignInForm(Form):
    """An address and its password."""

    email = Email(required=True)
    password = Secret(minimum=1, maximum=PASSWORD_MAX, required=True)


class RefreshForm(Form):
    """A refresh token, to be spent; other tokens are longer, and refused as unknown ones are."""

    refresh_token = Line(minimum=1, maximum=2048, required=True, data_key="refreshToken")


class SignInPageForm(SignInForm):
    """The form of the page, which remembers where to go next."""

    next = Line(maximum=2048, load_default="")


class TokenPairView(Schema):
    """What a program signs its requests with for `expiresIn` seconds, and what brings it the next pair."""

    access_token = fields.String(data_key="accessToken")
    refresh_token = fields.String(data_key="refreshToken")
    token_type = fields.String(data_key="tokenType")
    expires_in = fields.Integer(data_key="expiresIn")


class UserView(Schema):
    """A user, as she sees herself."""

    id = fields.UUID()
    email = fields.String()
    name = fields.String()
    avatar = fields.String(allow_none=True)
    role = fields.Enum(Role)
    subscription = fields.Enum(Plan)
    email_verified = fields.Boolean(attribute="is_email_verified", data_key="emailVerified")
    onboarding_completed = fields.Boolean(attribute="has_completed_onboarding", data_key="onboardingCompleted")
    created_at = fields.AwareDateTime(data_key="createdAt")


class SessionView(Schema):
    """A session, as its owner sees it."""

    id = fields.UUID()
    device = fields.String(allow_none=True)
    user_agent = fields.String(allow_none=True, data_key="userAgent")
    place = fields.String(allow_none=True)
    created_at = fields.AwareDateTime(data_key="createdAt")
    last_seen_at = fields.AwareDateTime(data_key="lastSeenAt")
    expires_at = fields.AwareDateTime(data_key="expiresAt")
    is_current = fields.Boolean(data_key="current")
