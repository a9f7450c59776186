"""The pages of the first visit: one a step, each of which may be skipped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from huntaze_app.clock import now
from huntaze_app.fields import time_zones
from huntaze_app.http import check, load_form
from huntaze_app.languages import choose_language
from huntaze_app.pages import View, reshow
from huntaze_app.security.access import account, signed_in
from huntaze_app.stores import with_stores
from huntaze_app.users import service
from huntaze_app.users.first_visit import advance
from huntaze_app.users.schemas import FirstProfileForm, PlatformsForm, StepForm, ToneForm
from huntaze_app.users.service import UserStores
from repositories.entities.users import Onboarding, OnboardingStep, Platform, Tone

blueprint = Blueprint("first_visit_pages", __name__, url_prefix="/onboarding")

PAGES = {
    OnboardingStep.PROFILE: "users.first_visit_pages.profile",
    OnboardingStep.PLATFORMS: "users.first_visit_pages.platforms",
    OnboardingStep.AI_CONFIG: "users.first_visit_pages.ai_config",
    OnboardingStep.PLAN: "users.first_visit_pages.plan",
    OnboardingStep.DONE: "users.first_visit_pages.done",
}


def _to(step: OnboardingStep) -> Response:
    return redirect(url_for(PAGES[step]), 303)


def _onboarding() -> Onboarding:
    return account().user.onboarding


def _reshown(step: OnboardingStep) -> Callable[[View[[]]], View[[]]]:
    template = f"users/onboarding/{step}.html"
    return reshow(template, onboarding=_onboarding, step=lambda: step, choices=partial(_choices, step))


def _choices(step: OnboardingStep) -> tuple[str, ...]:
    choices = {
        OnboardingStep.PROFILE: time_zones(),
        OnboardingStep.PLATFORMS: tuple(Platform),
        OnboardingStep.AI_CONFIG: tuple(Tone),
    }
    return choices.get(step, ())


def _page(step: OnboardingStep, **form: Any) -> str:
    context = {"onboarding": _onboarding(), "step": step, "choices": _choices(step)}
    return render_template(f"users/onboarding/{step}.html", form=form, errors={}, **context)


@blueprint.get("")
@signed_in
def resume() -> ResponseReturnValue:
    """Lead to where the first visit stopped."""
    return redirect(url_for(PAGES[account().user.onboarding.current_step]))


@blueprint.get("/profile")
@signed_in
def profile() -> ResponseReturnValue:
    """Ask who she is."""
    return _page(OnboardingStep.PROFILE, **asdict(account().user))


@blueprint.post("/profile")
@signed_in
@_reshown(OnboardingStep.PROFILE)
@with_stores
def save_profile(stores: UserStores) -> ResponseReturnValue:
    """Keep who she is; from here on this browser speaks her language."""
    user = service.edit_profile(stores, account().user.id, load_form(FirstProfileForm), now())
    response = _to(advance(stores, user.id, OnboardingStep.PROFILE, now(), is_done=True))
    choose_language(response, user.locale)
    return response


@blueprint.get("/platforms")
@signed_in
def platforms() -> ResponseReturnValue:
    """Ask where she publishes."""
    return _page(OnboardingStep.PLATFORMS, platforms=account().user.onboarding.platforms)


@blueprint.post("/platforms")
@signed_in
@_reshown(OnboardingStep.PLATFORMS)
@with_stores
def save_platforms(stores: UserStores) -> ResponseReturnValue:
    """Keep where she publishes."""
    told = check(PlatformsForm, {"platforms": request.form.getlist("platforms")})
    return _to(advance(stores, account().user.id, OnboardingStep.PLATFORMS, now(), is_done=True, **told))


@blueprint.get("/ai-config")
@signed_in
def ai_config() -> ResponseReturnValue:
    """Ask how she speaks to her fans."""
    return _page(OnboardingStep.AI_CONFIG, tone=account().user.onboarding.tone)


@blueprint.post("/ai-config")
@signed_in
@_reshown(OnboardingStep.AI_CONFIG)
@with_stores
def save_ai_config(stores: UserStores) -> ResponseReturnValue:
    """Keep how she speaks to her fans."""
    told = load_form(ToneForm)
    return _to(advance(stores, account().user.id, OnboardingStep.AI_CONFIG, now(), is_done=True, **told))


@blueprint.get("/plan")
@signed_in
def plan() -> ResponseReturnValue:
    """Show her plan."""
    return _page(OnboardingStep.PLAN)


@blueprint.post("/plan")
@signed_in
@with_stores
def save_plan(stores: UserStores) -> ResponseReturnValue:
    """Note that she knows her plan."""
    return _to(advance(stores, account().user.id, OnboardingStep.PLAN, now(), is_done=True))


@blueprint.post("/skip")
@signed_in
@with_stores
def skip(stores: UserStores) -> ResponseReturnValue:
    """Leave a step for later."""
    return _to(advance(stores, account().user.id, load_form(StepForm)["step"], now(), is_done=False))


@blueprint.get("/done")
@signed_in
def done() -> ResponseReturnValue:
    """Say that all is ready."""
    return _page(OnboardingStep.DONE)
