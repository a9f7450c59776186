"""What the area has done later, or by the clock."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import structlog

from huntaze_app.jobs import Desk, Tasks
from huntaze_app.users import erasure
from repositories.errors import LastAdmin
from repositories.stores import Stores

Erase = Callable[[Stores, UUID], bool]

# What is held of a user elsewhere than where accounts are, perhaps on another backend.
ELSEWHERE: tuple[tuple[str, Erase], ...] = (("analytics", erasure.erase_events), ("metrics", erasure.erase_months))

tasks = Tasks()


@tasks.handler("users.erase_due", every="29 * * * *")
def erase_due(desk: Desk) -> None:
    """Have accounts erased whose time has come."""
    at = desk.now()
    desk.run(lambda stores: erasure.put_due_on_queue(stores, at))


@tasks.handler(erasure.ERASE)
def erase(desk: Desk, *, user_id: str) -> None:
    """Erase an account that is due; its own row goes last, so that whatever is interrupted is begun again."""
    wanted, at = UUID(user_id), desk.now()
    try:
        is_begun = desk.run(lambda stores: erasure.begin(stores, wanted, at))
    except LastAdmin:
        structlog.get_logger().warning("account not erased: nobody else administers", user_id=user_id)
        return
    if is_begun:
        for route, erase_some in ELSEWHERE:
            _erase_all(desk, route, erase_some, wanted)
        desk.run(lambda stores: erasure.finish(stores, wanted, at))


def _erase_all(desk: Desk, route: str, erase_some: Erase, user_id: UUID) -> None:
    backend = desk.router.backend(route).name
    while desk.router.run_on(backend, lambda stores: erase_some(stores, user_id)):
        pass
