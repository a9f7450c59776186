"""marshmallow fields that take only what can be stored, and say what is wrong in the caller's language."""

from __future__ import annotations

import contextlib
import re
import unicodedata
import zoneinfo
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from marshmallow import RAISE, Schema, ValidationError, fields

T = TypeVar("T")
C = TypeVar("C", bound=StrEnum)

MAX_EMAIL = 254
MAX_DEPTH = 20
UUID_FORM = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
MAX_CHOICES = 100
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})", re.IGNORECASE
)


class Form(Schema):
    """What a request may hold; anything else is refused."""

    error_messages = {  # noqa: RUF012  # marshmallow reads it from the class
        "unknown": lazy_gettext("Champ inconnu."),
        "type": lazy_gettext("Un objet JSON est attendu."),
    }

    class Meta:
        """Refuse unknown fields."""

        unknown = RAISE


class Input(fields.Field[T]):
    """A field of a form."""

    default_error_messages = {  # noqa: RUF012  # marshmallow reads it from the class
        "required": lazy_gettext("Ce champ est requis."),
        "null": lazy_gettext("Ce champ ne peut pas être vide."),
    }

    def parse(self, value: Any) -> T:
        """Return what the value stands for; raises ValidationError."""
        raise NotImplementedError  # each field says how

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002  # marshmallow's signature
        data: Mapping[str, Any] | None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> T:
        return self.parse(value)


class Text(Input[str]):
    """A text of `minimum` to `maximum` characters, stripped; no NUL, no lone surrogate, no control characters."""

    controls = "\n\r\t"
    strips = True

    def __init__(self, maximum: int, minimum: int = 0, **options: Any) -> None:
        super().__init__(**options)
        self.minimum = minimum
        self.maximum = maximum

    def parse(self, value: Any) -> str:
        """Return the text."""
        if not isinstance(value, str):
            raise ValidationError(_("Un texte est attendu."))
        text = value.strip() if self.strips else value
        if len(text) > self.maximum:
            raise ValidationError(_("%(n)s caractères au maximum.", n=self.maximum))
        if not text and self.minimum:
            raise ValidationError(_("Ce champ est requis."))
        if len(text) < self.minimum:
            raise ValidationError(_("%(n)s caractères au minimum.", n=self.minimum))
        if any(_is_forbidden(character, self.controls) for character in text):
            raise ValidationError(_("Ce texte contient un caractère interdit."))
        return text


