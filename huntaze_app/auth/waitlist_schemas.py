"""What the waitlist takes."""

from __future__ import annotations

from huntaze_app.fields import Choice, Email, Form
from huntaze_app.languages import Locale


class WaitlistPageForm(Form):
    """The form of the pages: an address to write to."""

    email = Email(required=True)


class WaitlistForm(WaitlistPageForm):
    """An address that asks for an invitation, and the language to write to it in; else that of the request."""

    locale = Choice(Locale)
