"""The pages where administrators handle accounts."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.answers import submit
from tests.people import admin, creator

PAGE = "/admin/users"
UNKNOWN = "01a1f919-1dde-7790-bf51-72adcfc10cf5"


@pytest.fixture
def boss(app: Flask) -> FlaskClient:
    return admin(app)


def id_of(client: FlaskClient) -> str:
    return str(client.get("/api/auth/me").get_json()["id"])


def test_an_account_is_made_found_changed_and_deleted(app: Flask, boss: FlaskClient) -> None:
    fields = {"name": "Léa <b>", "email": "Lea@Example.fr", "role": "CREATOR", "locale": "en"}
    made = submit(boss, f"{PAGE}/new", fields)
    place = made.headers["Location"]
    assert made.status_code == 303
    assert "Le compte est créé." in boss.get(place).text
    assert "Léa &lt;b&gt;" in boss.get(f"{PAGE}?q=LEA%40example&role=&active=").text

    changed = submit(boss, place, {"name": "Léa", "role": "ADMIN", "active": "false"})
    assert (changed.status_code, changed.headers["Location"]) == (303, place)
    page = boss.get(place).text
    assert "Le compte est modifié." in page
    assert "Désactivé" in page
    assert place in boss.get(f"{PAGE}?role=ADMIN&active=false").text

    asked = boss.get(f"{place}/delete").text
    assert "Supprimer le compte de Léa" in asked
    assert boss.get(place).status_code == 200
    deleted = submit(boss, f"{place}/delete", {})
    assert (deleted.status_code, deleted.headers["Location"]) == (303, PAGE)
    assert "Le compte est supprimé." in boss.get(PAGE).text
    assert boss.get(place).status_code == boss.get(f"{place}/delete").status_code == 404


def test_a_refused_account_is_shown_again(boss: FlaskClient) -> None:
    response = submit(boss, f"{PAGE}/new", {"name": "", "email": "admin@huntaze.test", "role": "ROOT", "locale": "fr"})
    assert response.status_code == 400
    assert 'value="admin@huntaze.test"' in response.text

    taken = submit(boss, f"{PAGE}/new", {"name": "A", "email": "ADMIN@huntaze.test"})
    assert taken.status_code == 409
    assert "Un compte existe déjà avec cette adresse." in taken.text


@pytest.mark.parametrize("fields", [{"role": "CREATOR", "active": "true"}, {"role": "ADMIN", "active": "false"}])
def test_the_last_administrator_stays_and_the_page_says_why(boss: FlaskClient, fields: dict[str, str]) -> None:
    place = f"{PAGE}/{id_of(boss)}"

    for response in (submit(boss, place, {"name": "Me", **fields}), submit(boss, f"{place}/delete", {})):
        assert response.status_code == 409
        assert "dernier compte d’administration actif" in response.text

    assert boss.get("/api/auth/me").get_json()["name"] == "Équipe Huntaze"


def test_a_refused_change_keeps_what_was_typed_and_changes_nothing(app: Flask, boss: FlaskClient) -> None:
    zoe = creator(app)
    before = zoe.get("/api/auth/me").data

    response = submit(boss, f"{PAGE}/{id_of(zoe)}", {"name": "<i>" + "x" * 200, "role": "ADMIN", "active": "true"})

    assert response.status_code == 400
    assert "&lt;i&gt;xxx" in response.text
    assert zoe.get("/api/auth/me").data == before


@pytest.mark.parametrize("query", ["sort=x", "role=ROOT", "q=a&q=b", "page=0", "q=" + "x" * 101])
def test_an_impossible_search_is_refused(boss: FlaskClient, query: str) -> None:
    assert boss.get(f"{PAGE}?{query}").status_code == 400


def test_the_search_stays_on_the_next_page(boss: FlaskClient) -> None:
    for number in range(3):
        boss.post("/api/users", json={"email": f"a{number}@example.fr", "name": "A & B"})

    page = boss.get(f"{PAGE}?q=a+%26+b&limit=2&active=true").text

    assert "page=2&amp;q=a+%26+b&amp;active=true" in page
    assert "3 comptes pour cette recherche" in page
    assert "Aucun compte ici" in boss.get(f"{PAGE}?q=nobody").text


@pytest.mark.parametrize("end", ["", "/new", f"/{UNKNOWN}", f"/{UNKNOWN}/delete"])
def test_creators_and_visitors_are_kept_out(app: Flask, end: str) -> None:
    zoe = creator(app)

    assert zoe.get(f"{PAGE}{end}").status_code == 403
    assert app.test_client().get(f"{PAGE}{end}").status_code == 302
    if end:
        assert submit(zoe, f"{PAGE}{end}", {"name": "A", "role": "ADMIN", "active": "true"}).status_code == 403
