"""What the area has done later, or by the clock."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from huntaze_app.auth import links
from huntaze_app.jobs import Desk, Tasks

BATCH = 500
DEVICES_KEPT = timedelta(days=400)  # since they were last signed in from

tasks = Tasks()


@tasks.handler(links.SEND_LINK)
def send_link(desk: Desk, *, token_id: str) -> None:
    """Mail a link that was asked for, if its address has an account."""
    at = desk.now()
    desk.run(lambda stores: links.send_link(stores, UUID(token_id), at))


@tasks.handler("sessions.purge", every="*/10 * * * *")
def purge_sessions(desk: Desk) -> None:
    """Delete sessions that are over, in batches: whoever signs in meanwhile waits for none of them."""
    at = desk.now()
    while desk.run(lambda stores: stores.sessions.remove_expired(at, BATCH)) == BATCH:
        pass


@tasks.handler("one_time_tokens.purge", every="*/10 * * * *")
def purge_one_time_tokens(desk: Desk) -> None:
    """Delete mailed tokens that are too old to be used."""
    at = desk.now()
    while desk.run(lambda stores: stores.one_time_tokens.remove_expired(at, BATCH)) == BATCH:
        pass


@tasks.handler("devices.purge", every="41 3 * * *")
def purge_devices(desk: Desk) -> None:
    """Forget devices that nobody has signed in from for long."""
    before = desk.now() - DEVICES_KEPT
    while desk.run(lambda stores: stores.devices.remove_unseen(before, BATCH)) == BATCH:
        pass
