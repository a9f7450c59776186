"""What was done, by whom and to whom: kept for good, and without personal data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

from repositories.entities.values import Json, MaxLength


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One thing that happened; actor and subject are weak references, which outlive the accounts they name."""

    id: UUID
    created_at: datetime
    action: Annotated[str, MaxLength(50)]
    actor_id: UUID | None = None
    subject_id: UUID | None = None
    ip: Annotated[str | None, MaxLength(45)] = None
    request_id: Annotated[str | None, MaxLength(128)] = None
    details: Json = field(default_factory=dict)
