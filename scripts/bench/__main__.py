"""GET /api/auth/me against a bare WSGI program, interleaved: `python -m scripts.bench`."""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from pathlib import Path

import flask_migrate

from config.embedded_postgres import EmbeddedPostgres
from config.settings import Settings, database_url
from huntaze_app import create_app
from huntaze_app.clock import new_id, new_token, now
from huntaze_app.security.tokens import SESSION_LIFETIME, token_hash
from huntaze_app.stores import store_router
from repositories.entities.sessions import Session
from repositories.entities.users import User
from repositories.stores import Stores
from scripts.bench.servers import Figures, Server, free_port, granian

PATH = "/api/auth/me"
LIMIT_THREADS = 4


def main() -> None:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder), durable=False) as url:
        os.environ |= {
            "DATABASE_URL": url,
            "HUNTAZE_ENV": "production",
            "RATELIMIT_ENABLED": "false",
            "SECRET_KEY": "the secret key of a benchmark, and of nothing else",
        }
        cookie = _prepare(url)
        limit = granian("scripts.bench.limit:app", free_port(), options.workers, LIMIT_THREADS, {})
        product = granian("scripts.worker:app", free_port(), options.workers, options.threads, {})
        try:
            _measure(limit, product, cookie, options)
        finally:
            limit.stop()
            product.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=4)
    return parser.parse_args()


def _prepare(url: str) -> str:
    """Migrate, add a user with a session, and return the session's token."""
    app = create_app(Settings.from_env({**os.environ, "DATABASE_URL": database_url(url)}))
    token, at = new_token(), now()

    def add(stores: Stores) -> None:
        user = stores.users.add(User(new_id(), "bench@huntaze.test", "Banc d’essai", at, at))
        ends = at + SESSION_LIFETIME
        stores.sessions.add(Session(new_id(), user.id, token_hash(token), at, at, ends))

    with app.app_context():
        flask_migrate.upgrade()
        store_router().run("auth", add)
        store_router().close()
    return token


def _measure(limit: Server, product: Server, cookie: str, options: argparse.Namespace) -> None:
    found: list[tuple[Figures, Figures]] = []
    for server in (limit, product):
        server.wait()
        server.load(PATH, cookie, options.connections, 1)  # warm
    for number in range(options.rounds):
        pair = tuple(server.load(PATH, cookie, options.connections, options.seconds) for server in (limit, product))
        found.append((pair[0], pair[1]))
        print(f"round {number + 1}: limit {_line(pair[0])}   product {_line(pair[1])}")
    cpu = statistics.median(one.cpu / other.cpu for one, other in found)
    rate = statistics.median(other.requests / one.requests for one, other in found)
    tail = statistics.median(other.p99 / one.p99 for one, other in found)
    print(f"{PATH}, {options.connections} connections: CPU {cpu:.2f} x limit, requests {rate:.2f} x, p99 {tail:.2f} x")


def _line(figures: Figures) -> str:
    return f"{figures.requests:6.0f}/s {figures.cpu:5.0f} us p50 {figures.p50:5.2f} p99 {figures.p99:6.2f} ms"


if __name__ == "__main__":
    main()
