"""Settings about hosts, proxies and rates."""

from __future__ import annotations

import pytest

from config.settings import Environment, Settings, SettingsError
from tests.unit.test_settings import PRODUCTION


def test_every_variable_of_the_network_is_read() -> None:
    settings = Settings.from_env(
        {
            "TRUSTED_HOSTS": "Huntaze.example, [::1]:8443",
            "TRUSTED_PROXIES": "2",
            "RATELIMIT_ENABLED": "true",
            "RATELIMIT_DEFAULT": "100 per minute",
            "REDIS_URL": "redis://:hush@cache:6379/1",
        }
    )

    assert settings.trusted_hosts == {"huntaze.example", "[::1]:8443"}
    assert settings.trusted_proxies == 2
    assert (settings.ratelimit_enabled, settings.ratelimit_default) == (True, (100, 60))
    assert settings.redis_url == "redis://:hush@cache:6379/1"
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUSTED_HOSTS", ","),
        ("TRUSTED_HOSTS", "https://huntaze.example"),
        ("TRUSTED_HOSTS", "huntaze.example/path"),
        ("TRUSTED_HOSTS", "*"),
        ("TRUSTED_PROXIES", "all"),
        ("TRUSTED_PROXIES", "-1"),
        ("RATELIMIT_ENABLED", "yes"),
        ("RATELIMIT_DEFAULT", "10"),
        ("RATELIMIT_DEFAULT", "0 per 10 seconds"),
        ("RATELIMIT_DEFAULT", "10 per 0 seconds"),
        ("RATELIMIT_DEFAULT", "1001 per minute"),
        ("RATELIMIT_DEFAULT", "10 per 2 days"),
        ("RATELIMIT_DEFAULT", "-1 per second"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis://"),
    ],
)
def test_an_impossible_value_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({name: value})

    (fault,) = caught.value.faults
    assert fault.startswith(f"{name}: must ")


@pytest.mark.parametrize(
    ("environment", "host", "trusts"),
    [
        (Environment.DEVELOPMENT, "0.0.0.0", True),  # noqa: S104  # a value, not a socket
        (Environment.DEVELOPMENT, "::", True),
        (Environment.DEVELOPMENT, "127.0.0.1", False),
        (Environment.TESTING, "0.0.0.0", False),  # noqa: S104
    ],
)
def test_addresses_are_trusted_on_a_laptop_that_listens_on_all(
    environment: Environment, host: str, trusts: bool
) -> None:
    assert Settings.from_env({"HUNTAZE_ENV": environment, "HOST": host}).trusts_addresses is trusts


def test_production_trusts_no_address_it_was_not_told() -> None:
    assert not Settings.from_env({**PRODUCTION, "HOST": "0.0.0.0"}).trusts_addresses  # noqa: S104


@pytest.mark.parametrize(
    ("text", "hits", "seconds"),
    [
        ("10 per 10 seconds", 10, 10),
        ("1/second", 1, 1),
        (" 5 PER 1 Minute ", 5, 60),
        ("1000 per day", 1000, 86400),
        ("3 / 2 hours", 3, 7200),
    ],
)
def test_a_rate_may_be_written_in_several_ways(text: str, hits: int, seconds: int) -> None:
    assert Settings.from_env({"RATELIMIT_DEFAULT": text}).ratelimit_default == (hits, seconds)


@pytest.mark.parametrize(
    ("environ", "on"), [({}, True), ({"HUNTAZE_ENV": "testing"}, False), (PRODUCTION, True)], ids=str
)
def test_limits_are_on_but_for_tests(environ: dict[str, str], on: bool) -> None:
    assert Settings.from_env(environ).ratelimit_enabled is on
    assert Settings.from_env({**environ, "RATELIMIT_ENABLED": "False"}).ratelimit_enabled is False


@pytest.mark.parametrize(
    ("environ", "hosts"),
    [
        ({}, "localhost 127.0.0.1 [::1]"),
        ({"HOST": "::1"}, "localhost 127.0.0.1 [::1]"),
        ({"HOST": "box.lan", "PORT": "80"}, "localhost 127.0.0.1 [::1] box.lan"),
        ({**PRODUCTION, "PUBLIC_URL": "https://Huntaze.example:8443"}, "huntaze.example"),
        ({**PRODUCTION, "PUBLIC_URL": "https://[2001:db8::1]:8443"}, "[2001:db8::1]"),
        ({**PRODUCTION, "TRUSTED_HOSTS": "a.example"}, "a.example"),
    ],
    ids=str,
)
def test_the_hosts_that_are_ours_follow_from_the_others(environ: dict[str, str], hosts: str) -> None:
    assert Settings.from_env(environ).trusted_hosts == {*hosts.split()}
