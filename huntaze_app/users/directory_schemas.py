"""What handling accounts takes and gives."""

from __future__ import annotations

from enum import StrEnum

from marshmallow import Schema, fields

from huntaze_app.fields import Choice, Email, Form, Line, Truth
from huntaze_app.languages import Locale
from huntaze_app.users.schemas import LIMITS
from repositories.entities.users import Plan, Role

LONGEST_SEARCH = 100


class YesNo(StrEnum):
    """A truth value, in a query or in the form of a page."""

    YES = "true"
    NO = "false"


class UsersQuery(Form):
    """Which accounts to list: those with the text `q` in name or address."""

    q = Line(maximum=LONGEST_SEARCH)
    role = Choice(Role)
    active = Choice(YesNo)


class NewUserForm(Form):
    """An account without a password."""

    email = Email(required=True)
    name = Line(minimum=1, maximum=LIMITS["name"], required=True)
    role = Choice(Role)
    locale = Choice(Locale)


class AccountForm(Form):
    """What an administrator may change of an account."""

    name = Line(minimum=1, maximum=LIMITS["name"])
    role = Choice(Role)
    is_active = Truth(data_key="isActive")


class AccountPageForm(Form):
    """The form of the page."""

    name = Line(minimum=1, maximum=LIMITS["name"], required=True)
    role = Choice(Role, required=True)
    active = Choice(YesNo, required=True)


class AccountView(Schema):
    """An account, as administrators see it."""

    id = fields.UUID()
    email = fields.String()
    name = fields.String()
    avatar = fields.String(allow_none=True)
    role = fields.Enum(Role)
    subscription = fields.Enum(Plan)
    is_active = fields.Boolean(data_key="isActive")
    email_verified = fields.Boolean(attribute="is_email_verified", data_key="emailVerified")
    onboarding_completed = fields.Boolean(attribute="has_completed_onboarding", data_key="onboardingCompleted")
    created_at = fields.AwareDateTime(data_key="createdAt")
    updated_at = fields.AwareDateTime(data_key="updatedAt")


class UserStatsView(Schema):
    """The figures of an account."""

    account_age_days = fields.Integer(data_key="accountAgeDays")
    active_sessions = fields.Integer(data_key="activeSessions")
    last_seen_at = fields.AwareDateTime(data_key="lastSeenAt", allow_none=True)
    recent_sign_ins = fields.Integer(data_key="signInsLast30Days")
    invites_created = fields.Integer(data_key="invitesCreated")
    invites_used = fields.Integer(data_key="invitesUsed")
    onboarding_steps_done = fields.Integer(data_key="onboardingStepsDone")
    onboarding_steps = fields.Integer(data_key="onboardingSteps")
