"""A user's own account."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, cast
from uuid import UUID

from huntaze_app.problems import Invalid
from repositories.entities.users import Onboarding, OnboardingStep, ProfileChanges, User
from repositories.interfaces.accounts import AccountRepository
from repositories.interfaces.users import UserRepository

STEPS = tuple(OnboardingStep)
MOST_TOLD = 20  # wrong steps, of what may be a hundred thousand


class UserStores(Protocol):
    """What an account needs."""

    users: UserRepository


class ProfileStores(UserStores, Protocol):
    """What the page of an account shows besides."""

    accounts: AccountRepository


def edit_profile(stores: UserStores, user_id: UUID, given: dict[str, Any], at: datetime) -> User:
    """Change the given fields of a profile (those of ProfileChanges); an empty text clears one. Raises NotFound."""
    changes = {name: value or None for name, value in given.items()}
    return stores.users.edit_profile(user_id, cast(ProfileChanges, changes), at)


def note_onboarding(stores: UserStores, user: User, given: dict[str, Any], at: datetime) -> Onboarding:
    """Note steps done or undone, which one is current, and what was told; raises Invalid for an unknown step."""
    steps = _checked(given.get("steps", {}))
    finished = {*user.onboarding.finished, *(step for step, done in steps.items() if done)}
    finished -= {step for step, done in steps.items() if not done}
    current = given.get("current_step", user.onboarding.current_step)
    if "completed" in given:
        current = OnboardingStep.DONE if given["completed"] else _first_open(finished, current)
    told = {name: given[name] for name in ("platforms", "tone") if name in given}
    ordered = tuple(step for step in STEPS if step in finished)
    onboarding = replace(user.onboarding, current_step=current, finished=ordered, **told)
    return stores.users.set_onboarding(user.id, onboarding, at).onboarding


def finish_step(stores: UserStores, user: User, step: OnboardingStep, at: datetime) -> None:
    """Note that a step of the first visit is done, and move on from it."""
    before = user.onboarding
    if before.steps[step]:
        return
    finished = {*before.finished, step}
    current = _first_open(finished, OnboardingStep.DONE) if before.current_step is step else before.current_step
    ordered = tuple(one for one in STEPS if one in finished)
    stores.users.set_onboarding(user.id, replace(before, current_step=current, finished=ordered), at)


def _checked(steps: dict[str, Any]) -> dict[OnboardingStep, bool]:
    wrong = [name for name, done in steps.items() if name not in STEPS or not isinstance(done, bool)]
    if wrong:
        raise Invalid({f"steps.{name}": [", ".join(STEPS)] for name in wrong[:MOST_TOLD]})
    return {OnboardingStep(name): done for name, done in steps.items()}


def _first_open(finished: set[OnboardingStep], current: OnboardingStep) -> OnboardingStep:
    """Return where a first visit goes on that is no longer done."""
    if current is not OnboardingStep.DONE:
        return current
    return next(step for step in STEPS if step not in finished - {OnboardingStep.DONE})
