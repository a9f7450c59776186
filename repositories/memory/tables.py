"""Tables of entities with unique keys and references, and the private view a unit of work has of one.

A unit keeps its changes in an overlay and merges them at commit, so what it costs depends on what it
touches and never on how much is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Generic, Protocol, TypeVar, get_args, get_type_hints
from uuid import UUID

from repositories.entities.values import is_storable, text_limits
from repositories.errors import BrokenReference, Conflict, InvalidValue


class Entity(Protocol):
    """Anything a table can hold."""

    @property
    def id(self) -> UUID:
        """The primary key."""
        ...


E = TypeVar("E", bound=Entity)

INT64 = range(-(2**63), 2**63)


@dataclass(frozen=True)
class Unique(Generic[E]):
    """A key no two rows share; a row whose key is None is left out, as in a partial index."""

    name: str
    key: Callable[[E], Hashable | None]
    error: type[Conflict] = Conflict


@dataclass(frozen=True)
class Reference(Generic[E]):
    """A field that must name a row of another table."""

    table: str
    target: Callable[[E], UUID | None]


@dataclass
class Table(Generic[E]):
    """The committed rows."""

    entity: type[E]
    unique: tuple[Unique[E], ...] = ()
    references: tuple[Reference[E], ...] = ()
    rows: dict[UUID, E] = field(default_factory=dict)
    keys: dict[str, dict[Hashable, UUID]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys = {unique.name: {} for unique in self.unique}

    def merge(self, rows: dict[UUID, E | None], keys: dict[tuple[str, Hashable], UUID | None]) -> None:
        """Take over what a unit changed."""
        _merge(self.rows, rows)
        for (name, key), holder in keys.items():
            _merge(self.keys[name], {key: holder})


K = TypeVar("K")
V = TypeVar("V")


def _merge(into: dict[K, V], changes: dict[K, V | None]) -> None:
    for key, value in changes.items():
        if value is None:
            into.pop(key, None)
        else:
            into[key] = value


class TableView(Generic[E]):
    """A table as one unit of work sees it: what is committed, under what the unit itself changed."""

    def __init__(self, table: Table[E], exists: Callable[[str, UUID], bool]) -> None:
        self._table = table
        self._exists = exists
        self._rows: dict[UUID, E | None] = {}
        self._keys: dict[tuple[str, Hashable], UUID | None] = {}

    def get(self, row_id: UUID | None) -> E | None:
        """Return the row, or None."""
        if row_id is None:
            return None
        return self._rows[row_id] if row_id in self._rows else self._table.rows.get(row_id)

    def find(self, unique: str, key: Hashable) -> E | None:
        """Return the row that holds a unique key, or None."""
        mark = (unique, key)
        return self.get(self._keys[mark] if mark in self._keys else self._table.keys[unique].get(key))

    def all(self) -> list[E]:
        """Return every row, in no particular order."""
        merged = {**self._table.rows, **self._rows} if self._rows else self._table.rows
        return [row for row in list(merged.values()) if row is not None]

    def insert(self, row: E) -> E:
        """Add a row, or raise and change nothing."""
        check_values(row)
        if self.get(row.id) is not None:
            raise Conflict("id")
        return self._put(row)

    def update(self, row: E) -> E:
        """Put a row in place of the one with its id, or raise and change nothing."""
        check_values(row)
        return self._put(row)

    def _put(self, row: E) -> E:
        for unique in self._table.unique:
            key = unique.key(row)
            holder = None if key is None else self.find(unique.name, key)
            if holder is not None and holder.id != row.id:
                raise unique.error(unique.name)
        for reference in self._table.references:
            target = reference.target(row)
            if target is not None and not self._exists(reference.table, target):
                raise BrokenReference(reference.table)
        stored = in_utc(row)
        self._replace(row.id, stored)
        return stored

    def delete(self, row_id: UUID) -> None:
        """Delete a row if it is there."""
        self._replace(row_id, None)

    def _replace(self, row_id: UUID, row: E | None) -> None:
        old = self.get(row_id)
        for unique in self._table.unique:
            if old is not None and unique.key(old) is not None:
                self._keys[unique.name, unique.key(old)] = None
            if row is not None and unique.key(row) is not None:
                self._keys[unique.name, unique.key(row)] = row_id
        self._rows[row_id] = row

    def commit(self) -> None:
        """Hand the changes over to the table."""
        self._table.merge(self._rows, self._keys)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block changed if it raises."""
        rows, keys = self._rows.copy(), self._keys.copy()
        try:
            yield
        except BaseException:
            self._rows, self._keys = rows, keys
            raise


@cache
def hints_of(entity: type) -> dict[str, Any]:
    """Return the type of each field of an entity."""
    return get_type_hints(entity)


def values_of(row: Entity) -> list[Any]:
    """Return the value of each field."""
    return [getattr(row, name) for name in hints_of(type(row))]


def check_values(row: Entity) -> None:
    """Raise InvalidValue for what Postgres would refuse to store."""
    hints, limits, values = hints_of(type(row)), text_limits(type(row)), values_of(row)
    check_characters(values)
    for (name, hint), value in zip(hints.items(), values, strict=True):
        if value is None and type(None) not in get_args(hint):
            raise InvalidValue(f"{name}: missing")
        if name in limits and value is not None and len(value) > limits[name]:
            raise InvalidValue(f"{name}: longer than {limits[name]} characters")
        if hint is int and (isinstance(value, bool) or value not in INT64):
            raise InvalidValue(f"{name}: not a number of 64 bits")


def check_characters(values: Iterable[Any]) -> None:
    """Raise InvalidValue for a text no database holds; Postgres's driver does so before it looks for the row."""
    for value in values:
        if isinstance(value, str) and not is_storable(value):
            raise InvalidValue("not storable as text")


def in_utc(row: E) -> E:
    """Return the row with its times in UTC, as Postgres gives them back."""
    times = {name: getattr(row, name) for name in hints_of(type(row))}
    foreign = {
        name: time.astimezone(UTC)
        for name, time in times.items()
        if isinstance(time, datetime) and time.tzinfo is not UTC
    }
    return replace(row, **foreign) if foreign else row  # type: ignore[type-var]  # every entity is a dataclass
