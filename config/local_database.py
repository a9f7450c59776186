"""Development without a DATABASE_URL: a Postgres of the checkout's own."""

from __future__ import annotations

import atexit
from dataclasses import replace

from config.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError
from config.settings import ROOT, Environment, Settings, SettingsError, database_url

FOLDER = ROOT / ".local" / "postgres"


def needs_local_database(settings: Settings) -> bool:
    """Say whether routes want Postgres while nobody named one."""
    is_wanted = "postgres" in settings.toggles.routes.values()
    return is_wanted and settings.database_url is None and settings.environment is Environment.DEVELOPMENT


def with_local_database(settings: Settings) -> Settings:
    """Return the settings with the URL of the embedded Postgres, which stops with the last process that uses it."""
    if not needs_local_database(settings):
        return settings
    server = EmbeddedPostgres(FOLDER)
    try:
        url = server.start()
    except EmbeddedPostgresError as error:
        raise SettingsError([f"DATABASE_URL is not set, and the embedded Postgres does not start: {error}"]) from error
    atexit.register(server.stop)
    return replace(settings, database_url=database_url(url))
