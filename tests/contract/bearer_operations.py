"""Random calls about refresh tokens and API keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from repositories.entities.api_keys import ApiKey, Scope
from repositories.entities.refresh_tokens import RefreshToken
from tests.contract.draws import TIMES, ids, pages, some_time, texts, times, tokens

token_ids = st.integers(1, 6).map(lambda number: UUID(int=number))
refresh_tokens = st.builds(
    RefreshToken,
    id=token_ids,
    family_id=token_ids,
    user_id=ids,
    token_hash=tokens,
    created_at=times,
    expires_at=times,
    parent_id=st.none() | token_ids,
    used_at=st.sampled_from([None, None, None, TIMES[0]]),
    revoked_at=st.sampled_from([None, None, None, TIMES[0]]),
)
graces = st.sampled_from([timedelta(0), timedelta(hours=1), timedelta(days=1)])
keys = st.builds(
    ApiKey,
    id=token_ids,
    user_id=ids,
    name=texts(ApiKey, "name"),
    prefix=texts(ApiKey, "prefix"),
    key_hash=tokens,
    scopes=st.lists(st.sampled_from(Scope), max_size=3).map(tuple),
    created_at=times,
    expires_at=some_time,
    last_used_at=some_time,
    revoked_at=st.sampled_from([None, None, None, TIMES[0]]),
    replaced_by=st.sampled_from([None, None, None, UUID(int=1)]),
)

BEARERS: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
    "refresh_tokens.add": (refresh_tokens,),
    "refresh_tokens.rotate": (tokens, token_ids, tokens, times, graces),
    "refresh_tokens.find_user": (token_ids, ids, times),
    "refresh_tokens.revoke_family": (token_ids, times),
    "refresh_tokens.revoke_all_of": (ids, times),
    "refresh_tokens.list_of": (ids,),
    "api_keys.list_of": (ids,),
    "api_keys.add": (keys, st.integers(0, 3)),
    "api_keys.get": (ids, token_ids),
    "api_keys.find_identity": (tokens, times),
    "api_keys.list_page": (ids, times, pages),
    "api_keys.touch": (token_ids, times, times),
    "api_keys.replace": (token_ids, keys, times),
    "api_keys.revoke": (ids, token_ids, times),
    "api_keys.revoke_all_of": (ids, times),
}
