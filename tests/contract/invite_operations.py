"""Random calls about invitations, and about who waits for one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from repositories.entities.invites import Invite
from repositories.entities.waitlist import WaitlistEntry, WaitlistState
from tests.contract.draws import TIMES, codes, emails, ids, pages, texts, times

few = st.integers(1, 5).map(lambda number: UUID(int=number))
invites = st.builds(
    Invite,
    id=few,
    code=codes,
    created_at=times,
    email=st.none() | emails,
    created_by=st.none() | ids,
    used_at=st.sampled_from([None, None, None, TIMES[0]]),
    used_by=st.none() | ids,
    revoked_at=st.sampled_from([None, None, None, TIMES[0]]),
)
entries = st.builds(
    WaitlistEntry,
    id=few,
    email=emails,
    locale=texts(WaitlistEntry, "locale", "fr", "en"),
    created_at=times,
    invited_at=st.sampled_from([None, None, None, TIMES[0]]),
)

INVITES: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
    "invites.add_all": (st.lists(invites, max_size=3),),
    "invites.get": (few,),
    "invites.find_redeemable": (codes, emails),
    "invites.redeem": (codes, emails, ids, times),
    "invites.revoke": (few, times),
    "invites.list_page": (pages,),
    "invites.count": (),
    "invites.count_of": (ids,),
    "waitlist.join": (entries,),
    "waitlist.list_page": (pages, st.none() | st.sampled_from(WaitlistState)),
    "waitlist.count": (),
    "waitlist.invite": (st.lists(few, max_size=3), times),
    "waitlist.invite_oldest": (st.integers(-1, 3), times),
    "waitlist.note_invited": (st.lists(emails, max_size=3), times),
    "waitlist.find": (emails,),
    "waitlist.forget": (emails,),
}
