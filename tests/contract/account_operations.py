"""Random calls about accounts."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from repositories.entities.audit import AuditEvent
from repositories.entities.users import Onboarding, OnboardingStep, Plan, Platform, Role, Tone, User, UserSearch
from tests.contract.draws import TIMES, UNSTORABLE, emails, ids, pages, rarely, texts, times

onboardings = st.builds(
    Onboarding,
    st.sampled_from(OnboardingStep),
    st.lists(st.sampled_from(OnboardingStep), max_size=3).map(tuple),
    st.lists(st.sampled_from(Platform), max_size=2).map(tuple),
    st.none() | st.sampled_from(Tone),
)
users = st.builds(
    User,
    id=ids,
    email=emails,
    name=texts(User, "name"),
    created_at=times,
    updated_at=times,
    role=st.sampled_from(Role),
    subscription=st.sampled_from(Plan),
    password_hash=texts(User, "password_hash", None),
    bio=texts(User, "bio", None),
    stripe_customer_id=texts(User, "stripe_customer_id", None, None, None),
    onboarding=onboardings,
    is_active=st.sampled_from([True, True, True, False]),
    deleted_at=st.sampled_from([None, None, None, TIMES[0]]),
    erase_at=st.sampled_from([None, None, None, TIMES[1]]),
)
profiles = st.dictionaries(
    rarely(st.sampled_from(["name", "avatar", "bio", "timezone", "locale"]), st.sampled_from(["role", "id"])),
    texts(User, "timezone", None),
    max_size=3,
)
account_changes = st.fixed_dictionaries(
    {},
    optional={
        "name": texts(User, "name"),
        "role": st.sampled_from(Role),
        "is_active": st.booleans(),
    },
) | st.just({"email": "x"})
words = st.sampled_from(["", "ZOE", "é", "%", "_", "\\", "STRASSE", "@example"])
searches = st.builds(
    UserSearch,
    st.none() | rarely(words, st.sampled_from(UNSTORABLE)),
    st.none() | st.sampled_from(Role),
    st.none() | st.booleans(),
)

ACCOUNTS: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
    "users.add": (users,),
    "users.get": (ids,),
    "users.find_by_email": (emails,),
    "users.edit_profile": (ids, profiles, times),
    "users.set_onboarding": (ids, onboardings, times),
    "users.set_password_hash": (ids, texts(User, "password_hash"), times),
    "users.verify_email": (ids, times),
    "users.remove": (ids, times),
    "users.request_erasure": (ids, times, times),
    "users.cancel_erasure": (ids, times),
    "users.list_erasable": (times, times, st.integers(0, 3)),
    "users.begin_erasure": (ids, times, times),
    "users.erase": (ids,),
    "users.list_page": (pages, searches),
    "users.list_known": (st.lists(ids, max_size=3),),
    "users.change_account": (ids, account_changes, times),
    "invites.count_of": (ids,),
    "invites.list_of": (ids,),
    "invites.forget": (ids, emails, times),
    "audit.count_since": (texts(AuditEvent, "action", "signed_in"), ids, times),
}
