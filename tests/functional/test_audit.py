"""What is written down of who did what."""

from __future__ import annotations

from typing import Any

from flask import Flask

from huntaze_app.stores import StoreRouter
from repositories.entities.audit import AuditEvent
from repositories.paging import PageRequest
from tests.people import PASSWORD, admin, creator


def trail(app: Flask, **asked: Any) -> list[AuditEvent]:
    """The audit trail, oldest first."""
    router: StoreRouter = app.extensions["stores"]
    page = router.run("admin", lambda stores: stores.audit.list_page(PageRequest(limit=100), **asked))
    return list(reversed(page.items))


def test_a_visit_is_written_down_from_sign_up_to_sign_out(app: Flask) -> None:
    zoe = creator(app)
    me = zoe.get("/api/auth/me").get_json()["id"]
    zoe.post("/api/auth/signout")
    zoe.post("/api/auth/signout")

    events = trail(app)
    assert [event.action for event in events] == ["invites_created", "signed_up", "signed_in", "signed_out"]
    assert [str(event.actor_id) for event in events[1:]] == [me] * 3
    assert {event.ip for event in events[1:]} == {"127.0.0.0"}
    assert events[2].details["means"] == "sign_up"
    assert events[2].details["session"] == events[3].details["session"]


def test_the_request_is_named(app: Flask) -> None:
    zoe = creator(app)

    zoe.post("/api/auth/signout", headers={"X-Request-Id": "the-request"})

    assert trail(app)[-1].request_id == "the-request"


def test_a_refused_sign_in_is_written_down_although_its_unit_failed(app: Flask) -> None:
    zoe = creator(app)
    known = zoe.get("/api/auth/me").get_json()["id"]
    visitor = app.test_client()

    for email in ("zoe@example.fr", "nobody@example.fr"):
        refused = visitor.post("/api/auth/signin", json={"email": email, "password": PASSWORD + "!"})
        assert refused.status_code == 401

    events = trail(app, action="sign_in_refused")
    assert [event.subject_id and str(event.subject_id) for event in events] == [known, None]
    assert all(event.actor_id is None for event in events)
    assert PASSWORD not in repr(events)
    assert "@" not in repr(events)


def test_invitations_are_written_down_with_who_made_and_revoked_them(app: Flask) -> None:
    boss = admin(app)
    me = boss.get("/api/auth/me").get_json()["id"]
    made = boss.post("/api/admin/invites", json={"count": 2}).get_json()["invites"]
    boss.delete(f"/api/admin/invites/{made[0]['id']}")

    created, revoked = trail(app)[-2:]
    assert created.details == {"invites": [one["id"] for one in made]}
    assert (revoked.action, revoked.details) == ("invite_revoked", {"invite": made[0]["id"]})
    assert {str(created.actor_id), str(revoked.actor_id)} == {me}
    assert made[0]["code"] not in repr(created)
