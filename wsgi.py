"""What a WSGI server and the `flask` command load."""

from __future__ import annotations

import os

from config.local_database import with_local_database
from config.settings import Settings, SettingsError
from huntaze_app import create_app
from huntaze_app.route_table import RoutesRefused

try:
    app = create_app(with_local_database(Settings.from_env(os.environ)))
except (SettingsError, RoutesRefused) as error:
    raise SystemExit(f"Huntaze cannot start.\n{error}") from None
