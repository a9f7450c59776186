"""Who is calling by a bearer: on JSON routes alone, and then nothing else counts."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from huntaze_app.security.login import Account
from repositories.errors import Unavailable
from tests.answers import assert_error, form_token, router_of
from tests.functional.test_tokens import looks
from tests.people import ADMIN, access_token, admin, api_key, bearer, creator

FOREIGN = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture(params=["token", "key"])
def program(app: Flask, request: pytest.FixtureRequest) -> str:
    """A good bearer of either kind, of a creator's."""
    zoe = creator(app)
    return access_token(app) if request.param == "token" else api_key(zoe, "profile:read", "profile:write")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR", " Bearer ", "Bearer  "])
def test_the_scheme_is_read_in_any_case(app: Flask, program: str, scheme: str) -> None:
    response = app.test_client().get("/api/auth/me", headers={"Authorization": f"{scheme} {program}"})

    assert response.status_code == 200
    assert response.headers["X-Store-Backend"] == router_of(app).backend("auth").name


@pytest.mark.parametrize(
    "header",
    [
        "",
        " ",
        "Bearer",
        "Bearer ",
        "{0}",
        "Bearer{0}",
        "Bearer\t{0}",
        "Basic {0}",
        "Token {0}",
        "Bearer {0} {0}",
        "Bearer {0},Bearer {0}",
        "Bearer {0}, Bearer {0}",
        "Bearer Bearer {0}",
        'Bearer "{0}"',
        "Bearer {0};",
        "Bearer {0}é",
        "Bearer {0}\x00",
        "Bearer \x00",
        "Bearer éàü",
        "Bearer " + "x" * 10_000,
        "Bearer " + "hz_" * 3000,
        "Bearer hz_",
        "Bearer ..",
    ],
)
def test_a_malformed_header_is_nobody_even_with_a_good_cookie(app: Flask, program: str, header: str) -> None:
    """V7, V11: the bearer decides; without a look at the store."""
    zoe = creator(app, "lea@example.fr")

    response = zoe.get("/api/auth/me", headers={"Authorization": header.format(program)})

    assert_error(response, 401, "unauthenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert "Set-Cookie" not in response.headers


def test_two_headers_are_nobody(app: Flask, program: str) -> None:
    headers = [("Authorization", f"Bearer {program}"), ("Authorization", f"Bearer {program}")]

    assert app.test_client().get("/api/auth/me", headers=headers).status_code == 401


def test_of_a_cookie_and_a_bearer_the_bearer_decides(app: Flask, program: str) -> None:
    lea = creator(app, "lea@example.fr")

    response = lea.get("/api/auth/me", headers=bearer(program))

    assert response.get_json()["email"] == "zoe@example.fr"
    assert lea.get("/api/auth/me").get_json()["email"] == "lea@example.fr"


@pytest.mark.parametrize("place", ["query", "cookie", "form", "header"])
def test_a_bearer_counts_nowhere_but_in_its_header(app: Flask, program: str, place: str) -> None:
    """V7: in an address it would stand in every log."""
    names = ("access_token", "api_key", "key", "token", "Authorization")
    query = dict.fromkeys(names, program) if place == "query" else {}
    headers: dict[str, dict[str, str]] = {
        "cookie": {"Cookie": f"huntaze_session={program}; access_token={program}"},
        "header": {"X-Api-Key": program, "X-Authorization": f"Bearer {program}", "Proxy-Authorization": program},
    }
    data = dict.fromkeys(names, program) if place == "form" else None

    response = app.test_client().get("/api/auth/me", query_string=query, headers=headers.get(place), data=data)

    assert response.status_code == 401


def test_no_page_takes_a_bearer(app: Flask, program: str) -> None:
    client = app.test_client()

    for page in ("/profile", "/dashboard", "/profile/keys"):
        assert client.get(page, headers=bearer(program)).headers["Location"].startswith("/signin")
    assert creator(app, "lea@example.fr").get("/profile", headers=bearer(program)).status_code == 200
    assert client.get("/signin", headers=bearer(program)).status_code == 200


def test_a_form_of_a_page_needs_its_token_whatever_bearer_comes_along(app: Flask, program: str) -> None:
    lea = creator(app, "lea@example.fr")
    fields = {"name": "Changed", "locale": "fr"}

    assert lea.post("/profile", data=fields, headers=bearer(program)).status_code == 403
    token = form_token(lea, "/profile")
    foreign = lea.post("/profile", data={**fields, "csrf_token": token}, headers={**bearer(program), **FOREIGN})
    assert foreign.status_code == 403


def test_a_bearer_needs_no_origin_and_sets_no_cookie(app: Flask, program: str) -> None:
    response = app.test_client().patch("/api/users/profile", json={"bio": "x"}, headers={**bearer(program), **FOREIGN})

    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def test_the_origin_of_a_cookie_is_checked_where_no_bearer_decides(app: Flask, program: str) -> None:
    """A bearer that signs nobody in excuses nothing."""
    body = {"email": "zoe@example.fr", "password": "wrong"}

    for path in ("/api/auth/signin", "/api/auth/token", "/api/auth/signup", "/api/auth/refresh"):
        assert_error(
            app.test_client().post(path, json=body, headers={**bearer(program), **FOREIGN}), 403, "csrf_failed"
        )


def test_a_bad_bearer_does_not_lend_a_cookie_to_another_site(app: Flask) -> None:
    zoe = creator(app)

    response = zoe.patch("/api/users/profile", json={"name": "X"}, headers={**bearer("x"), **FOREIGN})

    assert response.status_code == 401
    assert zoe.get("/api/users/profile").get_json()["name"] == "Zoé"


def test_a_call_is_one_look_for_who_calls(app: Flask, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    client.get("/api/auth/me", headers=bearer(program))  # the first use of a key is noted
    opened = looks(app, monkeypatch)

    client.get("/api/auth/me", headers=bearer(program))

    assert opened == ["auth"]


def test_a_dead_database_is_not_a_wrong_bearer(app: Flask, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(*_args: Any, **_options: Any) -> None:
        raise Unavailable("down")

    monkeypatch.setattr(router_of(app), "unit", dead)
    response = app.test_client().get("/api/auth/me", headers=bearer(program))

    assert_error(response, 503, "database_unavailable")


def test_public_routes_do_not_mind_a_bad_bearer(app: Flask) -> None:
    client = app.test_client()

    assert client.get("/api/health", headers=bearer("x")).status_code == 200
    assert client.get("/api/openapi.json", headers=bearer("x")).status_code == 200


def test_the_log_names_the_user_and_never_the_bearer(
    app: Flask, program: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """W1."""
    client = app.test_client()
    client.get("/api/auth/me", headers=bearer(program))
    client.post("/api/api-keys", json={}, headers=bearer(program + "x"))

    printed = capsys.readouterr()
    assert program not in printed.out + printed.err


def test_each_sign_in_has_an_id_of_its_own(app: Flask) -> None:
    creator(app)
    found = router_of(app).run("auth", lambda stores: stores.users.find_by_email("zoe@example.fr"), read_only=True)
    assert found is not None

    assert Account(found).get_id() == str(found.id)


def test_an_administrator_s_token_is_an_administrator_s(app: Flask) -> None:
    boss = admin(app)

    made = app.test_client().post("/api/admin/invites", json={"count": 1}, headers=bearer(access_token(app, ADMIN)))

    assert made.status_code == 201
    assert boss.get("/api/admin/invites").get_json()["pagination"]["total"] == 2
