"""Accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypedDict
from uuid import UUID

from repositories.entities.values import MaxLength


class Role(StrEnum):
    """What an account may do."""

    CREATOR = "CREATOR"
    ADMIN = "ADMIN"


class Plan(StrEnum):
    """What an account pays for."""

    FREE = "FREE"
    PRO = "PRO"
    ENTERPRISE = "ENTERPRISE"


class OnboardingStep(StrEnum):
    """The steps of a creator's first visit, in order."""

    PROFILE = "profile"
    PLATFORMS = "platforms"
    AI_CONFIG = "ai_config"
    PLAN = "plan"
    DONE = "done"


class Platform(StrEnum):
    """Where creators publish."""

    ONLYFANS = "onlyfans"
    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"
    REDDIT = "reddit"
    THREADS = "threads"


class Tone(StrEnum):
    """How a creator speaks to her fans."""

    FRIENDLY = "friendly"
    FLIRTY = "flirty"
    PROFESSIONAL = "professional"
    PLAYFUL = "playful"
    INTIMATE = "intimate"


@dataclass(frozen=True, slots=True)
class Onboarding:
    """How far a creator is on her first visit, and what she told on it."""

    current_step: OnboardingStep = OnboardingStep.PROFILE
    finished: tuple[OnboardingStep, ...] = ()
    platforms: tuple[Platform, ...] = ()
    tone: Tone | None = None

    @property
    def is_completed(self) -> bool:
        """Whether the last step is reached."""
        return self.current_step is OnboardingStep.DONE

    @property
    def steps(self) -> dict[str, bool]:
        """Whether each step is done."""
        return {step.value: step in self.finished or self.is_completed for step in OnboardingStep}


class ProfileChanges(TypedDict, total=False):
    """The fields a user may change of her own account; an absent one is kept."""

    name: str
    avatar: str | None
    bio: str | None
    timezone: str | None
    locale: str


class AccountChanges(TypedDict, total=False):
    """What an administrator may change of an account; an absent field is kept."""

    name: str
    role: Role
    is_active: bool


@dataclass(frozen=True, slots=True)
class User:
    """An account; a deleted one keeps its row, with `deleted_at` set."""

    id: UUID
    email: Annotated[str, MaxLength(254)]
    name: Annotated[str, MaxLength(200)]
    created_at: datetime
    updated_at: datetime
    role: Role = Role.CREATOR
    subscription: Plan = Plan.FREE
    password_hash: Annotated[str | None, MaxLength(255)] = field(default=None, repr=False)
    avatar: Annotated[str | None, MaxLength(2048)] = None
    bio: Annotated[str | None, MaxLength(2000)] = None
    timezone: Annotated[str | None, MaxLength(64)] = None
    locale: Annotated[str, MaxLength(10)] = "fr"
    stripe_customer_id: Annotated[str | None, MaxLength(255)] = None
    onboarding: Onboarding = Onboarding()
    email_verified_at: datetime | None = None
    is_active: bool = True
    deleted_at: datetime | None = None
    erase_at: datetime | None = None  # when its owner wants it gone

    @property
    def is_email_verified(self) -> bool:
        """Whether the owner of the address has proved it."""
        return self.email_verified_at is not None

    @property
    def has_completed_onboarding(self) -> bool:
        """Whether the first visit is done."""
        return self.onboarding.is_completed

    @property
    def is_active_admin(self) -> bool:
        """Whether the account may administer now."""
        return self.role is Role.ADMIN and self.is_active and self.deleted_at is None

    def is_erasable(self, at: datetime, deleted_before: datetime) -> bool:
        """Whether its time to be erased has come, or it was deleted by a time."""
        is_wanted = self.erase_at is not None and self.erase_at <= at
        return is_wanted or (self.deleted_at is not None and self.deleted_at <= deleted_before)


@dataclass(frozen=True, slots=True)
class UserSearch:
    """Which accounts to list: those with the text in name or address, in any spelling; None asks for nothing."""

    text: str | None = None
    role: Role | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class ChangedUser:
    """An account before and after a change."""

    before: User
    after: User
