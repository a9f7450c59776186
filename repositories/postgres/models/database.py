"""The Flask-SQLAlchemy extension, and what every model shares."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CheckConstraint, MetaData
from sqlalchemy.orm import DeclarativeBase

from repositories.entities.values import text_limits

# Named constraints: a Conflict is recognised by the name of the constraint it breaks.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The common ancestor of the models."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def length_checks(entity: type) -> tuple[CheckConstraint, ...]:
    """Return a check for each text the entity limits; unlike varchar, a check can be changed without a rewrite."""
    return tuple(
        CheckConstraint(f"char_length({column}) <= {limit}", name=f"{column}_length")
        for column, limit in text_limits(entity).items()
    )


def choice_check(column: str, choices: type[StrEnum]) -> CheckConstraint:
    """Return a check that a text is one of an enum's values; adding one does not rewrite the table."""
    values = ", ".join(f"'{choice}'" for choice in choices)
    return CheckConstraint(f"{column} IN ({values})", name=f"{column}_choice")


def table_arguments(*arguments: Any) -> tuple[Any, ...]:
    """Flatten constraints and groups of them into what `__table_args__` takes."""
    flat: list[Any] = []
    for argument in arguments:
        flat.extend(argument if isinstance(argument, tuple) else (argument,))
    return tuple(flat)
