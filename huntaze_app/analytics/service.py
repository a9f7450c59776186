"""Events, and the figures made of them and of the monthly metrics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from huntaze_app.clock import new_id
from huntaze_app.sample_data import HOURS, PLATFORMS, TOP_FANS, Fan, PlatformShare, sample_months
from repositories.entities.analytics import AnalyticsEvent
from repositories.entities.metrics import BusinessMonth
from repositories.interfaces.analytics import AnalyticsRepository
from repositories.interfaces.metrics import MetricsRepository

NOTABLE = 0.05  # a change that is worth an alert


class AnalyticsStores(Protocol):
    """What analytics needs."""

    analytics: AnalyticsRepository
    metrics: MetricsRepository


@dataclass(frozen=True, slots=True)
class Stats:
    """How many events there are."""

    sample: bool
    total: int
    by_type: dict[str, int]


@dataclass(frozen=True, slots=True)
class Hour:
    """The share of a day's activity in an hour."""

    hour: int
    share: float


@dataclass(frozen=True, slots=True)
class TopHours:
    """The hours of the day, the busiest first."""

    sample: bool
    hours: tuple[Hour, ...]


@dataclass(frozen=True, slots=True)
class Revenue:
    """The revenue of a month."""

    month: date
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Growth:
    """The fans at the end of a month."""

    month: date
    fans: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of the dashboard."""

    sample: bool
    monthly_revenue_cents: int
    monthly_revenue_change: float
    active_subscribers: int
    active_subscribers_change: float
    average_response_seconds: int
    average_response_change: float
    automation_rate: float
    automation_rate_change: float
    top_fans: tuple[Fan, ...]
    platforms: tuple[PlatformShare, ...]
    revenue: tuple[Revenue, ...]
    fan_growth: tuple[Growth, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that changed and may want attention."""

    kind: str
    severity: str
    change: float


@dataclass(frozen=True, slots=True)
class Alerts:
    """What may want attention."""

    sample: bool
    alerts: tuple[Alert, ...]


def note_event(
    stores: AnalyticsStores, user_id: UUID, at: datetime, event_type: str, event_data: dict[str, Any]
) -> AnalyticsEvent:
    """Store an event."""
    return stores.analytics.add(AnalyticsEvent(new_id(), user_id, event_type, at, event_data))


def stats(stores: AnalyticsStores, user_id: UUID, *, lasting: bool) -> Stats:
    """Count the user's events; a count that the next restart forgets is a sample."""
    counts = stores.analytics.count(user_id)
    return Stats(not lasting, counts.total, counts.by_type)


def top_hours(stores: AnalyticsStores, user_id: UUID, *, lasting: bool) -> TopHours:
    """Return the hours of the day by activity; sample ones while there are no events."""
    counts = stores.analytics.count(user_id)
    shares = {hour: n / counts.total for hour, n in counts.by_hour.items()} if counts.total else dict(enumerate(HOURS))
    busiest = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return TopHours(not (counts.total and lasting), tuple(Hour(hour, share) for hour, share in busiest))


def overview(stores: AnalyticsStores, user_id: UUID, at: datetime, *, lasting: bool) -> Overview:
    """Return the figures of the dashboard; sample ones while there are none."""
    own = stores.metrics.list_months(user_id)
    months = own or sample_months(user_id, at)
    last = months[-1]
    return Overview(
        sample=not (own and lasting),
        monthly_revenue_cents=last.revenue_cents,
        monthly_revenue_change=_change(months, lambda month: month.revenue_cents),
        active_subscribers=last.active_subscribers,
        active_subscribers_change=_change(months, lambda month: month.active_subscribers),
        average_response_seconds=last.average_response_seconds,
        average_response_change=_change(months, lambda month: month.average_response_seconds),
        automation_rate=_automation(last),
        automation_rate_change=_change(months, _automation),
        top_fans=() if own else TOP_FANS,
        platforms=() if own else PLATFORMS,
        revenue=tuple(Revenue(month.month, month.revenue_cents) for month in months[-12:]),
        fan_growth=tuple(Growth(month.month, month.fans) for month in months[-12:]),
    )


def alerts(stores: AnalyticsStores, user_id: UUID, at: datetime, *, lasting: bool) -> Alerts:
    """Return the figures that moved by more than 5 % since last month."""
    seen = overview(stores, user_id, at, lasting=lasting)
    moves = {
        "revenue": seen.monthly_revenue_change,
        "subscribers": seen.active_subscribers_change,
        "response_time": -seen.average_response_change,  # slower is worse
        "automation": seen.automation_rate_change,
    }
    notable = [(kind, change) for kind, change in moves.items() if abs(change) >= NOTABLE]
    return Alerts(
        seen.sample, tuple(Alert(kind, "info" if change > 0 else "warning", change) for kind, change in notable)
    )


def _automation(month: BusinessMonth) -> float:
    return round(month.ai_messages / month.messages, 4) if month.messages else 0.0


def _change(months: tuple[BusinessMonth, ...], figure: Callable[[BusinessMonth], float]) -> float:
    """Return the change from the month before to the last, as a fraction."""
    if len(months) < 2 or not figure(months[-2]):
        return 0.0
    return round(figure(months[-1]) / figure(months[-2]) - 1, 4)
