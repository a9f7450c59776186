"""Figures of an imagined creator, shown, and marked as such, until there are real ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from repositories.entities.metrics import BusinessMonth
from repositories.entities.users import Plan

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Fan:
    """A fan and what she spent."""

    name: str
    tier: str
    spent_cents: int


@dataclass(frozen=True, slots=True)
class PlatformShare:
    """A platform and its share of the revenue, 0 to 1."""

    platform: str
    share: float


TOP_FANS = (
    Fan("Léo M.", "premium", 48_200),
    Fan("Nora B.", "premium", 36_150),
    Fan("Sacha D.", "vip", 21_900),
    Fan("Inès R.", "vip", 17_480),
    Fan("Milo T.", "basic", 8_250),
)
PLATFORMS = (PlatformShare("onlyfans", 0.58), PlatformShare("instagram", 0.27), PlatformShare("tiktok", 0.15))
# how active fans are at each hour of the day; the sum is 1
HOURS = tuple(weight / 100 for weight in (6, 4, 2, 1, 1, 1, 1, 2, 3, 3, 3, 3, 5, 4, 3, 3, 3, 4, 6, 7, 8, 9, 10, 8))

_REVENUE = (182, 195, 188, 214, 232, 226, 251, 268, 259, 284, 301, 327)
_FANS = (412, 438, 451, 497, 540, 566, 611, 668, 702, 745, 801, 863)


def months_before(day: date, count: int = MONTHS) -> tuple[date, ...]:
    """Return the first days of the last `count` months, the current one last."""
    last = day.year * 12 + day.month - 1
    return tuple(date(number // 12, number % 12 + 1, 1) for number in range(last - count + 1, last + 1))


def sample_months(user_id: UUID, at: datetime) -> tuple[BusinessMonth, ...]:
    """Return twelve months of sample figures, the same each time."""
    return tuple(
        BusinessMonth(
            id=uuid5(user_id, month.isoformat()),
            user_id=user_id,
            month=month,
            created_at=at,
            revenue_cents=_REVENUE[index] * 1_000,
            active_subscribers=_FANS[index] // 4,
            fans=_FANS[index],
            average_response_seconds=420 - 18 * index,
            messages=900 + 65 * index,
            ai_messages=380 + 52 * index,
            plan=Plan.FREE,
        )
        for index, month in enumerate(months_before(at.date()))
    )
