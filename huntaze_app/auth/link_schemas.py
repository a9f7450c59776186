"""What signing in by mail and replacing a password take."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, validates_schema

from huntaze_app.auth.schemas import PASSWORD_MAX, PASSWORD_MIN
from huntaze_app.fields import Email, Form, Line, Secret

TOKEN_MAX = 64  # characters; ours have 43


class AddressForm(Form):
    """An address a mail shall go to."""

    email = Email(required=True)


class LinkForm(Form):
    """The token of a link."""

    token = Line(minimum=1, maximum=TOKEN_MAX, required=True)


class LinkOrCodeForm(Form):
    """The token of a link, or an address and the code beside the link."""

    token = Line(minimum=1, maximum=TOKEN_MAX)
    email = Email()
    code = Line(minimum=1, maximum=16)

    @validates_schema
    def _one_or_the_other(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data.keys() not in ({"token"}, {"email", "code"}):
            raise ValidationError(_("Indiquez `token`, ou `email` et `code`."))


class CodeForm(Form):
    """The code beside a link, for the address that the page remembers."""

    email = Email(required=True)
    code = Line(minimum=1, maximum=16, required=True)


class ResetForm(Form):
    """The token of a link, and the new password."""

    token = Line(minimum=1, maximum=TOKEN_MAX, required=True)
    password = Secret(minimum=PASSWORD_MIN, maximum=PASSWORD_MAX, required=True)


class ChangeForm(Form):
    """The current password, and the new one."""

    current_password = Secret(minimum=1, maximum=PASSWORD_MAX, required=True, data_key="currentPassword")
    password = Secret(minimum=PASSWORD_MIN, maximum=PASSWORD_MAX, required=True)
