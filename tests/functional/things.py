"""One of each kind of thing that an address can name."""

from __future__ import annotations

from flask.testing import FlaskClient

from repositories.entities.api_keys import Scope
from tests.people import new_key

FILES = {"filename": "css/base.css", "name": "swagger-ui.css"}


def ids_of(owner: FlaskClient, boss: FlaskClient) -> dict[str, str]:
    """The ids of what somebody has, and of an invitation; who adds a route about another kind adds its id."""
    user = owner.get("/api/auth/me").get_json()["id"]
    invite = boss.post("/api/admin/invites", json={"count": 1}).get_json()["invites"][0]["id"]
    session = owner.get("/api/auth/sessions").get_json()["sessions"][0]["id"]
    key = new_key(owner, Scope.PROFILE_READ)["id"]
    return {"user_id": user, "invite_id": invite, "session_id": session, "key_id": str(key), "mail_id": user}