def _is_forbidden(character: str, allowed: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in allowed


class Line(Text):
    """A text without line breaks."""

    controls = ""


class Secret(Line):
    """A password: taken exactly as typed."""

    strips = False


class Email(Line):
    """An address, in its normalised form: lower case, Unicode NFC, no spaces around."""

    def __init__(self, **options: Any) -> None:
        super().__init__(maximum=MAX_EMAIL, minimum=1, **options)

    def parse(self, value: Any) -> str:
        """Return the normalised address."""
        try:
            # test_environment lets the reserved domain `.test` in, which no mail can leave to
            found = validate_email(super().parse(value), strict=True, check_deliverability=False, test_environment=True)
        except EmailNotValidError as error:
            raise ValidationError(_("Cette adresse n’est pas valable.")) from error
        return found.normalized.lower()


class Emails(Input[list[str]]):
    """A list of 1 to `most` addresses; the same one twice counts once."""

    def __init__(self, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.most = most

    def parse(self, value: Any) -> list[str]:
        """Return the normalised addresses."""
        if not isinstance(value, list) or not 1 <= len(value) <= self.most:
            raise ValidationError(_("Une liste de 1 à %(most)s adresses est attendue.", most=self.most))
        faults: dict[int | str, list[str]] = {}
        addresses = []
        for index, one in enumerate(value):
            try:
                addresses.append(Email().parse(one))
            except ValidationError as error:
                faults[index] = [f"{one}{_(' : ')}{text}" for text in error.messages]
        if faults:
            raise ValidationError(faults)
        return list(dict.fromkeys(addresses))


class WebAddress(Line):
    """An https address; an empty one is none."""

    def parse(self, value: Any) -> str:
        """Return the address."""
        text = super().parse(value)
        if text and not _is_web_address(text):
            raise ValidationError(_("Une adresse https:// est attendue."))
        return text


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme == "https" and bool(parts.hostname) and not parts.username and " " not in text
    except ValueError:
        return False


class TimeZone(Line):
    """The name of a time zone, such as Europe/Paris; an empty one is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(maximum=64, **options)

    def parse(self, value: Any) -> str:
        """Return the name."""
        name = super().parse(value)
        if name and name not in time_zones():
            raise ValidationError(_("Fuseau horaire inconnu."))
        return name


@cache
def time_zones() -> tuple[str, ...]:
    """Return the names of the time zones, sorted."""
    return tuple(sorted(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC"))


class Choice(Input[C], Generic[C]):
    """One of an enum's values."""

    def __init__(self, choices: type[C], **options: Any) -> None:
        super().__init__(**options)
        self.choices = choices

    def parse(self, value: Any) -> C:
        """Return the member."""
        if not isinstance(value, str) or value not in self.choices.__members__.values():
            raise ValidationError(_("Au choix : %(choices)s.", choices=", ".join(self.choices)))
        return self.choices(value)


class Choices(Input[tuple[C, ...]], Generic[C]):
    """A list of an enum's values, `least` or more; the same one twice counts once."""

    def __init__(self, choices: type[C], *, least: int = 1, **options: Any) -> None:
        super().__init__(**options)
        self.choices = choices
        self.least = least

    def parse(self, value: Any) -> tuple[C, ...]:
        """Return the members, in the order of the enum."""
        known = self.choices.__members__.values()
        if not isinstance(value, list) or len(value) < self.least:
            raise ValidationError(_("Choisissez-en un au moins."))
        if len(value) > MAX_CHOICES or not all(isinstance(one, str) and one in known for one in value):
            raise ValidationError(_("Au choix : %(choices)s.", choices=", ".join(known)))
        return tuple(member for member in self.choices if member in value)


class Identifier(Input[UUID]):
    """An id, in its usual form."""

    def parse(self, value: Any) -> UUID:
        """Return the id."""
        if not isinstance(value, str) or not UUID_FORM.fullmatch(value):
            raise ValidationError(_("Un identifiant est attendu."))
        return UUID(value)


class Moment(Input[datetime]):
    """A moment, as RFC 3339 writes it: with its offset from UTC."""

    def parse(self, value: Any) -> datetime:
        """Return the moment, in UTC."""
        if isinstance(value, str) and MOMENT.fullmatch(value):
            with contextlib.suppress(ValueError, OverflowError):
                return datetime.fromisoformat(value.upper()).astimezone(UTC)
        raise ValidationError(_("Une date comme 2030-01-31T12:00:00Z est attendue."))


class Truth(Input[bool]):
    """true or false, and nothing that resembles them."""

    def parse(self, value: Any) -> bool:
        """Return the truth value."""
        if not isinstance(value, bool):
            raise ValidationError(_("true ou false est attendu."))
        return value


class Number(Input[int]):
    """A whole number from `low` to `high`; a text only where `from_text` says so (HTML forms send nothing else)."""

    def __init__(self, low: int, high: int, *, from_text: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.low = low
        self.high = high
        self.from_text = from_text

    def parse(self, value: Any) -> int:
        """Return the number."""
        if self.from_text and isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 9:
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not self.low <= value <= self.high:
            raise ValidationError(
                _("Un nombre entier de %(low)s à %(high)s est attendu.", low=self.low, high=self.high)
            )
        return value


class JsonObject(Input[dict[str, Any]]):
    """An object of any shape, up to a depth of 20."""

    def parse(self, value: Any) -> dict[str, Any]:
        """Return the object."""
        if not isinstance(value, dict):
            raise ValidationError(_("Un objet est attendu."))
        if _is_deeper_than(value, MAX_DEPTH):
            raise ValidationError(_("Cet objet est trop profond."))
        return value


def _is_deeper_than(value: Any, depth: int) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth == 0 or any(_is_deeper_than(part, depth - 1) for part in parts)
