"""Mails that go out, or went."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

from repositories.entities.values import Json, MaxLength


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail about one event; to a user, whose address is looked up when it is sent, or to an address."""

    id: UUID
    event: Annotated[str, MaxLength(200)]
    template: Annotated[str, MaxLength(50)]
    locale: Annotated[str, MaxLength(10)]
    created_at: datetime
    user_id: UUID | None = None
    recipient: Annotated[str | None, MaxLength(254)] = None  # forgotten once the mail is settled
    values: Json = field(default_factory=dict)  # what the text needs, and never a secret; forgotten, too
    attempts: int = 0
    sending_at: datetime | None = None  # when the last attempt began
    sent_at: datetime | None = None
    dropped_at: datetime | None = None  # refused for good, or nobody to send it to

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing left to do."""
        return self.sent_at is not None or self.dropped_at is not None
