"""The routes of the area."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response

from huntaze_app.errors import RETRY_AFTER
from huntaze_app.operations import Operation, operation, respond
from huntaze_app.ops.schemas import AliveView, ReadyView
from huntaze_app.stores import store_router
from repositories.stores import Health

blueprint = Blueprint("api", __name__)

READY = Operation(gives=ReadyView)
NOT_READY = Operation(gives=ReadyView, status=503)


@dataclass(frozen=True, slots=True)
class Alive:
    """The process lives."""

    status: str = "ok"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether requests can be answered."""

    status: str
    database: Health
    backends: tuple[str, ...]


@blueprint.get("/healthz")
@operation(gives=AliveView)
def healthz() -> Alive:
    """Say that the process lives; asks nobody."""
    return Alive()


@blueprint.get("/readyz")
@blueprint.get("/api/health", endpoint="health")
def readyz() -> Response:
    """Say whether requests can be answered: the database is there and migrated."""
    backends = store_router().backends
    found = [backend.health() for backend in backends.values()]
    worst = min(found, key=lambda health: (health.is_healthy, -health.latency_ms))
    ready = Readiness("ok" if worst.is_healthy else "unavailable", worst, tuple(sorted(backends)))
    if worst.is_healthy:
        return respond(READY, ready)
    return respond(NOT_READY, ready, {"Retry-After": str(RETRY_AFTER)})


readyz.operation, readyz.unready = READY, NOT_READY  # type: ignore[attr-defined]  # read by the OpenAPI document
