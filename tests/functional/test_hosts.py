"""A request is answered under our own names alone, and its caller is where trusted proxies say."""

from __future__ import annotations

import pytest
from flask import Flask

from config.settings import Environment
from huntaze_app.clock import now
from huntaze_app.security.tokens import token_hash
from tests.answers import assert_error, router_of, session_token
from tests.conftest import MakeApp
from tests.people import PASSWORD, creator, invitation, sign_up

STRANGE = (
    "evil.example",
    "localhost.evil.example",
    "evil.example:80",
    "localhost@evil.example",
    "xlocalhost",
    "localhost.",
    "192.0.2.1",
    "[::2]",
    "",
    " ",
    ":80",
    "localhost,evil.example",
    "é",
)


@pytest.mark.parametrize("host", STRANGE)
def test_a_strange_host_is_refused_as_json_and_as_a_page(app: Flask, host: str) -> None:
    visitor = app.test_client()

    assert_error(visitor.get("/api/auth/me", headers={"Host": host}), 400, "bad_request")
    page = visitor.get("/signin", headers={"Host": host})
    assert page.status_code == 400
    assert "evil" not in page.text
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost:8080", "127.0.0.1:5000", "[::1]:5000"])
def test_our_own_hosts_are_answered(app: Flask, host: str) -> None:
    assert app.test_client().get("/", headers={"Host": host}).status_code == 200


def test_a_name_with_a_port_trusts_that_port_alone(make_app: MakeApp) -> None:
    app = make_app("memory", trusted_hosts=frozenset({"huntaze.example:8443"}))

    assert app.test_client().get("/", headers={"Host": "huntaze.example:8443"}).status_code == 200
    assert app.test_client().get("/", headers={"Host": "huntaze.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_load_balancer_may_ask_by_address(app: Flask, path: str) -> None:
    for host in ("10.0.3.7:5000", "anything.internal"):
        assert app.test_client().get(path, headers={"Host": host}).status_code == 200


def test_a_laptop_that_listens_everywhere_answers_to_its_addresses(make_app: MakeApp) -> None:
    anywhere = {"environment": Environment.DEVELOPMENT, "host": "0.0.0.0", "seed_password": "x" * 12}  # noqa: S104
    app = make_app("memory", **anywhere)

    assert app.test_client().get("/", headers={"Host": "192.168.1.20:5000"}).status_code == 200
    assert app.test_client().get("/", headers={"Host": "evil.example"}).status_code == 400


def network_of_the_session(app: Flask, forwarded: str) -> str | None:
    """Sign up from behind a proxy; return what is stored of where that was."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    client.environ_base["HTTP_X_FORWARDED_FOR"] = forwarded
    digest = token_hash(session_token(sign_up(client, "zoe@example.fr", invitation(app))))
    identity = router_of(app).run("auth", lambda stores: stores.sessions.find_identity(digest, now()), read_only=True)
    assert identity is not None
    return identity.session.ip


@pytest.mark.parametrize(
    ("proxies", "forwarded", "network"),
    [
        (0, "203.0.113.9", "198.51.100.0"),
        (1, "203.0.113.9", "203.0.113.0"),
        (1, "192.0.2.66, 203.0.113.9", "203.0.113.0"),
        (2, "192.0.2.66, 203.0.113.9", "192.0.2.0"),
        (2, "203.0.113.9", "198.51.100.0"),
        (1, "not an address", None),
    ],
)
def test_only_what_trusted_proxies_add_is_believed(
    backend_name: str, make_app: MakeApp, proxies: int, forwarded: str, network: str | None
) -> None:
    app = make_app(backend_name, trusted_proxies=proxies)

    assert network_of_the_session(app, forwarded) == network


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_forged_forwarded_host_or_prefix_changes_nothing(make_app: MakeApp, proxies: int) -> None:
    visitor = make_app("memory", trusted_proxies=proxies).test_client()
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil", "X-Forwarded-Port": "666"}

    for path in ("/", "/signin", "/dashboard"):
        plain, other = visitor.get(path), visitor.get(path, headers=forged)
        assert (plain.status_code, plain.headers.get("Location")) == (other.status_code, other.headers.get("Location"))
        assert "evil" not in other.text


def test_a_client_behind_the_proxy_cannot_choose_its_budget(backend_name: str, make_app: MakeApp) -> None:
    limits = {"ratelimit_enabled": True, "ratelimit_default": (3, 600)}
    visitor = make_app(backend_name, trusted_proxies=1, **limits).test_client()

    found = [
        visitor.get("/api/auth/me", headers={"X-Forwarded-For": f"192.0.2.{number}, 203.0.113.9"}).status_code
        for number in range(5)
    ]

    assert found == [401] * 3 + [429] * 2
    assert visitor.get("/api/auth/me", headers={"X-Forwarded-For": "203.0.113.10"}).status_code == 401


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_origin_has_a_scheme_and_a_port(make_app: MakeApp, scheme: str) -> None:
    app = make_app("memory", public_url="https://huntaze.example", trusted_proxies=1)
    zoe = creator(app)
    proto = {"X-Forwarded-Proto": scheme}

    def told(origin: str) -> int:
        return zoe.patch("/api/users/profile", json={"name": "Z"}, headers={**proto, "Origin": origin}).status_code

    assert told("https://huntaze.example") == 200
    assert told("http://huntaze.example") == 403
    assert told("https://huntaze.example:8443") == 403
    assert (told("http://localhost"), told("https://localhost")) == ((200, 403) if scheme == "http" else (403, 200))


def test_production_behind_https_hears_no_plain_origin(make_app: MakeApp) -> None:
    app = make_app("memory", environment=Environment.PRODUCTION, public_url="https://localhost", log_json=True)
    body = {"email": "nobody@example.fr", "password": PASSWORD}

    def told(origin: str) -> int:
        return app.test_client().post("/api/auth/signin", json=body, headers={"Origin": origin}).status_code

    assert told("https://localhost") == 401
    assert told("http://localhost") == 403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example", "https://localhost", "http://localhost"]
)
def test_no_origin_is_let_read_across_sites(app: Flask, origin: str) -> None:
    zoe = creator(app)
    asked = {"Origin": origin, "Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "X-Odd"}

    for response in (
        zoe.get("/api/auth/me", headers={"Origin": origin}),
        app.test_client().options("/api/auth/me", headers=asked),
        app.test_client().options("/api/admin/invites", headers=asked),
    ):
        assert response.status_code == 200
        assert "Access-Control" not in str(response.headers)
    assert app.test_client().options("/api/admin/invites", headers=asked).data == b""
