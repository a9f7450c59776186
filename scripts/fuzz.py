"""Schemathesis on the whole product: requests made from its OpenAPI document. `scripts/fuzz` sets up and runs it."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import flask_migrate
import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from schemathesis.engine.recorder import ScenarioRecorder

from config.embedded_postgres import EmbeddedPostgres
from config.settings import Environment, Settings, database_url
from huntaze_app import create_app
from huntaze_app.clock import new_invite_code, now
from huntaze_app.extensions import passwords
from huntaze_app.seeds import ACCOUNTS, seed
from huntaze_app.stores import store_router

COOKIE = "huntaze_session"
DOCUMENT = "/api/openapi.json"
CALLERS = ("guest", *(f"{role} with a {way}" for _email, role in ACCOUNTS for way in ("session", "token")))
SLOWEST = 1.0  # seconds
# After these nobody is signed in any more (the tool finds her own id in answers), so they are tried last.
ENDS_THE_SIGN_IN = (
    r"^(POST /api/auth/signout|DELETE /api/auth/sessions.*|DELETE /api/users/me|(PATCH|DELETE) /api/users/\{user_id\})$"
)
SWITCHED_OFF = r"^GET /api/auth/google"  # without a provider, all there is is a documented 503
PASSWORD = "a password of the fuzzing alone"  # noqa: S105  # of accounts that live as long as it


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks, and what makes her known: a guest has neither."""

    name: str
    session: str = ""
    token: str = ""

    @property
    def settings(self) -> dict[str, Any]:
        """What the tool is told; a Cookie header of ours would give way to its own."""
        if self.session:
            return {"auth": {"openapi": {"session": {"api_key": self.session}}, "auto-signup": False}}
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"auth": {"auto-signup": False}, "headers": headers}

    def is_known(self, app: Flask) -> bool:
        """Whether she is signed in still."""
        client = app.test_client()
        if self.session:
            client.set_cookie(COOKIE, self.session)
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return client.get("/api/auth/me", headers=headers).status_code == 200


@dataclass
class Findings:
    """What was tried, what it was answered, and what was wrong with it."""

    cases: int = 0
    statuses: dict[str, Counter[int]] = field(default_factory=dict)  # of each caller
    checks: Counter[str] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)  # a line for each, and how to see it again

    def add(self, caller: Caller, recorder: ScenarioRecorder) -> None:
        """Count what a scenario did."""
        self.cases += len(recorder.cases)
        answers = (one.response.status_code for one in recorder.interactions.values() if one.response)
        self.statuses.setdefault(caller.name, Counter()).update(answers)
        for checks in recorder.checks.values():
            self.checks.update(check.name for check in checks)
            for check in checks:
                if check.failure_info is not None:
                    told = f"{caller.name}: {recorder.label}: {check.name}: {check.failure_info.failure.title}"
                    self.faults.setdefault(
                        told, f"{check.failure_info.failure.message}\n{check.failure_info.code_sample}"
                    )


def fuzz(
    app: Flask,
    caller: Caller,
    findings: Findings,
    *,
    examples: int,
    seed: int,
    coverage: bool = True,
    slowest: float = 60.0,
) -> None:
    """Try every operation of the document as one caller: the edges of each field, so many random cases, and chains."""
    settings = _settings(caller, examples, seed, coverage, slowest)
    _run(app, caller, findings, {**settings, "operations": [_without(SWITCHED_OFF), _without(ENDS_THE_SIGN_IN)]})
    if (caller.session or caller.token) and not caller.is_known(app):
        findings.faults[f"{caller.name}: her sign-in has ended meanwhile"] = "name the operation in ENDS_THE_SIGN_IN"
    _run(
        app,
        caller,
        findings,
        {**settings, "operations": [_without(SWITCHED_OFF), _without(f"^(?!{ENDS_THE_SIGN_IN[1:]})")]},
    )


def _run(app: Flask, caller: Caller, findings: Findings, settings: dict[str, Any]) -> None:
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, app, config=SchemathesisConfig.from_dict(settings))
    for event in from_schema(schema).execute():
        if isinstance(event, ScenarioFinished):
            findings.add(caller, event.recorder)
        elif isinstance(event, NonFatalError | FatalError):
            findings.faults.setdefault(f"{caller.name}: {event}", "the tool failed")


