"""Random subscriptions, events and months."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from repositories.entities.analytics import AnalyticsEvent
from repositories.entities.metrics import BusinessMonth
from repositories.entities.subscriptions import SubscriptionRecord, SubscriptionStatus
from repositories.entities.users import Plan
from tests.contract.draws import LEAVES, MONTHS, UNJSON, ids, rarely, some_time, texts, times

plans = st.sampled_from(Plan)
numbers = rarely(st.integers(0, 3), st.sampled_from([2**63 - 1, 2**63, -(2**63), -(2**63) - 1, True]))
jsons = st.dictionaries(
    st.sampled_from(["a", "", "é"]), rarely(st.sampled_from(LEAVES), st.sampled_from(UNJSON)), max_size=2
)
records = st.builds(
    SubscriptionRecord,
    id=ids,
    user_id=ids,
    created_at=times,
    updated_at=times,
    plan=plans,
    status=st.sampled_from(SubscriptionStatus),
    raw_status=texts(SubscriptionRecord, "raw_status", None),
    stripe_subscription_id=texts(SubscriptionRecord, "stripe_subscription_id", None, None),
    current_period_end=some_time,
    cancel_at_period_end=st.booleans(),
    event_at=some_time,
)
events = st.builds(
    AnalyticsEvent,
    id=st.integers(1, 20).map(lambda number: UUID(int=number)),
    user_id=ids,
    event_type=texts(AnalyticsEvent, "event_type", "sale", "view"),
    created_at=times,
    event_data=jsons,
)
months = st.builds(
    BusinessMonth,
    id=ids,
    user_id=ids,
    month=st.sampled_from(MONTHS),
    created_at=times,
    revenue_cents=numbers,
    fans=numbers,
    plan=plans,
)
