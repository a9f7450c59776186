"""Every setting of the product, read from the environment in this one place."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from config import mail
from config.network import ANY, LOOPBACK, bracketed, has_sane_port, hosts, own_hosts, rate, redis_url, truth

GOOGLE = "https://accounts.google.com/.well-known/openid-configuration"
ROOT = Path(__file__).resolve().parent.parent

T = TypeVar("T")


class Environment(StrEnum):
    """Where the product runs."""

    DEVELOPMENT = "development"
    TESTING = "testing"
    PRODUCTION = "production"


class SettingsError(Exception):
    """The environment asks for something impossible; holds every fault found, not only the first."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(f"- {fault}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Toggles:
    """Which backend answers which route; keys are blueprints or endpoints, the most specific wins."""

    routes: Mapping[str, str]
    allow_split: Mapping[str, str] = field(default_factory=dict)  # store -> why two backends may hold it
    allow_processes: frozenset[str] = frozenset()  # areas whose memory may differ from process to process


@dataclass(frozen=True, slots=True)
class Google:
    """What Google, or whoever plays it, knows this installation by."""

    client_id: str
    client_secret: str = field(repr=False)
    discovery_url: str = GOOGLE


@dataclass(frozen=True, slots=True)
class Settings:
    """What an application is made from."""

    environment: Environment
    toggles: Toggles
    secret_key: str = field(repr=False)
    database_url: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 5000
    public_url: str = "http://127.0.0.1:5000"  # what links in mails begin with, never the request's own host
    trusted_hosts: frozenset[str] = LOOPBACK
    trusted_proxies: int = 0
    ratelimit_enabled: bool = True
    ratelimit_default: tuple[int, int] = (10, 10)  # so many in so many seconds
    redis_url: str | None = field(default=None, repr=False)
    workers: int = 1
    threads: int = 4  # more only take turns at the interpreter, and each turn costs
    pool_size: int = 10
    pool_timeout: float = 2.0
    hashing_slots: int = 2
    password_memory_kib: int = 19456
    password_time_cost: int = 2
    seed_password: str | None = field(default=None, repr=False)
    seed_invite_code: str | None = field(default=None, repr=False)
    mail: mail.MailSettings = field(default_factory=mail.MailSettings)
    has_own_secret: bool = True  # rather than one made up for this process alone
    log_json: bool = False
    google: Google | None = None  # None: nobody signs in with Google

    @property
    def is_production(self) -> bool:
        """Whether real people use it."""
        return self.environment is Environment.PRODUCTION

    @property
    def trusts_addresses(self) -> bool:
        """Whether any address will do as a host: on a laptop that listens on all it has."""
        return self.environment is Environment.DEVELOPMENT and self.host in ANY

    @classmethod
    def from_env(cls, environ: Mapping[str, str], routes: Path = ROOT / "config" / "routes.toml") -> Settings:
        """Read the environment; raises SettingsError with every fault at once."""
        read = _Reader(environ)
        environment = read.value("HUNTAZE_ENV", _environment, Environment.DEVELOPMENT)
        production = environment is Environment.PRODUCTION
        host = environ.get("HOST") or "127.0.0.1"
        is_local = not production or not environ.get("PUBLIC_URL")
        port = read.value("PORT", _between(1, 65535), 5000)
        public = read.value("PUBLIC_URL", public_url, f"http://{bracketed(host)}:{port}")
        settings = cls(
            environment=environment,
            toggles=read.toggles(routes),
            secret_key=read.required("SECRET_KEY", production, secrets.token_hex(32)),
            database_url=read.value("DATABASE_URL", database_url, None),
            host=host,
            port=port,
            public_url=public,
            trusted_hosts=read.value("TRUSTED_HOSTS", hosts, own_hosts(public, host, is_local=is_local)),
            trusted_proxies=read.value("TRUSTED_PROXIES", _between(0, 10), 0),
            ratelimit_enabled=read.value("RATELIMIT_ENABLED", truth, environment is not Environment.TESTING),
            ratelimit_default=read.value("RATELIMIT_DEFAULT", rate, (10, 10)),
            redis_url=read.value("REDIS_URL", redis_url, None),
            workers=read.value("WEB_WORKERS", _between(1, 64), 1),
            threads=read.value("WEB_THREADS", _between(1, 512), 4),
            pool_size=read.value("DATABASE_POOL_SIZE", _between(1, 100), 10),
            pool_timeout=read.value("DATABASE_POOL_TIMEOUT", _seconds, 2.0),
            hashing_slots=read.value("PASSWORD_HASH_SLOTS", _between(1, 64), 2),
            password_memory_kib=read.value("PASSWORD_HASH_MEMORY_KIB", _between(8, 2**20), 19456),
            password_time_cost=read.value("PASSWORD_HASH_TIME_COST", _between(1, 100), 2),
            seed_password=environ.get("SEED_PASSWORD") or (None if production else "huntaze-beta-2026"),
            seed_invite_code=environ.get("SEED_INVITE_CODE") or None,
            google=read.google(),
            has_own_secret=bool(environ.get("SECRET_KEY")),
            mail=read.mail(environ, production),
            log_json=production or environ.get("LOG_FORMAT") == "json",
        )
        return read.checked(settings)


