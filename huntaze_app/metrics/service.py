"""Business figures, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from huntaze_app.sample_data import MONTHS, sample_months
from repositories.entities.metrics import BusinessMonth
from repositories.interfaces.metrics import MetricsRepository


class MetricsStores(Protocol):
    """What metrics need."""

    metrics: MetricsRepository


@dataclass(frozen=True, slots=True)
class Monthly:
    """The figures of the last months, oldest first."""

    sample: bool
    months: tuple[BusinessMonth, ...]

    @property
    def current(self) -> BusinessMonth:
        """The last month."""
        return self.months[-1]

    @property
    def gross_volume_cents(self) -> int:
        """What came in over these months."""
        return sum(month.revenue_cents for month in self.months)

    @property
    def ai_messages(self) -> int:
        """How many messages were written by AI over these months."""
        return sum(month.ai_messages for month in self.months)


def monthly(stores: MetricsStores, user_id: UUID, at: datetime, *, lasting: bool) -> Monthly:
    """Return the last twelve months; sample ones while there are none."""
    own = stores.metrics.list_months(user_id)
    return Monthly(not (own and lasting), (own or sample_months(user_id, at))[-MONTHS:])
