"""What mails about links hold, worked out as the worker does that sends them."""

from __future__ import annotations

from uuid import UUID

from flask import Flask

from huntaze_app.security.derived import derive_code, derive_token
from huntaze_app.stores import StoreRouter
from repositories.entities.one_time_tokens import Purpose
from repositories.paging import PageRequest

MAGIC_LINK, PASSWORD_RESET = Purpose.MAGIC_LINK, Purpose.PASSWORD_RESET


def asked(app: Flask) -> list[UUID]:
    """The ids of the links that were asked for, newest first."""
    router: StoreRouter = app.extensions["stores"]
    jobs = router.run("auth", lambda stores: stores.jobs.list_page(PageRequest(limit=100))).items
    return [UUID(job.arguments["token_id"]) for job in jobs if job.name == "auth.send_link"]


def link(app: Flask, purpose: Purpose = MAGIC_LINK, token_id: UUID | None = None) -> str:
    """The token of the link that was last asked for."""
    return derive_token(app.extensions["settings"].secret_key, purpose, token_id or asked(app)[0])


def code(app: Flask, token_id: UUID | None = None) -> str:
    """The code beside the link that was last asked for."""
    return derive_code(app.extensions["settings"].secret_key, MAGIC_LINK, token_id or asked(app)[0])
