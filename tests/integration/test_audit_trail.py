"""The database itself lets nobody change or delete what happened."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest

from tests.conftest import postgres_backend
from tests.contract.builders import given, make_audit_event


@pytest.mark.parametrize(
    "command",
    [
        "DELETE FROM audit_events",
        "UPDATE audit_events SET action = 'nothing'",
        "UPDATE audit_events SET ip = '198.51.100.0'",
        "UPDATE audit_events SET ip = NULL, actor_id = NULL",
    ],
)
def test_an_event_cannot_be_changed_behind_the_products_back(empty_database: str, command: str) -> None:
    backend = postgres_backend(empty_database)
    given(backend, make_audit_event(actor_id=uuid4(), ip="192.0.2.0"))
    backend.close()

    with psycopg.connect(empty_database.replace("+psycopg", "")) as connection:
        with pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute(command.encode())
        connection.rollback()
        assert connection.execute("SELECT ip FROM audit_events").fetchall() == [("192.0.2.0",)]
