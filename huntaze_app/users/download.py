"""The download of one's data: what `export` tells, written as files while it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Response

from huntaze_app import json
from huntaze_app.stores import StoreRouter, store_router
from huntaze_app.users.archive import zipped
from huntaze_app.users.export import ExportStores, gather, told_event, told_month
from repositories.entities.analytics import AnalyticsEvent
from repositories.entities.metrics import BusinessMonth

ZIP = "application/zip"
README = Path(__file__).with_name("export_readme.txt")
PAGE = 500  # events read at once


def download(stores: ExportStores, user_id: UUID, at: datetime) -> Response:
    """Return the download of what is held of a user; its unit is over before the first byte leaves.

    What lives in other areas is read while it is sent, a page at a time, each in a short unit of its own.
    """
    router = store_router()
    gathered = gather(stores, user_id, at)
    held = files(gathered, _pages_of_events(router, user_id), lambda: _months(router, user_id))
    name = f"huntaze-{at:%Y-%m-%d}.zip"
    return Response(zipped(held, at), mimetype=ZIP, headers={"Content-Disposition": f"attachment; filename={name}"})


def files(
    gathered: dict[str, Any],
    pages_of_events: Iterable[Iterable[AnalyticsEvent]],
    months: Callable[[], Iterable[BusinessMonth]],
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Return every file of the archive, each made when its turn comes."""
    yield "README.txt", [README.read_bytes()]
    for name, value in gathered.items():
        yield name, [json.encode_for_people(value)]
    yield "analytics-events.json", _listed(told_event(event) for page in pages_of_events for event in page)
    yield "business-months.json", _listed(map(told_month, months()))


def _listed(items: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Write a JSON array, an item a line."""
    before = b"[\n"
    for item in items:
        yield before + json.encode(item)
        before = b",\n"
    yield b"\n]\n" if before == b",\n" else b"[]\n"


def _pages_of_events(router: StoreRouter, user_id: UUID) -> Iterator[Iterable[AnalyticsEvent]]:
    last: AnalyticsEvent | None = None
    while True:
        after = last
        page = router.run("analytics", lambda stores: stores.analytics.list_of(user_id, after, PAGE), read_only=True)  # noqa: B023  # run at once
        yield page
        if len(page) < PAGE:
            return
        last = page[-1]


def _months(router: StoreRouter, user_id: UUID) -> Iterable[BusinessMonth]:
    return router.run("metrics", lambda stores: stores.metrics.list_months(user_id), read_only=True)
