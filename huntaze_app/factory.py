"""Puts an application together."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

import structlog
from flask import Flask
from flask_babel import get_locale
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from werkzeug.middleware.proxy_fix import ProxyFix

from config.logging import access_log, configure_logging
from config.mail import Carrier
from config.settings import ROOT, Environment, Settings, SettingsError
from huntaze_app import admin, analytics, auth, billing, docs, metrics, ops, site, users
from huntaze_app.application import Application
from huntaze_app.assets import register_assets
from huntaze_app.auth import tasks as auth_tasks
from huntaze_app.bodies import Bodies
from huntaze_app.clients.identity import OpenIdProvider
from huntaze_app.clients.mail import mailer_for
from huntaze_app.clock import new_invite_code, now
from huntaze_app.edge import Edge
from huntaze_app.errors import register_errors, request_context
from huntaze_app.extensions import babel, bootstrap, csrf, migrate
from huntaze_app.job_commands import jobs
from huntaze_app.jobs import Office
from huntaze_app.json_provider import OrjsonProvider
from huntaze_app.languages import LANGUAGES, current_language
from huntaze_app.limits import default_limit
from huntaze_app.mail import pages as outbox
from huntaze_app.mail import tasks as mail_tasks
from huntaze_app.ops import tasks as ops_tasks
from huntaze_app.route_table import check_routes
from huntaze_app.security.bearer_tokens import BearerTokens
from huntaze_app.security.bearers import Bearers
from huntaze_app.security.callers import Keys
from huntaze_app.security.gate import Gate
from huntaze_app.security.hosts import Hosts
from huntaze_app.security.login import PageSessions, SessionLogin
from huntaze_app.security.origin import refuse_foreign_requests
from huntaze_app.security.passwords import Passwords
from huntaze_app.seeds import seed
from huntaze_app.stores import StoreRouter
from huntaze_app.users import tasks as user_tasks
from repositories.interfaces.hits import HitRepository
from repositories.memory.backend import MemoryBackend
from repositories.memory.hits import MemoryHitRepository
from repositories.postgres.backend import PostgresBackend
from repositories.postgres.models import db
from repositories.stores import Backend

AREAS = (site, auth, users, billing, analytics, metrics, admin, ops, docs)
TASKS = (auth_tasks.tasks, user_tasks.tasks, mail_tasks.tasks, ops_tasks.tasks)
MIGRATIONS = ROOT / "migrations"
MAX_BODY = 1024 * 1024  # bytes

# Seen from here, a dead database must be known within 3 s, and a query must not outlive its request.
CONNECT_ARGS = {
    "connect_timeout": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 3000,
    "application_name": "huntaze",
    "options": "-c timezone=UTC -c statement_timeout=5s -c lock_timeout=2s -c idle_in_transaction_session_timeout=10s",
}

# Hits are counted soon or not at all; a crash of the database may cost it the last half second of them.
HIT_ARGS = {
    **CONNECT_ARGS,
    "application_name": "huntaze hits",
    "options": "-c timezone=UTC -c statement_timeout=500ms -c lock_timeout=250ms -c synchronous_commit=off",
}


def create_app(settings: Settings) -> Flask:
    """Return the application; raises RoutesRefused when its toggles cannot work."""
    app = Application("huntaze_app", root_path=str(Path(__file__).parent))
    _configure(app, settings)
    _attach_extensions(app, settings)
    for area in AREAS:
        app.register_blueprint(area.blueprint)
    if settings.mail.carrier is Carrier.OUTBOX and not settings.is_production:
        app.register_blueprint(outbox.blueprint)
    register_assets(app)
    register_errors(app)
    app.before_request(refuse_foreign_requests)
    _add_commands(app, settings)
    warnings = check_routes(app, settings)
    router = app.extensions["stores"] = StoreRouter(_backends(app, settings), settings.toggles)
    app.extensions["jobs"] = Office(router, settings, TASKS, lambda: mailer_for(settings.mail))
    SessionLogin(app, router, Bearers(app.extensions["bearer_tokens"], router))
    _limit(app, settings, router)
    if settings.is_production and not settings.public_url.startswith("https://"):
        warnings.append(f"links in mails lead to {settings.public_url}: set PUBLIC_URL to the address people use")
    if settings.is_production and not settings.ratelimit_enabled:
        warnings.append("RATELIMIT_ENABLED is false: nothing keeps anybody from guessing passwords")
    if settings.is_production and not settings.mail.has_own_sender:
        warnings.append("mails come from nobody: set EMAIL_FROM to the name and address people know")
    for warning in warnings:
        structlog.get_logger().warning(warning)
    _seed_memory(app, router, settings)
    whole = Bodies(app.wsgi_app, readers=settings.threads - 1, limit=MAX_BODY)
    edge = Edge(whole, access_log(as_json=settings.log_json), production=settings.is_production)
    outermost: Any = _behind_proxies(edge, settings.trusted_proxies)
    app.wsgi_app = outermost  # type: ignore[method-assign]
    return app


def _behind_proxies(edge: Edge, count: int) -> WSGIApplication:
    """Read the caller's address and scheme from what that many proxies wrote, and nothing that others may have."""
    return ProxyFix(edge, x_for=count, x_proto=1, x_host=0, x_port=0, x_prefix=0) if count else edge


