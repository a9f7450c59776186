"""Serves Huntaze: database, migrations, seeds, then the production server. `scripts/run` sets up and starts it."""

from __future__ import annotations

import scripts.quiet_start  # noqa: F401  # isort: skip -- until the server takes the signals over
import argparse
import os
import secrets
from functools import partial
from pathlib import Path

import flask_migrate
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from werkzeug.serving import is_running_from_reloader

from config.local_database import with_local_database
from config.settings import ROOT, Environment, Settings, SettingsError
from huntaze_app import create_app
from huntaze_app.clock import new_invite_code, now
from huntaze_app.extensions import passwords
from huntaze_app.route_table import RoutesRefused
from huntaze_app.seeds import ACCOUNTS, seed
from huntaze_app.stores import store_router
from scripts.job_worker import job_worker

SECRET_FILE = ROOT / ".local" / "secret_key"
STOP_SECONDS = 10


def main() -> None:
    """Serve until Ctrl-C or SIGTERM; everything started here ends here."""
    options = _options()
    try:
        settings = _prepare()
    except (SettingsError, RoutesRefused) as error:
        raise SystemExit(f"Huntaze cannot start.\n{error}") from None
    if options.reload:
        _serve_for_debugging(settings)
    else:
        _serve(settings)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/run", description="Serve Huntaze on this machine.")
    parser.add_argument("--reload", action="store_true", help="Flask's debug server, which reloads changed code")
    return parser.parse_args()


def _prepare() -> Settings:
    """Bring the database up to date and say how to get in; workers inherit what was decided, by the environment."""
    if os.environ.get("HUNTAZE_ENV") != Environment.PRODUCTION:
        os.environ.setdefault("SECRET_KEY", _kept_secret(SECRET_FILE))
        os.environ.setdefault("SEED_INVITE_CODE", new_invite_code())
    settings = with_local_database(Settings.from_env(os.environ))
    if settings.database_url:
        os.environ["DATABASE_URL"] = settings.database_url
    app = create_app(settings)
    with app.app_context():
        code = None if settings.is_production else _bring_up_to_date(settings)
        store_router().close()
    _print_welcome(settings, code)
    return settings


def _kept_secret(file: Path) -> str:
    """Return this checkout's own secret key, so that sessions of pages survive a restart."""
    file.parent.mkdir(exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text()


def _bring_up_to_date(settings: Settings) -> str | None:
    router = store_router()
    if "postgres" in router.backends:
        flask_migrate.upgrade()
    if not router.backend("auth").is_lasting:
        return settings.seed_invite_code  # each process seeds its own memory
    hashed = passwords().hash(settings.seed_password or "")
    offered = settings.seed_invite_code or new_invite_code()
    return router.run("auth", lambda stores: seed(stores, hashed, offered, now()))


def _print_welcome(settings: Settings, code: str | None) -> None:
    print(f"Huntaze      http://{settings.host}:{settings.port}")
    if code is not None:
        for email, role in ACCOUNTS:
            print(f"Account      {email} ({role}), password {settings.seed_password}")
        print(f"Invitation   {code}")
    print("Stop         Ctrl-C", flush=True)


def _serve(settings: Settings) -> None:
    server = Granian(
        "scripts.worker:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        workers=settings.workers,
        blocking_threads=settings.threads,
        backlog=2048,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        working_dir=ROOT,
    )
    with job_worker(settings):
        server.serve()


def _serve_for_debugging(settings: Settings) -> None:
    app = create_app(settings)
    serve = partial(app.run, settings.host, settings.port, debug=True, threaded=True)
    if not is_running_from_reloader():  # it starts this program again, to be the server
        serve()
        return
    app.extensions["jobs"].work_in_memory()
    with job_worker(settings):
        serve()


if __name__ == "__main__":
    main()
