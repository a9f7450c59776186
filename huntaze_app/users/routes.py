"""The JSON routes of the area."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from huntaze_app.clock import now
from huntaze_app.operations import operation
from huntaze_app.security.access import account, signed_in
from huntaze_app.stores import with_stores
from huntaze_app.users import service
from huntaze_app.users.schemas import OnboardingForm, OnboardingView, ProfileForm, ProfileView
from huntaze_app.users.service import UserStores
from repositories.entities.api_keys import Scope
from repositories.entities.users import Onboarding, User

blueprint = Blueprint("api", __name__, url_prefix="/api/users")


@blueprint.get("/profile")
@signed_in(scope=Scope.PROFILE_READ)
@operation(gives=ProfileView)
@with_stores
def profile(stores: UserStores) -> User:
    """Return the profile."""
    return stores.users.get(account().user.id)


@blueprint.route("/profile", methods=["PATCH", "PUT"])
@signed_in(scope=Scope.PROFILE_WRITE)
@operation(takes=ProfileForm, gives=ProfileView)
@with_stores
def edit_profile(stores: UserStores, form: dict[str, Any]) -> User:
    """Change the given fields of the profile and keep the others."""
    return service.edit_profile(stores, account().user.id, form, now())


@blueprint.get("/onboarding-status")
@signed_in(scope=Scope.PROFILE_READ)
@operation(gives=OnboardingView)
@with_stores
def onboarding_status(stores: UserStores) -> Onboarding:
    """Return how far the first visit is."""
    return stores.users.get(account().user.id).onboarding


@blueprint.put("/onboarding-status")
@signed_in(scope=Scope.PROFILE_WRITE)
@operation(takes=OnboardingForm, gives=OnboardingView)
@with_stores
def note_onboarding(stores: UserStores, form: dict[str, Any]) -> Onboarding:
    """Note how far the first visit is."""
    return service.note_onboarding(stores, stores.users.get(account().user.id), form, now())
