"""Accounts at other providers, by which a user may sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from repositories.entities.values import MaxLength


class Provider(StrEnum):
    """Who else may say who somebody is."""

    GOOGLE = "google"


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """An account at a provider that signs in as a user; nothing the provider hands out is kept."""

    id: UUID
    user_id: UUID
    provider: Provider
    provider_account_id: Annotated[str, MaxLength(255)]  # OpenID Connect's `sub`
    created_at: datetime
