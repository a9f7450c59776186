"""The pages of the area."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from huntaze_app.clock import now
from huntaze_app.fields import time_zones
from huntaze_app.http import load_form
from huntaze_app.languages import choose_language
from huntaze_app.pages import reshow
from huntaze_app.security.access import account, signed_in
from huntaze_app.stores import store_router, with_stores
from huntaze_app.users import service
from huntaze_app.users.schemas import ProfileForm
from huntaze_app.users.service import ProfileStores, UserStores
from repositories.entities.accounts import LinkedAccount, Provider
from repositories.entities.users import OnboardingStep

blueprint = Blueprint("pages", __name__)


def _shown_profile() -> Any:
    return account().user


def _shown_google() -> LinkedAccount | None:
    owner = account().user.id
    run = store_router().run
    return run("users", lambda stores: stores.accounts.find_of(owner, Provider.GOOGLE), read_only=True)


@blueprint.get("/profile")
@signed_in
@with_stores
def profile(stores: ProfileStores) -> ResponseReturnValue:
    """Show the profile, ready to be changed."""
    user = stores.users.get(account().user.id)
    shown = {"timezones": time_zones(), "google": stores.accounts.find_of(user.id, Provider.GOOGLE)}
    return render_template("users/profile.html", profile=user, form=asdict(user), errors={}, **shown)


@blueprint.post("/profile")
@signed_in
@reshow("users/profile.html", profile=_shown_profile, timezones=time_zones, google=_shown_google)
@with_stores
def edit_profile(stores: UserStores) -> ResponseReturnValue:
    """Change the profile; from here on this browser speaks its language."""
    at = now()
    user = service.edit_profile(stores, account().user.id, load_form(ProfileForm), at)
    service.finish_step(stores, user, OnboardingStep.PROFILE, at)
    with force_locale(user.locale):
        flash(_("Votre profil est enregistré."), "success")
    response = redirect(url_for("users.pages.profile"), 303)
    choose_language(response, user.locale)
    return response
