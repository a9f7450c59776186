"""Commands for whoever runs the product."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import create_engine, text

from config.settings import Toggles
from huntaze_app import create_app
from tests.answers import is_code_open, router_of
from tests.conftest import AREAS, MakeApp, settings_for
from tests.people import sign_up

NOWHERE = "postgresql+psycopg://nobody:hush@127.0.0.1:1/nothing"


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """An application on Postgres: what commands store in memory is gone when they end."""
    return make_app("postgres", seed_password="a seed password")


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments))


def test_backends_shows_every_route_with_the_rule_that_decided(app: Flask) -> None:
    done = run(app, "backends")

    lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert lines[0].split() == ["URL", "METHODS", "ENDPOINT", "ACCESS", "BACKEND", "RULE", "STORES"]
    assert len(lines) == 1 + len(list(app.url_map.iter_rules()))
    (me,) = [line for line in lines if "/api/auth/me" in line]
    assert me.split() == [
        "/api/auth/me",
        "GET",
        "auth.api.me",
        "signed",
        "in,",
        "profile:read",
        "postgres",
        "auth",
        "api_keys,",
        "refresh_tokens,",
        "sessions,",
        "users",
    ]
    (alive,) = [line for line in lines if "/healthz" in line]
    assert alive.split()[-3:] == ["-", "-", "-"]


def test_backends_marks_what_is_split_on_purpose(make_app: MakeApp) -> None:
    routes = {**dict.fromkeys(AREAS, "postgres"), "metrics": "memory"}
    app = make_app("postgres", toggles=Toggles(routes, allow_split={"metrics": "a reason"}))

    lines = run(app, "backends").stdout.splitlines()

    assert {line.split()[0] for line in lines if line.endswith(" (split)")} >= {
        "/api/metrics",
        "/api/analytics/overview",
    }
    assert not any(line.endswith(" (split)") for line in lines if "/api/auth/" in line)


def test_seeding_twice_makes_each_account_once_and_keeps_the_code(app: Flask) -> None:
    first, second = run(app, "seed"), run(app, "seed")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout == second.stdout
    told = first.stdout.splitlines()
    assert told[:2] == ["creatrice@huntaze.test (CREATOR)", "admin@huntaze.test (ADMIN)"]
    code = told[2].removeprefix("invitation ")
    assert is_code_open(app, code)
    for email, role in (("creatrice@huntaze.test", "CREATOR"), ("admin@huntaze.test", "ADMIN")):
        body = {"email": email, "password": "a seed password"}
        answer = app.test_client().post("/api/auth/signin", json=body)
        assert (answer.status_code, answer.get_json()["role"]) == (200, role)


def test_seeding_after_the_code_was_used_offers_another(app: Flask) -> None:
    code = run(app, "seed").stdout.split()[-1]
    assert sign_up(app.test_client(), "zoe@example.fr", code).status_code == 201

    other = run(app, "seed").stdout.split()[-1]

    assert other != code
    assert is_code_open(app, other)


def test_seeding_without_a_password_is_refused(make_app: MakeApp) -> None:
    app = make_app("postgres")

    done = run(app, "seed")

    assert done.exit_code == 1
    assert "SEED_PASSWORD" in done.output
    found = router_of(app).run("auth", lambda stores: stores.users.find_by_email("admin@huntaze.test"), read_only=True)
    assert found is None


def codes(done: Result) -> list[dict[str, str]]:
    assert done.exit_code == 0, done.output
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_fifty_invitations_are_made_unless_a_count_is_given(app: Flask) -> None:
    made = codes(run(app, "invites", "create"))

    assert len({row["code"] for row in made}) == 50
    assert {row["email"] for row in made} == {""}
    assert is_code_open(app, made[-1]["code"])
    assert len(codes(run(app, "invites", "create", "--count", "3"))) == 3


def test_a_file_of_addresses_makes_a_code_for_each(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "emails.txt"
    file.write_text("\ufeff# first wave\n\nLEA@example.fr\r\n  zoe@example.fr \nlea@example.fr\n", encoding="utf-8")

    made = codes(run(app, "invites", "create", "--emails", str(file)))

    assert [row["email"] for row in made] == ["lea@example.fr", "zoe@example.fr"]
    assert is_code_open(app, made[0]["code"], "lea@example.fr")
    assert not is_code_open(app, made[0]["code"], "zoe@example.fr")


@pytest.mark.parametrize(
    "content",
    [b"", b"\n# nobody\n", b"lea@example.fr\nbad line\nworse\n", b"\xff\xfe\x00", b"lea@example.fr\x00\n"],
)
def test_a_file_with_a_fault_makes_nothing_and_shows_no_traceback(app: Flask, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "emails.txt"
    file.write_bytes(content)

    done = run(app, "invites", "create", "--emails", str(file))

    assert done.exit_code == 1
    assert done.stdout == ""
    assert str(file) in done.stderr
    assert "Traceback" not in done.output
    counted = router_of(app).run("admin", lambda stores: stores.invites.count(), read_only=True)
    assert counted.total == 0


def test_every_bad_line_of_a_file_is_named(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "emails.txt"
    file.write_text("lea@example.fr\nbad line\nworse\n")

    told = run(app, "invites", "create", "--emails", str(file)).stderr

    assert "bad line" in told
    assert "worse" in told
    assert "lea@example.fr" not in told


@pytest.mark.parametrize("count", ["0", "201", "-1", "x", "1.5"])
def test_an_impossible_count_is_refused(app: Flask, count: str) -> None:
    assert run(app, "invites", "create", "--count", count).exit_code == 2


def test_a_good_database_passes_every_check(app: Flask) -> None:
    done = run(app, "check-database")

    lines = done.stdout.splitlines()
    assert done.exit_code == 0, done.output
    assert all(line.startswith("ok ") for line in lines)
    for name in ("connection", "table users", "table sessions", "table subscription_records", "migrations", "latency"):
        assert any(name in line for line in lines), name


def test_an_unmigrated_database_fails_with_what_to_do(app: Flask, migrated_url: str) -> None:
    engine = create_engine(migrated_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE alembic_version RENAME TO hidden"))
    try:
        done = run(app, "check-database")
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE hidden RENAME TO alembic_version"))
        engine.dispose()

    (failed,) = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert done.exit_code == 1
    assert "migrations" in failed
    assert "flask db upgrade" in failed


def test_an_unreachable_database_fails_without_its_password() -> None:
    app = create_app(settings_for("postgres", NOWHERE))

    done = run(app, "check-database")

    assert done.exit_code == 1
    assert any(line.startswith("FAIL") and "connection" in line for line in done.stdout.splitlines())
    assert "hush" not in done.output
    assert "Traceback" not in done.output


def test_without_postgres_there_is_nothing_to_check(make_app: MakeApp) -> None:
    done = run(make_app("memory"), "check-database")

    assert done.exit_code == 1
    assert "no route is on postgres" in done.stderr
