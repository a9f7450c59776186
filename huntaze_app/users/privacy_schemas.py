"""What asking for one's account to be erased takes and gives."""

from __future__ import annotations

from enum import StrEnum

from marshmallow import Schema, fields

from huntaze_app.fields import Choice, Form, Secret, Truth

LONGEST_PASSWORD = 256


class Time(StrEnum):
    """When an account is erased."""

    LATER = "later"
    NOW = "now"


class Sure(StrEnum):
    """A box that was ticked."""

    YES = "yes"


class ErasureForm(Form):
    """A proof of who is asking, where the sign-in is none, and whether to do it at once."""

    password = Secret(minimum=1, maximum=LONGEST_PASSWORD)
    now = Truth(load_default=False)


class ErasurePageForm(Form):
    """The same, as the page sends it; an empty password is none."""

    password = Secret(maximum=LONGEST_PASSWORD, load_default="")
    when = Choice(Time, required=True)
    sure = Choice(Sure, required=True)


class ErasureView(Schema):
    """When the account is erased."""

    erase_at = fields.AwareDateTime(data_key="eraseAt")
