"""What the area takes and gives."""

from __future__ import annotations

from marshmallow import Schema, fields

from huntaze_app.fields import Choice, Choices, Form, JsonObject, Line, Text, TimeZone, Truth, WebAddress
from huntaze_app.languages import Locale
from repositories.entities.users import OnboardingStep, Plan, Platform, Role, Tone, User
from repositories.entities.values import text_limits

LIMITS = text_limits(User)


class ProfileForm(Form):
    """What a user may change of her account; null or an empty text clears a field that may be empty."""

    name = Line(minimum=1, maximum=LIMITS["name"])
    avatar = WebAddress(maximum=LIMITS["avatar"], allow_none=True)
    bio = Text(maximum=LIMITS["bio"], allow_none=True)
    timezone = TimeZone(allow_none=True)
    locale = Choice(Locale)


class ProfileView(Schema):
    """A user's profile."""

    id = fields.UUID()
    email = fields.String()
    name = fields.String()
    avatar = fields.String(allow_none=True)
    bio = fields.String(allow_none=True)
    timezone = fields.String(allow_none=True)
    locale = fields.String()
    role = fields.Enum(Role)
    subscription = fields.Enum(Plan)
    created_at = fields.AwareDateTime(data_key="createdAt")
    updated_at = fields.AwareDateTime(data_key="updatedAt")


class OnboardingForm(Form):
    """How far the first visit is, and what was told on it; `steps` maps a step to whether it is done."""

    completed = Truth()
    current_step = Choice(OnboardingStep, data_key="currentStep")
    steps = JsonObject()
    platforms = Choices(Platform, least=0)
    tone = Choice(Tone, allow_none=True)


class FirstProfileForm(Form):
    """What the first visit asks of a profile."""

    name = Line(minimum=1, maximum=LIMITS["name"], required=True)
    bio = Text(maximum=LIMITS["bio"], load_default="")
    timezone = TimeZone(load_default="")
    locale = Choice(Locale, required=True)


class PlatformsForm(Form):
    """Where a creator publishes."""

    platforms = Choices(Platform, least=0, required=True)


class ToneForm(Form):
    """How a creator speaks to her fans."""

    tone = Choice(Tone, required=True)


class StepForm(Form):
    """A step of the first visit that may be skipped."""

    step = Choice(OnboardingStep, required=True)


class OnboardingView(Schema):
    """How far the first visit is."""

    completed = fields.Boolean(attribute="is_completed")
    current_step = fields.Enum(OnboardingStep, by_value=fields.String, data_key="currentStep")
    steps = fields.Dict(keys=fields.String(), values=fields.Boolean())
    platforms = fields.List(fields.String())
    tone = fields.Enum(Tone, by_value=fields.String, allow_none=True)
