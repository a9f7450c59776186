"""Random calls of every repository method, with values drawn from few, so that they meet, and some awkward."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from repositories.entities.accounts import LinkedAccount, Provider
from repositories.entities.analytics import AnalyticsEvent
from repositories.entities.audit import AuditEvent
from repositories.entities.devices import KnownDevice
from repositories.entities.invites import Invite
from repositories.entities.jobs import Job, JobState
from repositories.entities.mails import Mail
from repositories.entities.metrics import BusinessMonth
from repositories.entities.one_time_tokens import OneTimeToken, Purpose
from repositories.entities.sessions import Session
from repositories.entities.subscriptions import SubscriptionRecord, SubscriptionStatus
from repositories.entities.users import Plan, User, UserSearch
from repositories.paging import PageRequest
from repositories.stores import Stores
from tests.contract.account_operations import ACCOUNTS
from tests.contract.bearer_operations import BEARERS
from tests.contract.draws import (
    EMAILS,
    IDS,
    LEAVES,
    MONTHS,
    SUBJECTS,
    TIMES,
    TOKENS,
    UNJSON,
    emails,
    ids,
    pages,
    rarely,
    some_time,
    texts,
    times,
    tokens,
)
from tests.contract.invite_operations import INVITES


@dataclass(frozen=True)
class Operation:
    """One call of a repository method."""

    store: str
    method: str
    arguments: tuple[Any, ...]

    def run(self, stores: Stores) -> Any:
        """Make the call."""
        return getattr(getattr(stores, self.store), self.method)(*self.arguments)


plans = st.sampled_from(Plan)
numbers = rarely(st.integers(0, 3), st.sampled_from([2**63 - 1, 2**63, -(2**63), -(2**63) - 1, True]))
jsons = st.dictionaries(
    st.sampled_from(["a", "", "é"]), rarely(st.sampled_from(LEAVES), st.sampled_from(UNJSON)), max_size=2
)
sessions = st.builds(
    Session,
    id=ids,
    user_id=ids,
    token_hash=tokens,
    created_at=times,
    last_seen_at=times,
    expires_at=times,
    user_agent=texts(Session, "user_agent", None),
    ip=texts(Session, "ip", None),
)
accounts = st.builds(
    LinkedAccount,
    id=ids,
    user_id=ids,
    provider=st.sampled_from(Provider),
    provider_account_id=texts(LinkedAccount, "provider_account_id", *SUBJECTS),
    created_at=times,
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
audit_events = st.builds(
    AuditEvent,
    id=st.integers(1, 20).map(lambda number: UUID(int=number)),
    created_at=times,
    action=texts(AuditEvent, "action", "signed_in"),
    actor_id=st.none() | ids,
    subject_id=st.none() | ids,
    ip=texts(AuditEvent, "ip", None),
    request_id=texts(AuditEvent, "request_id", None),
    details=jsons,
)
devices = st.builds(KnownDevice, id=ids, user_id=ids, mark_hash=tokens, created_at=times, seen_at=times)
one_time_tokens = st.builds(
    OneTimeToken,
    id=ids,
    email=emails,
    purpose=st.sampled_from(Purpose),
    token_hash=tokens,
    created_at=times,
    expires_at=times,
    code_hash=st.none() | tokens,
    used_at=st.sampled_from([None, None, None, TIMES[0]]),
    attempts=st.integers(0, 5),
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
jobs = st.builds(
    Job,
    id=ids,
    name=texts(Job, "name", "test.work"),
    created_at=times,
    arguments=jsons,
    run_at=some_time,
    key=texts(Job, "key", None, None, None, "key"),
    state=st.sampled_from(JobState),
)
mails = st.builds(
    Mail,
    id=ids,
    event=texts(Mail, "event", "welcome:1", "welcome:2", "welcome:3"),
    template=texts(Mail, "template", "welcome"),
    locale=texts(Mail, "locale", "fr"),
    created_at=times,
    user_id=st.none() | ids,
    recipient=texts(Mail, "recipient", None, None),
    values=jsons,
    attempts=numbers,
)
OPERATIONS: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
    "sessions.add": (sessions,),
    "sessions.find_identity": (tokens, times),
    "sessions.touch": (ids, times),
    "sessions.remove": (tokens,),
    "sessions.list_of": (ids, times),
    "sessions.remove_one_of": (ids, ids),
    "sessions.remove_expired": (times, st.sampled_from([10, 10, 0])),
    "sessions.remove_all_of": (ids, st.none() | ids),
    "accounts.add": (accounts,),
    "accounts.find_owner": (st.sampled_from(Provider), texts(LinkedAccount, "provider_account_id", *SUBJECTS)),
    "accounts.find_of": (ids, st.sampled_from(Provider)),
    "accounts.remove": (ids, st.sampled_from(Provider)),
    **BEARERS,
    **ACCOUNTS,
    **INVITES,
    "subscriptions.add": (records,),
    "subscriptions.find_by_user": (ids,),
    "subscriptions.save": (records,),
    "analytics.add": (events,),
    "analytics.count": (ids,),
    "analytics.list_of": (ids, st.none() | events, st.integers(0, 3)),
    "analytics.erase": (ids, st.integers(5, 6)),
    "metrics.save": (months,),
    "metrics.list_months": (ids,),
    "metrics.erase": (ids,),
    "devices.note": (devices,),
    "devices.list_of": (ids,),
    "devices.remove_unseen": (times, st.integers(1, 3)),
    "one_time_tokens.replace": (one_time_tokens,),
    "one_time_tokens.find": (ids, times),
    "one_time_tokens.find_by_hash": (tokens, st.sampled_from(Purpose), times),
    "one_time_tokens.spend": (tokens, st.sampled_from(Purpose), times),
    "one_time_tokens.spend_code": (emails, st.sampled_from(Purpose), tokens, times),
    "one_time_tokens.remove": (ids,),
    "one_time_tokens.remove_expired": (times, st.integers(1, 3)),
    "one_time_tokens.forget": (emails,),
    "jobs.add": (jobs,),
    "jobs.get": (ids,),
    "jobs.claim": (times,),
    "jobs.finish": (ids,),
    "jobs.put_back": (ids, times),
    "jobs.give_up": (ids,),
    "jobs.retry": (ids, times),
    "jobs.list_page": (pages, st.none() | st.sampled_from(JobState)),
    "jobs.count": (),
    "jobs.remove_failed": (times, st.sampled_from([10, 10, 0])),
    "mails.add": (mails,),
    "mails.get": (ids,),
    "mails.list_of": (ids,),
    "mails.forget": (texts(Mail, "recipient"), times),
    "mails.begin": (ids, times),
    "mails.mark_sent": (ids, times),
    "mails.mark_dropped": (ids, times),
    "mails.remove_settled": (times, st.sampled_from([10, 10, 0])),
    "audit.add": (audit_events,),
    "audit.list_page": (pages, st.none() | texts(AuditEvent, "action", "signed_in"), st.none() | ids),
    "audit.list_of": (ids,),
    "audit.forget_places_of": (ids,),
}
GROWS = (
    "users.add",
    "sessions.add",
    "accounts.add",
    "refresh_tokens.add",
    "api_keys.add",
    "invites.add_all",
    "waitlist.join",
    "subscriptions.add",
    "analytics.add",
    "metrics.save",
    "jobs.add",
    "mails.add",
    "audit.add",
    "one_time_tokens.replace",
    "devices.note",
)
FURNITURE = (
    User(IDS[0], "zoe@example.fr", "Zoé", TIMES[0], TIMES[0]),
    User(IDS[1], "straße@example.de", "Léa", TIMES[0], TIMES[0]),
    Invite(UUID(int=1), "CODE", TIMES[0]),
    Invite(UUID(int=2), "ABCD0123", TIMES[1], email="zoe@example.fr"),
)


def operation(name: str) -> st.SearchStrategy[Operation]:
    """Draw a call of one method."""
    store, method = name.split(".")
    return st.tuples(*OPERATIONS[name]).map(lambda arguments: Operation(store, method, arguments))


operations: st.SearchStrategy[Operation] = st.sampled_from(sorted(OPERATIONS)).flatmap(operation)
growing: st.SearchStrategy[Operation] = st.sampled_from(GROWS).flatmap(operation)
spending: st.SearchStrategy[Operation] = st.sampled_from(["invites.redeem", "invites.revoke"]).flatmap(operation)


def answer(act: Callable[[], Any]) -> tuple[str, Any]:
    """What a call gives, in a form in which two backends can be compared: a value, or a class of error and a field."""
    try:
        return "value", act()
    except Exception as error:  # noqa: BLE001  # whatever it is, both must raise it
        return "error", (type(error), getattr(error, "field", None))


def everything(stores: Stores) -> list[Any]:
    """All that can be seen of a backend by the methods that read."""
    seen: list[Any] = [answer(lambda one=one: stores.users.get(one)) for one in IDS]  # type: ignore[misc]
    seen += [stores.users.find_by_email(email) for email in EMAILS]
    seen += [stores.users.list_page(PageRequest(limit=100), UserSearch())]
    seen += [stores.sessions.find_identity(token, at) for token in TOKENS for at in TIMES[::2]]
    seen += [stores.accounts.find_of(one, Provider.GOOGLE) for one in IDS]
    seen += [stores.accounts.find_owner(Provider.GOOGLE, subject) for subject in SUBJECTS]
    seen += [stores.refresh_tokens.find_user(UUID(int=n), one, TIMES[0]) for n in range(1, 7) for one in IDS]
    seen += [stores.api_keys.find_identity(token, at) for token in TOKENS for at in TIMES[::2]]
    seen += [stores.api_keys.list_page(one, TIMES[1], PageRequest(limit=100)) for one in IDS]
    seen += [stores.subscriptions.find_by_user(one) for one in IDS]
    seen += [(stores.analytics.count(one), stores.metrics.list_months(one)) for one in IDS]
    seen += [stores.devices.list_of(one) for one in IDS]
    seen += [stores.one_time_tokens.find(one, at) for one in IDS for at in TIMES]
    seen += [answer(lambda one=one: stores.mails.get(one)) for one in IDS]  # type: ignore[misc]
    seen += [stores.jobs.list_page(PageRequest(limit=100)), stores.jobs.count()]
    seen += [stores.audit.list_page(PageRequest(limit=100))]
    seen += [stores.waitlist.list_page(PageRequest(limit=100)), stores.waitlist.count()]
    return [*seen, stores.invites.list_page(PageRequest(limit=100)), stores.invites.count()]
