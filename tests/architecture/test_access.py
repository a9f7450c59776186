"""Who may call what: one table, which a new route must enter, held against real callers."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from repositories.entities.api_keys import Scope
from tests.answers import form_token
from tests.people import ADMIN as ADMIN_EMAIL
from tests.people import access_token, admin, api_key, creator

UNKNOWN = "01a1f919-1dde-7790-bf51-72adcfc10cf5"
IMPLICIT = {"HEAD", "OPTIONS"}

PUBLIC = {
    "GET /",
    "GET /api/auth/google",
    "GET /api/auth/google/callback",
    "GET /api/docs",
    "GET /api/docs/static/<path:filename>",
    "GET /api/health",
    "GET /api/openapi.json",
    "GET /dev/outbox",
    "GET /dev/outbox/<uuid:mail_id>",
    "GET /dev/outbox/<uuid:mail_id>/html",
    "GET /bootstrap/static/<path:filename>",
    "GET /forgot",
    "GET /forgot/sent",
    "GET /healthz",
    "GET /magic",
    "GET /magic/open",
    "GET /magic/sent",
    "GET /reset",
    "GET /readyz",
    "GET /signin",
    "GET /signup",
    "GET /signup/google",
    "GET /static/<path:filename>",
    "POST /api/auth/magic-link",
    "POST /api/auth/magic-link/verify",
    "POST /api/auth/password/forgot",
    "POST /api/auth/password/reset",
    "POST /api/auth/signin",
    "POST /api/auth/signout",
    "POST /api/auth/signup",
    "POST /forgot",
    "POST /api/auth/refresh",
    "POST /api/auth/token",
    "POST /api/waitlist",
    "POST /locale",
    "POST /magic",
    "POST /magic/open",
    "POST /magic/sent",
    "POST /reset",
    "POST /signin",
    "POST /signout",
    "POST /signup",
    "POST /signup/google",
    "GET /waitlist",
    "GET /waitlist/thanks",
    "POST /waitlist",
}
SIGNED_IN = {
    "DELETE /api/api-keys/<uuid:key_id>",
    "GET /api/analytics/alerts",
    "GET /api/analytics/overview",
    "GET /api/analytics/stats",
    "GET /api/analytics/top-hours",
    "GET /api/api-keys",
    "GET /api/auth/me",
    "GET /api/billing/subscription",
    "GET /api/metrics",
    "GET /api/metrics/monthly",
    "DELETE /api/users/<uuid:user_id>",
    "DELETE /api/users/me",
    "GET /api/users/me/export",
    "POST /api/users/me/erasure/cancel",
    "GET /profile/privacy",
    "GET /profile/privacy/export",
    "POST /profile/privacy/erase",
    "POST /profile/privacy/keep",
    "GET /api/users/<uuid:user_id>",
    "GET /api/users/<uuid:user_id>/stats",
    "GET /api/users/onboarding-status",
    "GET /api/users/profile",
    "GET /dashboard",
    "GET /onboarding",
    "GET /onboarding/ai-config",
    "GET /onboarding/done",
    "GET /onboarding/plan",
    "GET /onboarding/platforms",
    "GET /onboarding/profile",
    "GET /profile",
    "GET /profile/password",
    "GET /profile/sessions",
    "GET /api/auth/sessions",
    "DELETE /api/auth/sessions",
    "DELETE /api/auth/sessions/<uuid:session_id>",
    "POST /profile/sessions/<uuid:session_id>/revoke",
    "POST /profile/sessions/revoke-others",
    "POST /api/auth/password/change",
    "POST /profile/password",
    "GET /profile/keys",
    "PATCH /api/users/profile",
    "POST /api/analytics/events",
    "POST /onboarding/ai-config",
    "POST /onboarding/plan",
    "POST /onboarding/platforms",
    "POST /onboarding/profile",
    "POST /onboarding/skip",
    "POST /api/api-keys",
    "POST /api/api-keys/<uuid:key_id>/rotate",
    "POST /profile",
    "POST /profile/google/unlink",
    "POST /profile/keys",
    "POST /profile/keys/<uuid:key_id>/revoke",
    "POST /profile/keys/<uuid:key_id>/rotate",
    "PUT /api/users/onboarding-status",
    "PUT /api/users/profile",
}
ADMIN = {
    "DELETE /api/admin/invites/<uuid:invite_id>",
    "GET /admin",
    "GET /admin/audit",
    "GET /admin/backends",
    "GET /admin/invites",
    "GET /admin/waitlist",
    "GET /admin/users",
    "GET /admin/users/<uuid:user_id>",
    "GET /admin/users/<uuid:user_id>/delete",
    "GET /admin/users/new",
    "GET /api/admin/audit",
    "GET /api/admin/backends",
    "GET /api/admin/invites",
    "GET /api/admin/waitlist",
    "GET /api/users",
    "PATCH /api/users/<uuid:user_id>",
    "POST /admin/invites",
    "POST /admin/invites/<uuid:invite_id>/revoke",
    "POST /admin/users/<uuid:user_id>",
    "POST /admin/users/<uuid:user_id>/delete",
    "POST /admin/users/new",
    "POST /admin/waitlist/invite",
    "POST /api/admin/invites",
    "POST /api/admin/waitlist/invite",
    "POST /api/users",
}
# What an API key needs to call a route; it may call no other that is not public.
SCOPES = {
    "DELETE /api/admin/invites/<uuid:invite_id>": "admin:write",
    "GET /api/admin/audit": "admin:read",
    "GET /api/admin/backends": "admin:read",
    "GET /api/admin/invites": "admin:read",
    "GET /api/admin/waitlist": "admin:read",
    "GET /api/analytics/alerts": "analytics:read",
    "GET /api/analytics/overview": "analytics:read",
    "GET /api/analytics/stats": "analytics:read",
    "GET /api/analytics/top-hours": "analytics:read",
    "GET /api/auth/me": "profile:read",
    "GET /api/billing/subscription": "billing:read",
    "GET /api/metrics": "metrics:read",
    "GET /api/metrics/monthly": "metrics:read",
    "GET /api/users/onboarding-status": "profile:read",
    "GET /api/users/profile": "profile:read",
    "GET /api/users": "admin:read",
    "PATCH /api/users/profile": "profile:write",
    "POST /api/admin/invites": "admin:write",
    "POST /api/admin/waitlist/invite": "admin:write",
    "POST /api/analytics/events": "analytics:write",
    "PUT /api/users/onboarding-status": "profile:write",
    "PUT /api/users/profile": "profile:write",
}
DECLARED = {
    **dict.fromkeys(PUBLIC, "public"),
    **dict.fromkeys(SIGNED_IN, "signed in"),
    **dict.fromkeys(ADMIN, "admin"),
}
SWITCHED_OFF = 503  # in the tests' settings there is no Google
REACHED = {200, 201, 204, 302, 303, 400, 404, 409, 415}


def routes(app: Flask) -> dict[str, str]:
    """Each method and address, with the endpoint behind it."""
    return {
        f"{method} {rule.rule}": rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - IMPLICIT
    }


def test_every_route_is_declared_and_every_declaration_is_a_route(app: Flask) -> None:
    assert sorted(routes(app)) == sorted(DECLARED)
    assert len(DECLARED) == len(PUBLIC) + len(SIGNED_IN) + len(ADMIN)


def test_the_code_says_what_the_table_says(app: Flask) -> None:
    told = {route: getattr(app.view_functions[endpoint], "access", "public") for route, endpoint in routes(app).items()}

    assert told == DECLARED


def test_the_code_asks_for_the_scopes_of_the_table(app: Flask) -> None:
    asked = {route: getattr(app.view_functions[endpoint], "scope", None) for route, endpoint in routes(app).items()}

    assert {route: scope for route, scope in asked.items() if scope} == SCOPES


def test_a_scope_is_for_administrators_where_the_route_is() -> None:
    assert {route for route, scope in SCOPES.items() if scope.startswith("admin:")} == ADMIN & SCOPES.keys()
    assert not [route for route in SCOPES if "/api/" not in route]


def test_no_route_about_keys_or_sign_ins_takes_a_key() -> None:
    secret = [route for route in DECLARED if "/api-keys" in route or "/api/auth/" in route]

    assert [route for route in secret if route in SCOPES] == ["GET /api/auth/me"]


def test_every_scope_is_asked_for_somewhere() -> None:
    reserved = {"content:read", "content:write"}  # named by the contract; their routes come with the area

    assert set(SCOPES.values()) == set(Scope) - reserved


def call(client: FlaskClient, route: str, bearer: str = "") -> int:
    """Ask for a route as a browser of this site would, or as a program with a bearer; return the status."""
    method, _, rule = route.partition(" ")
    path = re.sub(r"<uuid:\w+>", UNKNOWN, rule).replace("<path:filename>", "nothing.css")
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    if method == "GET":
        return client.get(path, buffered=True, headers=headers).status_code
    if path.startswith("/api/"):
        return client.open(path, method=method, json={}, headers=headers).status_code
    return client.post(path, data={"csrf_token": form_token(client, "/")}, headers=headers).status_code


def is_kept_out(route: str, status: int) -> bool:
    """Whether an answer means: sign in first; pages lead to the form."""
    return status == 401 if "/api/" in route else status == 302


@pytest.mark.parametrize("route", sorted(DECLARED))
def test_each_caller_gets_where_the_table_says_and_no_further(app: Flask, route: str) -> None:
    access = DECLARED[route]
    if route.startswith("GET /api/auth/google"):
        assert call(app.test_client(), route) == SWITCHED_OFF
        return
    visitor, zoe, boss = (call(client, route) for client in (app.test_client(), creator(app), admin(app)))

    assert boss in REACHED
    if access == "public":
        # without a body, signing in is invalid, which a page tells with the same 400
        assert visitor in REACHED
        assert zoe in REACHED
    else:
        assert is_kept_out(route, visitor)
        assert (zoe == 403) == (access == "admin")
        assert zoe in REACHED | {403}


@pytest.mark.parametrize("route", sorted(route for route in DECLARED if DECLARED[route] != "public"))
def test_each_bearer_gets_where_the_table_says_and_no_further(app: Flask, route: str) -> None:
    """V3: route x access tokens of both roles, a key with each scope, and one with every other."""
    zoe, boss, program = creator(app), admin(app), app.test_client()
    is_page, is_for_admins, scope = "/api/" not in route, DECLARED[route] == "admin", SCOPES.get(route)

    def status(bearer: str) -> int:
        return call(program, route, bearer)

    if is_page:
        assert is_kept_out(route, status(access_token(app, ADMIN_EMAIL)))
        assert is_kept_out(route, status(api_key(boss, *Scope)))
        return
    assert (status(access_token(app, "zoe@example.fr")) == 403) == is_for_admins
    if route == "DELETE /api/auth/sessions":  # it ends the sessions by which keys would be made here
        assert scope is None
        return
    assert status(access_token(app, ADMIN_EMAIL)) in REACHED
    for one in Scope:
        found = status(api_key(boss, one))
        assert (found in REACHED) if one == scope else (found == 403), one
        if not one.is_for_admins:
            found = status(api_key(zoe, one))
            assert (found in REACHED) if one == scope and not is_for_admins else (found == 403), one
    assert status(api_key(boss, *(set(Scope) - {scope}))) == 403
    assert status("hz_" + "0" * 38) == status("x") == 401
