"""What keeps the product's own records small."""

from __future__ import annotations

from datetime import timedelta

from huntaze_app.jobs import Desk, Tasks

FAILED_KEPT = timedelta(days=30)  # for somebody to look at
BATCH = 500

tasks = Tasks()


@tasks.handler("jobs.purge", every="23 3 * * *")
def purge_failed_jobs(desk: Desk) -> None:
    """Delete jobs that failed for good long ago, in batches."""
    before = desk.now() - FAILED_KEPT
    while desk.run(lambda stores: stores.jobs.remove_failed(before, BATCH)) == BATCH:
        pass
