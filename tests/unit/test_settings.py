"""Settings: read in one place, and every fault told at once."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from config.settings import Environment, Google, Settings, SettingsError, database_url, parse_overrides

WELL_KNOWN = "/.well-known/openid-configuration"
URL = "postgresql://user:hush@db.example:5432/huntaze"
PRODUCTION = {"HUNTAZE_ENV": "production", "SECRET_KEY": "s" * 32, "DATABASE_URL": URL}


def faults(environ: dict[str, str], routes: Path | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(environ) if routes is None else Settings.from_env(environ, routes)
    return caught.value.faults


def test_an_empty_environment_is_a_laptop() -> None:
    settings = Settings.from_env({})

    assert settings.environment is Environment.DEVELOPMENT
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 5000, 1)
    assert settings.database_url is None
    assert settings.seed_password == "huntaze-beta-2026"
    assert (settings.password_memory_kib, settings.password_time_cost) == (19456, 2)
    assert settings.log_json is False
    assert settings.is_production is False


def test_each_process_without_a_secret_key_makes_its_own() -> None:
    first, second = Settings.from_env({}), Settings.from_env({})

    assert first.secret_key != second.secret_key
    assert len(first.secret_key) >= 32


def test_the_shipped_toggles_are_those_of_the_beta() -> None:
    toggles = Settings.from_env({}).toggles

    assert toggles.routes == {
        **dict.fromkeys(("auth", "users", "billing", "admin"), "postgres"),
        **dict.fromkeys(("analytics", "metrics"), "memory"),
    }
    assert toggles.allow_split == {}
    assert toggles.allow_processes == {"analytics", "metrics"}


def test_every_variable_is_read() -> None:
    settings = Settings.from_env(
        {
            "HUNTAZE_ENV": "testing",
            "SECRET_KEY": "key",
            "DATABASE_URL": URL,
            "HOST": "0.0.0.0",  # noqa: S104  # a value, not a socket
            "PORT": "8080",
            "WEB_WORKERS": "2",
            "WEB_THREADS": "16",
            "DATABASE_POOL_SIZE": "5",
            "DATABASE_POOL_TIMEOUT": "0.5",
            "PASSWORD_HASH_SLOTS": "4",
            "PASSWORD_HASH_MEMORY_KIB": "1024",
            "PASSWORD_HASH_TIME_COST": "3",
            "SEED_PASSWORD": "seed",
            "SEED_INVITE_CODE": "CODE",
            "LOG_FORMAT": "json",
            "GOOGLE_CLIENT_ID": "id",
            "GOOGLE_CLIENT_SECRET": "hush",
            "GOOGLE_DISCOVERY_URL": f"http://localhost:9{WELL_KNOWN}",
            "ROUTE_BACKENDS": "analytics=postgres, auth.api.me = memory",
        }
    )

    assert settings.environment is Environment.TESTING
    assert settings.secret_key == "key"
    assert settings.database_url == "postgresql+psycopg://user:hush@db.example:5432/huntaze"
    assert (settings.host, settings.port) == ("0.0.0.0", 8080)  # noqa: S104
    assert (settings.workers, settings.threads) == (2, 16)
    assert (settings.pool_size, settings.pool_timeout) == (5, 0.5)
    assert settings.hashing_slots == 4
    assert (settings.password_memory_kib, settings.password_time_cost) == (1024, 3)
    assert (settings.seed_password, settings.seed_invite_code) == ("seed", "CODE")
    assert settings.log_json is True
    assert settings.google == Google("id", "hush", f"http://localhost:9{WELL_KNOWN}")
    assert settings.toggles.routes["analytics"] == "postgres"
    assert settings.toggles.routes["auth.api.me"] == "memory"


def test_google_signs_in_only_where_both_its_settings_are() -> None:
    both = {"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "hush"}
    settings = Settings.from_env(both)

    assert Settings.from_env({}).google is None
    assert settings.google == Google("id", "hush", f"https://accounts.google.com{WELL_KNOWN}")
    assert "hush" not in repr(settings)
    for name in both:
        assert faults({name: "x"}) == ["GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET: set both, or neither"]


def test_an_empty_variable_is_an_unset_one() -> None:
    names = ("HUNTAZE_ENV", "SECRET_KEY", "DATABASE_URL", "HOST", "PORT", "ROUTE_BACKENDS", "SEED_PASSWORD")

    settings = Settings.from_env(dict.fromkeys(names, ""))

    assert (settings.host, settings.port, settings.database_url) == ("127.0.0.1", 5000, None)
    assert settings.seed_password == "huntaze-beta-2026"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUNTAZE_ENV", "prod"),
        ("HUNTAZE_ENV", "Production"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "sqlite:///x.db"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "80a"),
        ("PORT", "-1"),
        ("PORT", "８０"),
        ("PORT", "9" * 5000),
        ("PUBLIC_URL", "huntaze.example"),
        ("PUBLIC_URL", "ftp://huntaze.example"),
        ("PUBLIC_URL", "https://huntaze.example/app"),
        ("PUBLIC_URL", "https://huntaze.example?x"),
        ("PUBLIC_URL", "https://zoe@huntaze.example"),
        ("PUBLIC_URL", "https://huntaze.example:x"),
        ("PUBLIC_URL", "https://[huntaze"),
        ("EMAIL_BACKEND", "pigeon"),
        ("EMAIL_FROM", "Huntaze"),
        ("EMAIL_FROM", "Huntaze <bonjour@huntaze.example>\r\nBcc: eve@example.org"),
        ("EMAIL_SERVER", "huntaze.example:25"),
        ("EMAIL_SERVER", "https://huntaze.example"),
        ("EMAIL_SERVER", "smtp://huntaze.example/path"),
        ("EMAIL_SERVER", "smtp://huntaze.example:0"),
        ("EMAIL_SERVER", "smtp://huntaze.example:x"),
        ("EMAIL_SERVER", "smtp://huntaze.example?tls=maybe"),
        ("WEB_WORKERS", "0"),
        ("WEB_WORKERS", "1.5"),
        ("WEB_THREADS", "many"),
        ("DATABASE_POOL_SIZE", "0"),
        ("DATABASE_POOL_TIMEOUT", "soon"),
        ("DATABASE_POOL_TIMEOUT", "nan"),
        ("DATABASE_POOL_TIMEOUT", "inf"),
        ("DATABASE_POOL_TIMEOUT", "-1"),
        ("PASSWORD_HASH_SLOTS", "0"),
        ("PASSWORD_HASH_MEMORY_KIB", "1"),
        ("PASSWORD_HASH_TIME_COST", "0"),
        ("GOOGLE_DISCOVERY_URL", "http://accounts.google.com/.well-known/openid-configuration"),
        ("GOOGLE_DISCOVERY_URL", "https://accounts.google.com"),
        ("GOOGLE_DISCOVERY_URL", "https:///.well-known/openid-configuration"),
        ("GOOGLE_DISCOVERY_URL", "file:///.well-known/openid-configuration"),
        ("ROUTE_BACKENDS", "auth"),
        ("ROUTE_BACKENDS", "auth="),
        ("ROUTE_BACKENDS", "=memory"),
    ],
)
def test_an_impossible_value_is_a_fault_that_names_its_variable(name: str, value: str) -> None:
    (fault,) = faults({name: value})

    assert fault.startswith(f"{name}: ")
    assert len(fault) > len(name) + 10
    assert "Environment" not in fault


def test_a_wrong_environment_is_told_which_ones_there_are() -> None:
    (fault,) = faults({"HUNTAZE_ENV": "prod"})

    assert all(name in fault for name in ("development", "testing", "production"))


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    broken = tmp_path / "routes.toml"
    broken.write_text("[routes")
    environ = {
        "HUNTAZE_ENV": "production",
        "DATABASE_URL": "mysql://x",
        "PORT": "x",
        "WEB_WORKERS": "x",
        "ROUTE_BACKENDS": "x",
        "PASSWORD_HASH_MEMORY_KIB": "64",
    }

    told = faults(environ, broken)

    names = [fault.partition(":")[0] for fault in told]
    assert sorted(names) == [
        "DATABASE_URL",
        "PASSWORD_HASH_MEMORY_KIB, PASSWORD_HASH_TIME_COST",
        "PORT",
        "ROUTE_BACKENDS",
        "SECRET_KEY",
        "WEB_WORKERS",
        "routes.toml",
    ]


def test_the_faults_are_a_list_to_read() -> None:
    with pytest.raises(SettingsError, match=r"^- PORT: .*\n- WEB_WORKERS: ") as caught:
        Settings.from_env({"PORT": "x", "WEB_WORKERS": "x"})
    assert str(caught.value).count("\n") == 1


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL"])
def test_production_refuses_to_start_without(missing: str) -> None:
    environ = {name: value for name, value in PRODUCTION.items() if name != missing}

    assert faults(environ) == [f"{missing}: must be set in production"]


def test_production_refuses_a_short_secret_and_weak_hashes() -> None:
    told = faults({**PRODUCTION, "SECRET_KEY": "s" * 31, "PASSWORD_HASH_TIME_COST": "1"})

    assert [fault.partition(":")[0] for fault in told] == [
        "SECRET_KEY",
        "PASSWORD_HASH_MEMORY_KIB, PASSWORD_HASH_TIME_COST",
    ]


def test_production_logs_json_and_has_no_default_password() -> None:
    settings = Settings.from_env(PRODUCTION)

    assert settings.is_production
    assert settings.log_json
    assert settings.seed_password is None


def test_settings_show_no_secret_and_cannot_be_changed() -> None:
    settings = Settings.from_env({**PRODUCTION, "SECRET_KEY": "canary" * 8, "SEED_PASSWORD": "canary-seed"})

    assert "canary" not in repr(settings)
    assert "hush" not in repr(settings)
    with pytest.raises(FrozenInstanceError):
        settings.port = 1  # type: ignore[misc]


def test_a_missing_file_of_toggles_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults({}, tmp_path / "routes.toml")

    assert fault.startswith("routes.toml: ")


@pytest.mark.parametrize(
    "text",
    [
        '[routes]\nauth.api.sign_in = "memory"',
        "[routes]\nauth = 1",
        "routes = 1",
        '[allow_split]\nusers = ["x"]',
        '[allow_processes]\nareas = "analytics"',
        "allow_processes = 1",
    ],
)
def test_a_file_of_toggles_with_another_shape_is_a_fault(tmp_path: Path, text: str) -> None:
    path = tmp_path / "routes.toml"
    path.write_text(text)

    (fault,) = faults({}, path)

    assert fault.startswith("routes.toml: ")


def test_an_unquoted_endpoint_in_the_file_is_told_to_be_quoted(tmp_path: Path) -> None:
    path = tmp_path / "routes.toml"
    path.write_text('[routes]\nauth.api.sign_in = "memory"')

    assert "needs quotes" in faults({}, path)[0]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_spelling_of_a_postgres_url_is_taken(scheme: str) -> None:
    assert database_url(f" {scheme}://h/d ") == "postgresql+psycopg://h/d"


def test_overrides_may_have_spaces_and_a_last_comma() -> None:
    assert parse_overrides(" a = memory , b.c=postgres, ") == {"a": "memory", "b.c": "postgres"}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "http://127.0.0.1:5000"),
        ({"HOST": "192.0.2.1", "PORT": "80"}, "http://192.0.2.1:80"),
        ({"PUBLIC_URL": "https://Huntaze.example/"}, "https://huntaze.example"),
        ({"PUBLIC_URL": "http://localhost:8000"}, "http://localhost:8000"),
    ],
)
def test_links_lead_to_the_public_address(environ: dict[str, str], expected: str) -> None:
    assert Settings.from_env(environ).public_url == expected
