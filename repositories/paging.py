"""Pages of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from repositories.errors import InvalidValue

T = TypeVar("T")

LAST_ROW = 2**63 - 1  # Postgres counts rows in 64 bits


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page of a list: numbered from 1, `limit` rows each; raises InvalidValue for one that cannot be."""

    page: int = 1
    limit: int = 20

    def __post_init__(self) -> None:
        if self.page < 1 or self.limit < 1 or self.page * self.limit > LAST_ROW:
            raise InvalidValue("no such page")

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * self.limit


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The rows of one page, and how many there are in all."""

    items: tuple[T, ...]
    total: int
    page: int
    limit: int

    @property
    def pages(self) -> int:
        """How many pages there are; none for an empty list."""
        return -(-self.total // self.limit)