def _without(names: str) -> dict[str, Any]:
    return {"include-name-regex": names, "enabled": False}


def _settings(caller: Caller, examples: int, seed: int, coverage: bool, slowest: float) -> dict[str, Any]:
    """Return the settings of a run; every check is on that is not turned off here."""
    # positive_data_acceptance is off, for OpenAPI cannot say all that is refused: an address nobody has, an end in the
    # past, a name that is no time zone, a control character, a count of invitations beside addresses for them.
    # ignored_auth asks again without credentials, which the tool (4.32) cannot do in process; test_access.py does it
    off = {"enabled": False}
    return {
        "seed": seed,
        **caller.settings,
        "generation": {"max-examples": examples, "with-security-parameters": False, "database": "none"},
        "phases": {"coverage": {"enabled": coverage}, "stateful": {"generation": {"max-examples": examples}}},
        "checks": {"max_response_time": slowest, "ignored_auth": off, "positive_data_acceptance": off},
    }


def caller_of(app: Flask, name: str) -> Caller:
    """Return one of CALLERS, signed in to an application that is seeded here."""
    with app.app_context():
        hashed = passwords().hash(PASSWORD)
        store_router().run("auth", lambda stores: seed(stores, hashed, new_invite_code(), now()))
    role, _, way = name.partition(" with a ")
    known = {"email": next((email for email, one in ACCOUNTS if one == role), ""), "password": PASSWORD}
    client = app.test_client()
    if way == "session":
        client.post("/api/auth/signin", json=known)
        cookie = client.get_cookie(COOKIE)
        return Caller(name, session=cookie.value if cookie else "")
    if way == "token":
        return Caller(name, token=client.post("/api/auth/token", json=known).get_json()["accessToken"])
    return Caller(name)


@contextmanager
def product(backend: str) -> Iterator[Flask]:
    """Make an application of the production kind, with limits off and cheap hashes, on a backend of its own."""
    with ExitStack() as stack:
        environ = {"SECRET_KEY": "a secret of the fuzzing, and of nobody else", "RATELIMIT_ENABLED": "false"}
        settings = Settings.from_env({**environ, "HUNTAZE_ENV": Environment.TESTING})
        areas = dict.fromkeys(settings.toggles.routes, backend)
        toggles = replace(settings.toggles, routes=areas)
        settings = replace(settings, toggles=toggles, password_memory_kib=64, password_time_cost=1)
        if backend == "postgres":
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            url = stack.enter_context(EmbeddedPostgres(Path(folder), durable=False))
            settings = replace(settings, database_url=database_url(url))
        app = create_app(settings)
        if backend == "postgres":
            with app.app_context():
                flask_migrate.upgrade()
        yield app
        app.extensions["stores"].close()


def main() -> None:
    """Fuzz until there were enough cases; exit 1 when one of them failed."""
    options = _options()
    findings = Findings()
    for round_seed, name in ((number, name) for number in count(options.seed) for name in CALLERS):
        with product(options.backend) as app:
            fuzz(app, caller_of(app, name), findings, examples=options.examples, seed=round_seed, slowest=SLOWEST)
        print(f"{findings.cases:6} cases, {len(findings.faults)} faults, after the {name}", flush=True)
        if name == CALLERS[-1] and findings.cases >= options.cases:
            break
    _tell(findings)
    raise SystemExit(1 if findings.faults else 0)


def _tell(findings: Findings) -> None:
    for name, statuses in findings.statuses.items():
        print(f"{name:24}", ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items())))
    print("checks                  ", ", ".join(f"{name}: {count}" for name, count in sorted(findings.checks.items())))
    for fault, again in findings.faults.items():
        print(f"\nFAIL  {fault}\n{again}")
    print(f"{findings.cases} cases, {len(findings.faults)} faults")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description="Hold the product against its OpenAPI document.")
    parser.add_argument("--cases", type=int, default=10_000, help="at least so many; 10,000")
    parser.add_argument("--backend", choices=("memory", "postgres"), default="memory")
    parser.add_argument("--examples", type=int, default=20, help="random cases for each operation and caller; 20")
    parser.add_argument(
        "--seed", type=int, default=int(os.environ.get("FUZZ_SEED", "1")), help="another run: another seed"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
