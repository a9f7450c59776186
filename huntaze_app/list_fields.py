"""marshmallow fields that take a list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import ValidationError

from huntaze_app.fields import Identifier, Input


class Identifiers(Input[list[UUID]]):
    """A list of 1 to `most` ids; the same one twice counts once."""

    def __init__(self, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.most = most

    def parse(self, value: Any) -> list[UUID]:
        """Return the ids."""
        if not isinstance(value, list) or not 1 <= len(value) <= self.most:
            raise ValidationError(_("Une liste de 1 à %(most)s identifiants est attendue.", most=self.most))
        return list(dict.fromkeys(Identifier().parse(one) for one in value))
