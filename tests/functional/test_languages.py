"""French first, English for whoever asks."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.answers import submit
from tests.people import PASSWORD, creator, invitation

FRENCH, ENGLISH = "Connectez-vous pour continuer.", "Sign in to continue."


def refusal(client: FlaskClient, accepted: str | None = None) -> str:
    headers = {} if accepted is None else {"Accept-Language": accepted}
    body = client.get("/api/auth/me", headers=headers).get_json()
    assert body["code"] == "unauthenticated"
    return str(body["error"])


@pytest.mark.parametrize(
    ("accepted", "told"),
    [
        (None, FRENCH),
        ("", FRENCH),
        ("fr", FRENCH),
        ("en", ENGLISH),
        ("en-GB,en;q=0.9", ENGLISH),
        ("de,en;q=0.5,fr;q=0.2", ENGLISH),
        ("fr;q=0.3,en;q=0.8", ENGLISH),
        ("de", FRENCH),
        ("*", FRENCH),
        ("en;q=0", FRENCH),
        ("xx-" + "y" * 5000, FRENCH),
        ("\x00;q=zz,,;", FRENCH),
    ],
)
def test_errors_are_told_in_the_language_that_is_accepted(client: FlaskClient, accepted: str | None, told: str) -> None:
    assert refusal(client, accepted) == told


def test_every_refusal_has_an_english_text_and_the_same_code(client: FlaskClient) -> None:
    body = {"email": "bad", "password": "1", "name": "", "inviteCode": "", "extra": 1}
    french = client.post("/api/auth/signup", json=body).get_json()
    english = client.post("/api/auth/signup", json=body, headers={"Accept-Language": "en"}).get_json()

    assert english["code"] == french["code"] == "validation_error"
    assert english["error"] != french["error"]
    assert english["details"].keys() == french["details"].keys()
    assert all(english["details"][field] != french["details"][field] for field in english["details"])


def test_the_text_for_whoever_has_no_invitation_is_french_to_the_letter(client: FlaskClient) -> None:
    body = {"email": "a@example.fr", "password": "12345678", "name": "A", "inviteCode": "X"}

    assert client.post("/api/auth/signup", json=body).get_json()["error"] == "Beta fermée - invitation requise"


def test_the_account_s_language_wins_over_the_browser_s(app: Flask) -> None:
    zoe = creator(app)

    def told() -> str:
        return str(zoe.get("/api/admin/invites", headers={"Accept-Language": "fr"}).get_json()["error"])

    before = told()
    zoe.patch("/api/users/profile", json={"locale": "en"})

    assert before == "Vous n’avez pas accès à cette page."
    assert told() != before
    assert '<html lang="en">' in zoe.get("/dashboard").text


def test_the_language_chosen_on_a_page_is_kept_and_wins(app: Flask, client: FlaskClient) -> None:
    assert '<html lang="fr">' in client.get("/").text

    response = submit(client, "/locale", {"locale": "en", "next": "/signin"})

    assert (response.status_code, response.headers["Location"]) == (303, "/signin")
    assert '<html lang="en">' in client.get("/signin").text
    assert refusal(client, "fr") == ENGLISH


@pytest.mark.parametrize("language", ["", "de", "EN", "en_US", "../..", "x" * 5000])
def test_a_language_there_is_not_is_ignored(client: FlaskClient, language: str) -> None:
    response = submit(client, "/locale", {"locale": language})

    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert all("huntaze_locale" not in cookie for cookie in response.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("value", ["de", "\x00", "x" * 5000, "../../en", "\udcff"])
def test_a_strange_language_cookie_is_ignored(app: Flask, value: str) -> None:
    client = app.test_client(use_cookies=False)

    response = client.get("/api/auth/me", headers={"Cookie": f"huntaze_locale={value}"})

    assert response.get_json()["error"] == FRENCH


def test_a_new_account_speaks_the_language_it_signed_up_in(app: Flask) -> None:
    client = app.test_client()
    body = {"email": "a@example.com", "password": PASSWORD, "name": "A", "inviteCode": invitation(app)}
    client.post("/api/auth/signup", json=body, headers={"Accept-Language": "en-US,en"})

    assert client.get("/api/users/profile").get_json()["locale"] == "en"


@pytest.mark.parametrize("path", ["/", "/signin", "/signup", "/nowhere"])
def test_no_page_mixes_the_languages(client: FlaskClient, path: str) -> None:
    english = client.get(path, headers={"Accept-Language": "en"}).text

    for word in (" votre ", " vous ", "é à", "Aller au contenu"):
        assert word not in english