def _limit(app: Flask, settings: Settings, router: StoreRouter) -> None:
    app.extensions["gate"] = None
    if settings.ratelimit_enabled:
        hits = _hits(settings, router.backend("auth"))
        gate = app.extensions["gate"] = Gate(
            hits, Keys(settings.secret_key), default_limit(*settings.ratelimit_default)
        )
        app.before_request(gate.check_api)


def _hits(settings: Settings, backend: Backend) -> HitRepository:
    """Return where hits are counted: in Redis if there is one, else where accounts are."""
    if settings.redis_url is not None:
        return _redis_hits(settings.redis_url)
    if isinstance(backend, PostgresBackend) and settings.database_url is not None:
        return backend.hits(create_engine(settings.database_url, poolclass=NullPool, connect_args=HIT_ARGS))
    return MemoryHitRepository()


def _redis_hits(url: str) -> HitRepository:
    try:
        from repositories.redis.hits import RedisHitRepository  # noqa: PLC0415  # an optional extra
    except ImportError as error:
        raise SettingsError(
            [f"REDIS_URL: the extra `redis` is not installed ({error}); pip install limits[redis]"]
        ) from error
    return RedisHitRepository(url)


def _configure(app: Application, settings: Settings) -> None:
    configure_logging(as_json=settings.log_json, context=request_context)
    app.json = OrjsonProvider(app)
    app.session_interface = PageSessions()
    app.hosts = Hosts(settings.trusted_hosts, addresses=settings.trusts_addresses)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.environment is Environment.TESTING,
        MAX_CONTENT_LENGTH=MAX_BODY,
        SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_COOKIE_SAMESITE="Lax",
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # a browser that hides the Referer may sign in; Origin and the token are checked
        BOOTSTRAP_SERVE_LOCAL=True,
        BABEL_DEFAULT_LOCALE=LANGUAGES[0],
        PROPAGATE_EXCEPTIONS=False,
    )


def _attach_extensions(app: Flask, settings: Settings) -> None:
    app.extensions["settings"] = settings
    app.extensions["bearer_tokens"] = BearerTokens(settings.secret_key)
    app.extensions["passwords"] = Passwords(
        memory_kib=settings.password_memory_kib,
        time_cost=settings.password_time_cost,
        slots=settings.hashing_slots,
    )
    app.extensions["identity_provider"] = _identity_provider(settings)
    app.jinja_env.globals["has_google"] = settings.google is not None
    babel.init_app(app, locale_selector=current_language)
    app.add_template_global(get_locale)
    bootstrap.init_app(app)
    csrf.init_app(app)
    app.before_request_funcs[None].clear()  # refuse_foreign_requests asks for the form token, where there is a form
    if settings.database_url is not None:
        app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
        # the lanes keep their connections themselves; migrations need one
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"poolclass": NullPool, "connect_args": CONNECT_ARGS}
        db.init_app(app)
        app.teardown_appcontext_funcs.clear()  # it would clean up db.session, which nobody uses
        migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=False)


def _identity_provider(settings: Settings) -> OpenIdProvider | None:
    google = settings.google
    if google is None:
        return None
    redirect_uri = f"{settings.public_url}/api/auth/google/callback"
    return OpenIdProvider(google.discovery_url, google.client_id, google.client_secret, redirect_uri)


def _backends(app: Flask, settings: Settings) -> dict[str, Backend]:
    wanted = set(settings.toggles.routes.values())
    made: dict[str, Backend] = {}
    if "memory" in wanted:
        made["memory"] = MemoryBackend()
    if "postgres" in wanted:
        with app.app_context():
            made["postgres"] = PostgresBackend(
                db.engine,
                pool_size=settings.pool_size,
                pool_timeout=settings.pool_timeout,
                revision=(MIGRATIONS / "HEAD").read_text().strip(),
            )
    return made


def _add_commands(app: Flask, settings: Settings) -> None:
    app.cli.add_command(admin.commands)
    app.cli.add_command(jobs)
    for command in ops.COMMANDS:
        app.cli.add_command(command)
    if settings.database_url is None:
        app.cli.add_command(ops.no_database)


def _seed_memory(app: Flask, router: StoreRouter, settings: Settings) -> None:
    """Seed accounts that live in memory: nobody could sign in to them otherwise."""
    if settings.environment is not Environment.DEVELOPMENT or router.backend("auth").is_lasting:
        return
    hashed = app.extensions["passwords"].hash(settings.seed_password)
    code = settings.seed_invite_code or new_invite_code()
    router.run("auth", lambda stores: seed(stores, hashed, code, now()))
