"""Statements that SQLAlchemy writes once, at import, and the mapping of rows to entities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from typing import Any, Generic, TypeVar, get_type_hints

from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql.expression import ClauseElement

from repositories.postgres.models.database import Base

DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it so

E = TypeVar("E")
Row = Sequence[Any]
Convert = Callable[[Any], Any]


class Statement:
    """The text of a statement for psycopg, and the values that are part of it."""

    __slots__ = ("constants", "sql")

    def __init__(self, clause: ClauseElement) -> None:
        compiled = clause.compile(dialect=DIALECT)
        self.sql = str(compiled)
        self.constants = {name: value for name, value in compiled.params.items() if value is not None}

    def parameters(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return what to run the statement with."""
        return {**self.constants, **given} if self.constants else given


class Mapper(Generic[E]):
    """Turns rows into entities and back, field by field, in the order of the entity's fields."""

    def __init__(
        self,
        entity: type[E],
        table: type[Base],
        load: Mapping[str, Convert] | None = None,
        dump: Mapping[str, Convert] | None = None,
    ) -> None:
        names = [field.name for field in fields(entity)]  # type: ignore[arg-type]  # every entity is a dataclass
        hints = get_type_hints(entity)
        enums = {name: hints[name] for name in names if _is_enum(hints[name])}
        loaders = {name: _by_value(enum) for name, enum in enums.items()} | dict(load or {})
        self.columns: tuple[ColumnElement[Any], ...] = tuple(getattr(table, name) for name in names)
        self._entity = entity
        self.names = names
        self._load = [(names.index(name), convert) for name, convert in loaders.items()]
        self._dump = dict.fromkeys(enums, str) | dict(dump or {})

    def load(self, row: Row, start: int = 0) -> E:
        """Return the entity that a row holds from column `start` on."""
        values = list(row[start : start + len(self.names)])
        for index, convert in self._load:
            values[index] = convert(values[index])
        return self._entity(*values)

    def dump(self, entity: E) -> dict[str, Any]:
        """Return the values of an entity's columns."""
        values = {name: getattr(entity, name) for name in self.names}
        for name, convert in self._dump.items():
            values[name] = convert(values[name])
        return values


def _is_enum(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, StrEnum)


def _by_value(enum: type[StrEnum]) -> Convert:
    # a dictionary look-up costs a tenth of calling the enum
    return {member.value: member for member in enum}.__getitem__
