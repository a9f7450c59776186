"""The first visit of a creator, step by step."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from huntaze_app.users.service import STEPS, UserStores
from repositories.entities.users import OnboardingStep, Platform, Tone


class Told(TypedDict, total=False):
    """What a step is told."""

    platforms: tuple[Platform, ...]
    tone: Tone


def advance(
    stores: UserStores, user_id: UUID, step: OnboardingStep, at: datetime, *, is_done: bool, **told: Unpack[Told]
) -> OnboardingStep:
    """Go on from a step, done or skipped, and return the one that follows; raises NotFound."""
    before = stores.users.get(user_id).onboarding
    following = STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]
    furthest = max(before.current_step, following, key=STEPS.index)
    finished = {*before.finished, step} if is_done else before.finished
    ordered = tuple(one for one in STEPS if one in finished)
    stores.users.set_onboarding(user_id, replace(before, current_step=furthest, finished=ordered, **told), at)
    return following
