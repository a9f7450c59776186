"""Pages of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page of a list: numbered from 1, `limit` rows each."""

    page: int = 1
    limit: int = 20

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
