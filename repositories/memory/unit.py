"""Units of work over the tables: readers see what is committed, one writer at a time changes it."""

from __future__ import annotations

from threading import Lock
from typing import Any
from uuid import UUID

from repositories.errors import ReadOnlyUnit, Unavailable
from repositories.memory.schema import Tables
from repositories.memory.tables import TableView

LOCK_TIMEOUT = 2.0  # seconds, as the lock_timeout of the Postgres backend


class Database(Tables):
    """Every committed row, and the two locks that guard them."""

    def __init__(self) -> None:
        super().__init__()
        self.reading = Lock()  # held for the moment a row is looked up or a unit is merged
        self.writing = Lock()  # held by a unit from its first write to its end


class Unit:
    """The tables as one unit of work sees them."""

    def __init__(self, database: Database, *, read_only: bool) -> None:
        self._database = database
        self._read_only = read_only
        self._is_writing = False
        self.users = TableView(database.users, self._exists)
        self.sessions = TableView(database.sessions, self._exists)
        self.refresh_tokens = TableView(database.refresh_tokens, self._exists)
        self.api_keys = TableView(database.api_keys, self._exists)
        self.accounts = TableView(database.accounts, self._exists)
        self.invites = TableView(database.invites, self._exists)
        self.waitlist = TableView(database.waitlist, self._exists)
        self.subscriptions = TableView(database.subscriptions, self._exists)
        self.analytics = TableView(database.analytics, self._exists)
        self.metrics = TableView(database.metrics, self._exists)
        self.jobs = TableView(database.jobs, self._exists)
        self.mails = TableView(database.mails, self._exists)
        self.audit = TableView(database.audit, self._exists)
        self.one_time_tokens = TableView(database.one_time_tokens, self._exists)
        self.devices = TableView(database.devices, self._exists)
        self.reading = database.reading

    def _exists(self, table: str, row_id: UUID) -> bool:
        view: TableView[Any] = getattr(self, table)
        return view.get(row_id) is not None

    def begin_writing(self) -> None:
        """Wait for the turn to write, once a unit; raises Unavailable when it takes too long."""
        if self._read_only:
            raise ReadOnlyUnit
        if not self._is_writing:
            if not self._database.writing.acquire(timeout=LOCK_TIMEOUT):
                raise Unavailable("another unit of work has been writing for too long")
            self._is_writing = True

    def end(self, *, commit: bool) -> None:
        """Merge the changes or drop them, and let the next writer in."""
        if not self._is_writing:
            return
        try:
            if commit:
                self._merge()
        finally:
            self._is_writing = False
            self._database.writing.release()

    def _merge(self) -> None:
        with self.reading:
            for view in vars(self).values():
                if isinstance(view, TableView):
                    view.commit()
