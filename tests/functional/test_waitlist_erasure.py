"""What is left of somebody's wait when her account is erased."""

from __future__ import annotations

from flask import Flask

from repositories.paging import PageRequest
from tests.answers import router_of
from tests.people import PASSWORD, creator
from tests.work import work_off


def test_an_address_leaves_the_waitlist_with_its_account(app: Flask) -> None:
    for email in ("zoe@example.fr", "lea@example.fr"):
        app.test_client().post("/api/waitlist", json={"email": email})
    zoe = creator(app, "Zoe@example.fr")

    assert zoe.delete("/api/users/me", json={"password": PASSWORD, "now": True}).status_code == 202
    work_off(app)

    left = router_of(app).run("auth", lambda stores: stores.waitlist.list_page(PageRequest())).items
    assert [entry.email for entry in left] == ["lea@example.fr"]
