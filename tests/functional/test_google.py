"""Signing in with Google: who gets in, who does not, and what a refusal leaves behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import pytest
import time_machine
from flask import Flask

from huntaze_app.clock import now
from repositories.entities.accounts import LinkedAccount, Provider
from repositories.entities.users import User
from repositories.stores import Stores
from tests.answers import assert_error, is_code_open
from tests.google import HTML, JSON, PUBLIC, begin, come_back, find, go, in_unit, joined, me, owner_of, sign_up
from tests.peers.oidc_provider import (
    ZOE,
    OidcProvider,
    consent,
)
from tests.people import creator, invitation


@pytest.fixture
def app(google_app: Flask) -> Flask:
    """An application with Google."""
    return google_app


def test_the_browser_is_led_to_the_provider_with_everything_the_standard_asks_for(app: Flask) -> None:
    client = app.test_client()
    first, second = (parse_qs(urlsplit(begin(client)).query) for _ in range(2))

    assert first["redirect_uri"] == [f"{PUBLIC}/api/auth/google/callback"]
    assert (first["response_type"], first["code_challenge_method"]) == (["code"], ["S256"])
    assert set(first["scope"][0].split()) == {"openid", "email", "profile"}
    for secret in ("state", "nonce", "code_challenge"):
        assert first[secret] != second[secret]
        assert len(first[secret][0]) == 43


@pytest.mark.parametrize("headers", [{"Host": "[::1]:666"}, {"X-Forwarded-Host": "evil.example"}])
def test_the_way_back_is_never_the_requests_host(app: Flask, headers: dict[str, str]) -> None:
    """G14: it comes from the settings."""
    response = app.test_client().get("/api/auth/google", headers=headers)

    assert "evil" not in response.headers["Location"]
    assert "666" not in unquote(response.headers["Location"]).partition("redirect_uri=")[2].partition("/api")[0]


def test_somebody_new_needs_an_invitation_all_the_same(app: Flask) -> None:
    """A14."""
    client = app.test_client()

    response = go(client)

    assert (response.status_code, response.headers["Location"]) == (302, "/signup/google")
    assert me(client) is None
    page = client.get("/signup/google").text
    assert "zoe@example.fr" in page
    assert 'name="email"' not in page
    assert 'value="Zoé Martin"' in page
    for code in ("", "F" * 16, invitation(app, "other@example.fr")):
        assert sign_up(client, code).status_code == 403
    assert find(app) is None


def test_with_an_invitation_she_is_in_and_from_then_on_google_is_enough(app: Flask) -> None:
    client, code = app.test_client(), invitation(app)
    go(client)

    response = sign_up(client, code, "Zoé M.")

    assert (response.status_code, response.headers["Location"]) == (303, "/onboarding")
    user = find(app)
    assert user is not None
    assert (user.name, user.password_hash, user.is_email_verified) == ("Zoé M.", None, True)
    assert me(client)["subscription"] == "FREE"
    assert me(client)["emailVerified"] is True
    assert not is_code_open(app, code)
    assert in_unit(app, lambda stores: stores.subscriptions.find_by_user(user.id)).plan == "FREE"
    assert owner_of(app, ZOE["sub"]) == user.id

    again = app.test_client()
    assert go(again, "?next=/profile").headers["Location"] == "/profile"
    assert me(again)["id"] == str(user.id)
    assert client.get("/signup/google", headers=HTML).status_code == 400  # what Google said is forgotten


def test_one_invitation_lets_one_of_two_in_and_leaves_nothing_of_the_other(app: Flask, provider: OidcProvider) -> None:
    """The account, the invitation, the subscription and the link: all or none."""
    for number in range(5):
        clients, code = [app.test_client() for _ in range(2)], invitation(app)
        people = [{**ZOE, "sub": f"{number}{who}", "email": f"{who}{number}@example.fr"} for who in "ab"]
        for client, provider.person in zip(clients, people, strict=True):
            go(client)

        with ThreadPoolExecutor(2) as pool:
            statuses = list(pool.map(lambda client, code=code: sign_up(client, code).status_code, clients))

        assert sorted(statuses) == [303, 403]
        loser = people[statuses.index(403)]
        assert find(app, loser["email"]) is None
        assert (
            in_unit(app, lambda stores, loser=loser: stores.accounts.find_owner(Provider.GOOGLE, loser["sub"])) is None
        )


def test_the_same_person_with_a_new_address_is_the_same_user(app: Flask, provider: OidcProvider) -> None:
    """G12."""
    known = me(joined(app))
    provider.person = {**ZOE, "email": "zoe.martin@example.fr"}
    client = app.test_client()

    go(client)

    assert me(client) == known


def test_another_person_with_the_same_address_is_not_let_in(app: Flask, provider: OidcProvider) -> None:
    """G12: an address may change hands."""
    joined(app)
    provider.person = {**ZOE, "sub": "2002"}
    client = app.test_client()

    response = go(client, headers=JSON)

    assert_error(response, 409, "sign_in_first")
    assert me(client) is None
    assert client.get("/signup/google", headers=HTML).status_code == 400


def test_an_account_with_a_password_is_not_taken_over(app: Flask) -> None:
    creator(app, "zoe@example.fr")
    client = app.test_client()

    response = go(client)

    assert response.status_code == 409
    assert "reliez Google depuis votre profil" in response.text
    assert me(client) is None


@pytest.mark.parametrize("ending", ["removed", "inactive"])
def test_an_account_that_may_not_be_used_is_refused_like_a_wrong_password(app: Flask, ending: str) -> None:
    client = joined(app)
    user = find(app)
    assert user is not None
    if ending == "removed":
        in_unit(app, lambda stores: stores.users.remove(user.id, now()))
    else:
        in_unit(app, lambda stores: switch_off(stores, user))
    again = app.test_client()

    assert_error(go(again, headers=JSON), 401, "invalid_credentials")
    assert (me(client), me(again)) == (None, None)


def switch_off(stores: Stores, user: User) -> None:
    """Make the account inactive, for which there is no verb yet."""
    stores.users.erase(user.id)
    stores.users.add(replace(user, is_active=False))
    stores.accounts.add(LinkedAccount(uuid4(), user.id, Provider.GOOGLE, ZOE["sub"], now()))


def test_a_forged_missing_or_foreign_state_is_refused(app: Flask) -> None:
    """G8: and opens no session, nor spends the code."""
    joined(app)
    client, other = app.test_client(), app.test_client()
    back, foreign = consent(begin(client)), consent(begin(other))
    code, state = (parse_qs(urlsplit(back).query)[name][0] for name in ("code", "state"))

    for query in (f"code={code}", f"code={code}&state=", f"code={code}&state=x{state}", f"code={code}&state=é%00", ""):
        response = client.get(f"/api/auth/google/callback?{query}", headers=JSON)
        assert_error(response, 400, "wrong_attempt")
    assert come_back(client, foreign).status_code == 400
    assert come_back(app.test_client(), back).status_code == 400
    assert me(client) is None
    assert come_back(client, back).headers["Location"] == "/dashboard"


def test_a_forged_cookie_is_no_attempt(app: Flask) -> None:
    """G8."""
    client = app.test_client()
    back = consent(begin(client))
    cookie = client.get_cookie("huntaze_google_attempt")
    assert cookie is not None
    for forged in ("", "x", cookie.value[:-2] + "xx", "é", "." + cookie.value, cookie.value.replace(".", "..")):
        client.set_cookie("huntaze_google_attempt", forged)
        assert come_back(client, back).status_code == 400


def test_an_attempt_is_over_after_ten_minutes(app: Flask) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        early, late = app.test_client(), app.test_client()
        backs = [(client, consent(begin(client))) for client in (early, late)]
        clock.shift(timedelta(seconds=599))
        assert come_back(*backs[0]).status_code == 302
        clock.shift(timedelta(seconds=2))
        assert come_back(*backs[1]).status_code == 400


def test_a_return_replayed_is_refused(app: Flask) -> None:
    """G8: the browser has forgotten the attempt."""
    joined(app)
    client = app.test_client()
    back = consent(begin(client))

    assert come_back(client, back).status_code == 302
    assert_error(come_back(client, back, JSON), 400, "wrong_attempt")


def test_a_code_replayed_twenty_times_opens_one_session(app: Flask, provider: OidcProvider) -> None:
    """G9: also by who kept the attempt."""
    joined(app)
    client = app.test_client()
    back = consent(begin(client))
    cookie = client.get_cookie("huntaze_google_attempt")
    assert cookie is not None

    def replay(_number: int) -> int:
        other = app.test_client()
        other.set_cookie("huntaze_google_attempt", cookie.value)
        return come_back(other, back).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(replay, range(20)))
    assert answers == [302] + [400] * 19
    assert provider.codes == {}


def test_two_first_sign_ins_at_once_make_one_user(app: Flask, provider: OidcProvider) -> None:
    """G15."""
    for number in range(5):
        provider.person = {**ZOE, "sub": f"sub{number}", "email": f"zoe{number}@example.fr"}
        clients = [app.test_client() for _ in range(2)]
        for client in clients:
            assert go(client).headers["Location"] == "/signup/google"
        codes = [invitation(app), invitation(app)]

        with ThreadPoolExecutor(2) as pool:
            statuses = list(pool.map(lambda client, code: sign_up(client, code).status_code, clients, codes))

        assert statuses == [303, 303]
        assert len({me(client)["id"] for client in clients}) == 1
        assert sorted(is_code_open(app, code) for code in codes) == [False, True]


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\tevil", "evil", "\\\\evil"],
)
def test_nobody_is_led_off_this_site(app: Flask, target: str) -> None:
    """G14, H8."""
    joined(app)
    client = app.test_client()
    address = client.get("/api/auth/google", query_string={"next": target}).headers["Location"]

    assert come_back(client, consent(address)).headers["Location"] == "/dashboard"


def test_a_code_from_the_invitations_link_is_not_typed_twice(app: Flask) -> None:
    client, code = app.test_client(), invitation(app)
    assert f"/api/auth/google?code={code}" in client.get(f"/signup?code={code}").text

    go(client, f"?code={code}")

    assert f'value="{code}"' in client.get("/signup/google").text


def test_who_says_no_at_google_is_told_so(app: Flask) -> None:
    client = app.test_client()
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]

    response = client.get(f"/api/auth/google/callback?error=access_denied&state={state}", headers=HTML)

    assert response.status_code == 400
    assert "Google n’a pas confirmé" in response.text
    assert "Réessayer avec Google" in response.text
