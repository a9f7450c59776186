"""Times known against unknown addresses on the real server. `scripts/enumeration` sets up and runs it.

The area under the curve (AUC) is the chance that an answer about a known address takes longer than one about an
unknown one: 0.5 when nothing can be told. With 300 of each it is right to about 0.05.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import tempfile
import time
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path

import flask_migrate

from config.embedded_postgres import EmbeddedPostgres
from config.settings import Settings, database_url
from huntaze_app import create_app
from huntaze_app.clock import new_id, now
from huntaze_app.extensions import passwords
from huntaze_app.stores import store_router
from repositories.entities.users import User
from repositories.stores import Stores
from scripts.bench.servers import free_port, granian

ADDRESSES = 20  # of each, taken in turn
LOW, HIGH = 0.40, 0.60
PASSWORD = "the password of everybody who is measured"  # noqa: S105  # of accounts that live as long as this program
NEW = {"password": PASSWORD, "name": "Zoé"}

ASKED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "sign in": ("/api/auth/signin", {"password": "not the password"}),
    "token": ("/api/auth/token", {"password": "not the password"}),
    "magic link": ("/api/auth/magic-link", {}),
    "code": ("/api/auth/magic-link/verify", {"code": "123456"}),
    "forgot": ("/api/auth/password/forgot", {}),
    "sign up without a code": ("/api/auth/signup", NEW),
    "sign up with a wrong code": ("/api/auth/signup", {**NEW, "inviteCode": "F" * 16}),
    "waitlist": ("/api/waitlist", {}),
}


def main() -> None:
    """Measure and print; exit 1 when an answer tells by its time."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder), durable=False) as url:
        os.environ |= {
            "DATABASE_URL": url,
            "HUNTAZE_ENV": "testing",
            "RATELIMIT_ENABLED": "false",
            "SECRET_KEY": "the secret key of a measurement, and of nothing else",
        }
        _prepare(url)
        server = granian("scripts.worker:app", free_port(), 1, 4, {})
        try:
            server.wait()
            telling = [name for name in ASKED if _tells(server.port, name, options.count)]
        finally:
            server.stop()
    raise SystemExit(1 if telling else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/enumeration", description="Time known against unknown addresses.")
    parser.add_argument("--count", type=int, default=300, help="answers about each; 300")
    return parser.parse_args()


def _prepare(url: str) -> None:
    app = create_app(Settings.from_env({**os.environ, "DATABASE_URL": database_url(url)}))

    def add(stores: Stores) -> None:
        at = now()
        for number in range(ADDRESSES):
            hashed = passwords().hash(PASSWORD)
            stores.users.add(User(new_id(), _address("known", number), "Zoé", at, at, password_hash=hashed))

    with app.app_context():
        flask_migrate.upgrade()
        store_router().run("auth", add)
        store_router().close()


def _address(kind: str, number: int) -> str:
    return f"{kind:_<7}.{number % ADDRESSES}@example.fr"  # as long for either kind


def _tells(port: int, name: str, count: int) -> bool:
    path, body = ASKED[name]
    seconds: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(-ADDRESSES, count):  # the first of each address are not counted
        for kind in ("known", "unknown") if number % 2 else ("unknown", "known"):
            took = _ask(port, path, {**body, "email": _address(kind, number)})
            if number >= 0:
                seconds[kind].append(took)
    found = area_under_curve(seconds["known"], seconds["unknown"])
    medians = (sorted(times)[len(times) // 2] * 1000 for times in seconds.values())
    print(f"{name:26} AUC {found:.3f}   medians {' and '.join(f'{one:.2f} ms' for one in medians)}", flush=True)
    return not LOW <= found <= HIGH


def _ask(port: int, path: str, body: Mapping[str, str]) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    text = json.dumps(body)
    began = time.perf_counter()
    connection.request("POST", path, text, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    took = time.perf_counter() - began
    connection.close()
    if answer.status >= 500 or answer.status == 429:
        raise SystemExit(f"{path} answered {answer.status}")
    return took


def area_under_curve(known: Sequence[float], unknown: Sequence[float]) -> float:
    """Return the chance that one of `known` is above one of `unknown`; equal ones count half."""
    ranked = sorted(unknown)
    wins = sum((bisect_left(ranked, one) + bisect_right(ranked, one)) / 2 for one in known)
    return wins / (len(known) * len(unknown))


if __name__ == "__main__":
    main()
