"""The audit trail, with the people it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from repositories.entities.audit import AuditEvent
from repositories.entities.users import User
from repositories.interfaces.audit import AuditRepository
from repositories.interfaces.users import UserRepository
from repositories.paging import Page, PageRequest


class TrailStores(Protocol):
    """What reading the trail needs."""

    audit: AuditRepository
    users: UserRepository


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an event names, if anybody; name and address are None when there is no such account any more."""

    id: UUID | None
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event with the people it names."""

    event: AuditEvent
    actor: Person
    subject: Person


def list_events(
    stores: TrailStores, request: PageRequest, action: str | None = None, user_id: UUID | None = None
) -> Page[ListedEvent]:
    """List events, newest first; of one action, and of one account as actor or subject, where they are given."""
    page = stores.audit.list_page(request, action, user_id)
    named = {one for event in page.items for one in (event.actor_id, event.subject_id) if one is not None}
    known = {user.id: user for user in stores.users.list_known(named)} if named else {}
    items = tuple(
        ListedEvent(event, _person(event.actor_id, known), _person(event.subject_id, known)) for event in page.items
    )
    return Page(items, page.total, page.page, page.limit)


def find_account(stores: TrailStores, text: str) -> UUID | None:
    """Return the id that an id or the address of an account stands for, or None; an id may be that of no account."""
    try:
        return UUID(text)
    except ValueError:
        user = stores.users.find_by_email(text)
    return user.id if user else None


def _person(user_id: UUID | None, known: dict[UUID, User]) -> Person:
    user = known.get(user_id) if user_id else None
    return Person(user_id, user.name, user.email) if user else Person(user_id)