def database_url(text: str) -> str:
    """Return a Postgres URL in the form SQLAlchemy wants; raises ValueError for any other."""
    scheme, _, rest = text.strip().partition("://")
    if not rest or scheme not in {"postgres", "postgresql", "postgresql+psycopg"} or not has_sane_port(rest):
        raise ValueError("must look like postgresql://user:password@host:5432/name")
    return f"postgresql+psycopg://{rest}"


def public_url(text: str) -> str:
    """Return the scheme and host of an address without a path; raises ValueError for any other."""
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or not has_sane_port(parts.netloc):
        raise ValueError("must look like https://huntaze.example")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("must end with the host: no path, no query")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def discovery_url(text: str) -> str:
    """Return the address where an OpenID Connect provider describes itself; raises ValueError for any other."""
    parts = urlsplit(text.strip())
    is_here = parts.hostname in {"127.0.0.1", "localhost"}
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_here)
    if not is_safe or not parts.hostname or not parts.path.endswith("/.well-known/openid-configuration"):
        raise ValueError("must look like https://accounts.google.com/.well-known/openid-configuration")
    return text.strip()


def parse_overrides(text: str) -> dict[str, str]:
    """Return the toggles of `area=backend,…`; raises ValueError."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if any(not key.strip() or not backend.strip() for key, _, backend in pairs):
        raise ValueError("must look like area=backend,area=backend")
    return {key.strip(): backend.strip() for key, _, backend in pairs}


def _environment(text: str) -> Environment:
    if text not in set(Environment):
        raise ValueError(f"must be one of {', '.join(Environment)}")
    return Environment(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= 60:  # "nan" and "inf" are floats too
        raise ValueError("must be a number of seconds up to 60")
    return seconds


def _between(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return parse


class _Reader:
    """Reads variables and keeps the faults."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._faults: list[str] = []

    def value(self, name: str, parse: Callable[[str], T], default: T | None) -> T:
        text = self._environ.get(name)
        if text:
            try:
                return parse(text)
            except ValueError as error:
                self._faults.append(f"{name}: {error}")
        return default  # type: ignore[return-value]  # T is optional where None is the default

    def required(self, name: str, is_required: bool, default: str) -> str:
        if is_required and not self._environ.get(name):
            self._faults.append(f"{name}: must be set in production")
        return self._environ.get(name) or default

    def mail(self, environ: Mapping[str, str], production: bool) -> mail.MailSettings:
        usual = mail.Carrier.SES if production else mail.Carrier.OUTBOX
        found = mail.MailSettings(
            carrier=self.value("EMAIL_BACKEND", mail.carrier, usual),
            sender=self.value("EMAIL_FROM", mail.sender, mail.MailSettings().sender),
            server=self.value("EMAIL_SERVER", mail.server, None),
            region=environ.get("AWS_REGION") or None,
            outbox=ROOT / ".local" / "outbox",
        )
        self._faults += mail.faults(found, production=production)
        return found

    def toggles(self, path: Path) -> Toggles:
        try:
            table = tomllib.loads(path.read_text())
        except (OSError, tomllib.TOMLDecodeError) as error:
            self._faults.append(f"{path.name}: {error}")
            table = {}
        nothing: dict[str, str] = {}
        overrides = self.value("ROUTE_BACKENDS", parse_overrides, nothing)
        areas = self._table(path, table, "allow_processes").get("areas", [])
        if not isinstance(areas, list):
            self._faults.append(f"{path.name}: [allow_processes] areas must be a list of areas")
            areas = []
        return Toggles(
            routes={**self._texts(path, table, "routes"), **overrides},
            allow_split=self._texts(path, table, "allow_split"),
            allow_processes=frozenset(areas),
        )

    def _table(self, path: Path, tables: Mapping[str, Any], name: str) -> dict[str, Any]:
        table = tables.get(name, {})
        if isinstance(table, dict):
            return table
        self._faults.append(f"{path.name}: {name} must be a table, [{name}]")
        return {}

    def _texts(self, path: Path, tables: Mapping[str, Any], name: str) -> dict[str, str]:
        table = self._table(path, tables, name)
        wrong = [key for key, value in table.items() if not isinstance(value, str)]
        self._faults += [
            f'{path.name}: [{name}] {key} must be a text; a key with dots needs quotes, "{key}.…"' for key in wrong
        ]
        return {key: value for key, value in table.items() if isinstance(value, str)}

    def google(self) -> Google | None:
        client_id, secret = self._environ.get("GOOGLE_CLIENT_ID"), self._environ.get("GOOGLE_CLIENT_SECRET")
        discovery = self.value("GOOGLE_DISCOVERY_URL", discovery_url, GOOGLE)
        if bool(client_id) != bool(secret):
            self._faults.append("GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET: set both, or neither")
        return Google(client_id, secret, discovery) if client_id and secret else None

    def checked(self, settings: Settings) -> Settings:
        if settings.is_production:
            self._check_production(settings)
        if self._faults:
            raise SettingsError(self._faults)
        return settings

    def _check_production(self, settings: Settings) -> None:
        if settings.database_url is None and "DATABASE_URL" not in self._environ:
            self._faults.append("DATABASE_URL: must be set in production")
        if 0 < len(settings.secret_key) < 32:
            self._faults.append("SECRET_KEY: must have 32 characters or more in production")
        if settings.password_memory_kib < 19456 or settings.password_time_cost < 2:  # OWASP's minimum
            self._faults.append("PASSWORD_HASH_MEMORY_KIB, PASSWORD_HASH_TIME_COST: at least 19456 and 2 in production")
