"""Who counts as one caller, and what of them is kept."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from huntaze_app import limits
from huntaze_app.addresses import counted_as, network_of
from huntaze_app.limits import By, Limit
from huntaze_app.security.callers import KEY_BYTES, Keys
from tests.conftest import MakeApp

SECRET = "a secret"
EMAIL = "Zoé.Été@Example.FR"


@pytest.fixture
def plain(make_app: MakeApp) -> Flask:
    return make_app("memory")


def key(app: Flask, limit: Limit, secret: str = SECRET, **request: Any) -> bytes | None:
    with app.test_request_context("/api/auth/signin", method="POST", **request):
        return Keys(secret).of(limit)


def by_email(app: Flask, email: object, **others: Any) -> bytes | None:
    return key(app, Limit("name", 1, 1, By.EMAIL), json={"email": email}, **others)


def test_a_key_is_short_and_tells_nothing(plain: Flask) -> None:
    made = by_email(plain, EMAIL)

    assert made is not None
    assert len(made) == KEY_BYTES
    assert made != key(plain, Limit("name", 1, 1, By.EMAIL), secret="another", json={"email": EMAIL})
    assert made != key(plain, Limit("other", 1, 1, By.EMAIL), json={"email": EMAIL})


@pytest.mark.parametrize("spelling", [EMAIL.lower(), f" {EMAIL} ", "zoe\u0301.e\u0301te\u0301@example.fr"])
def test_one_e_mail_address_has_one_key_however_it_is_spelled(plain: Flask, spelling: str) -> None:
    assert by_email(plain, spelling) == by_email(plain, EMAIL)


def test_a_form_and_a_body_name_the_same_address(plain: Flask) -> None:
    assert key(plain, Limit("name", 1, 1, By.EMAIL), data={"email": EMAIL}) == by_email(plain, EMAIL)


@pytest.mark.parametrize("email", [None, 1, "", "x", [], {}, "a@b\x00.fr", "x" * 300 + "@example.fr"])
def test_what_is_no_e_mail_address_has_no_key(plain: Flask, email: object) -> None:
    assert by_email(plain, email) is None


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'"x"', b"null", b'{"email": "\\ud800"}'])
def test_a_body_that_is_none_has_no_key(plain: Flask, data: bytes) -> None:
    limit = Limit("name", 1, 1, By.EMAIL)

    assert key(plain, limit, data=data, content_type="application/json") is None


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "20010db800010002::/64"),
        ("2001:0DB8:0001:0002::", "20010db800010002::/64"),
        ("fe80::1%eth0", "fe80000000000000::/64"),
        ("", ""),
        ("nonsense", "nonsense"),
        ("x" * 1000, "x" * 64),
    ],
)
def test_an_address_counts_as(address: str, counted: str) -> None:
    assert counted_as(address) == counted


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("192.0.2.77", "192.0.2.0"),
        ("::ffff:192.0.2.77", "192.0.2.0"),
        ("2001:db8:1:2::3", "2001:db8:1::"),
        ("nonsense", None),
        (None, None),
    ],
)
def test_an_address_is_shown_without_the_machine(address: str | None, shown: str | None) -> None:
    assert network_of(address) == shown


def every_limit() -> list[Limit]:
    groups = [value for value in vars(limits).values() if isinstance(value, tuple)]
    return [limit for group in groups for limit in group]


def test_limits_of_one_name_are_one_limit() -> None:
    named: dict[str, Limit] = {}
    for limit in every_limit():
        assert named.setdefault(limit.name, limit) == limit

    assert len(named) > 12


def test_no_strict_limit_is_open() -> None:
    assert not [limit for limit in every_limit() if limit.is_open]
    assert limits.default_limit(10, 10).is_open


def test_where_there_are_several_limits_the_address_comes_first() -> None:
    groups = [value for value in vars(limits).values() if isinstance(value, tuple) and len(value) > 1]

    assert groups
    assert {group[0].by for group in groups} == {By.ADDRESS}
