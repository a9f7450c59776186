"""A user's API keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from huntaze_app.audit import Action, record
from huntaze_app.clock import new_id
from huntaze_app.security.api_keys import PREFIX_LENGTH, new_api_key
from huntaze_app.security.tokens import token_hash
from repositories.entities.api_keys import ApiKey, Scope
from repositories.entities.users import Role, User
from repositories.interfaces.api_keys import ApiKeyRepository
from repositories.interfaces.audit import AuditRepository

MOST_KEYS = 20  # of one owner, without those that are being replaced
OVERLAP = timedelta(hours=24)  # how long a key that is replaced still works


class KeyStores(Protocol):
    """What keys need."""

    api_keys: ApiKeyRepository
    audit: AuditRepository


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made, with the secret that nobody will see again."""

    key: ApiKey
    secret: str


def grantable_scopes(owner: User) -> tuple[Scope, ...]:
    """Return the scopes that an owner may hand to a key."""
    return tuple(scope for scope in Scope if owner.role is Role.ADMIN or not scope.is_for_admins)


def create_key(
    stores: KeyStores, owner_id: UUID, at: datetime, *, name: str, scopes: Sequence[Scope], expires_at: datetime | None
) -> NewKey:
    """Make a key; raises TooManyKeys."""
    secret = new_api_key()
    known = (new_id(), owner_id, name, secret[:PREFIX_LENGTH], token_hash(secret), tuple(scopes), at)
    key = stores.api_keys.add(ApiKey(*known, expires_at), MOST_KEYS)
    record(stores, Action.API_KEY_CREATED, at, actor=owner_id, key=str(key.id), scopes=list(key.scopes))
    return NewKey(key, secret)


def rotate_key(stores: KeyStores, owner_id: UUID, key_id: UUID, at: datetime) -> NewKey:
    """Make a key like another, to last as long, and end that one in a day; raises NotFound and KeyReplaced."""
    old = stores.api_keys.get(owner_id, key_id)
    secret = new_api_key()
    successor = replace(
        old,
        id=new_id(),
        prefix=secret[:PREFIX_LENGTH],
        key_hash=token_hash(secret),
        created_at=at,
        expires_at=old.expires_at and at + (old.expires_at - old.created_at),
        last_used_at=None,
    )
    stores.api_keys.replace(key_id, successor, at + OVERLAP)
    record(stores, Action.API_KEY_ROTATED, at, actor=owner_id, key=str(key_id), successor=str(successor.id))
    return NewKey(successor, secret)


def revoke_key(stores: KeyStores, owner_id: UUID, key_id: UUID, at: datetime) -> None:
    """End a key at once; raises NotFound, also the second time."""
    stores.api_keys.revoke(owner_id, key_id, at)
    record(stores, Action.API_KEY_REVOKED, at, actor=owner_id, key=str(key_id))
