"""What the area has done by the clock."""

from __future__ import annotations

from huntaze_app.jobs import Desk, Tasks

BATCH = 500

tasks = Tasks()


@tasks.handler("sessions.purge", every="*/10 * * * *")
def purge_sessions(desk: Desk) -> None:
    """Delete sessions that are over, in batches: whoever signs in meanwhile waits for none of them."""
    at = desk.now()
    while desk.run(lambda stores: stores.sessions.remove_expired(at, BATCH)) == BATCH:
        pass
