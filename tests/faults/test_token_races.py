"""Many refreshes of one token at one moment, over HTTP: one child, and a replay of its grandparent ends it all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from http.client import HTTPConnection

import pytest

from tests.faults.conftest import rows, web_server
from tests.faults.http import Answer, Caller, at_once
from tests.faults.web import SEED_PASSWORD, WebServer
from tests.people import ADMIN

CALLERS = 20
CROWD = 200
Rounds = Callable[[int, int], int]


@pytest.fixture(scope="module", params=["memory", "postgres"])
def web(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """A web server, once with everything on each backend."""
    url = request.getfixturevalue("module_database") if request.param == "postgres" else None
    web = web_server(tmp_path_factory.mktemp("tokens") / "web.log", url)
    web.start()
    yield web
    web.kill()


def tokens(caller: Caller) -> dict[str, str]:
    """A new family."""
    answer = caller.post("/api/auth/token", {"email": ADMIN, "password": SEED_PASSWORD})
    assert answer.status == 200, answer.text
    pair: dict[str, str] = answer.json
    return pair


def refresh(caller: Caller, token: str) -> Answer:
    return caller.post("/api/auth/refresh", {"refreshToken": token})


def me(caller: Caller, token: str) -> int:
    return caller.get("/api/auth/me", Authorization=f"Bearer {token}").status


def race_for_a_child(caller: Caller, callers: int) -> None:
    """One round: the same child for all, and a grandparent that ends the family of it."""
    first = tokens(caller)["refreshToken"]

    answers = at_once(callers, lambda _: refresh(caller, first))

    assert Counter(answer.status for answer in answers) == {200: callers}
    (child,) = {answer.json["refreshToken"] for answer in answers}
    assert me(caller, answers[-1].json["accessToken"]) == 200
    newest = refresh(caller, child).json
    assert refresh(caller, first).status == 401
    assert refresh(caller, newest["refreshToken"]).status == 401
    assert me(caller, newest["accessToken"]) == 401


def test_twenty_refreshes_of_one_token_make_one_child(web: WebServer, fault_rounds: Rounds) -> None:
    for _ in range(fault_rounds(3, 30)):
        race_for_a_child(web.caller, CALLERS)


def test_a_crowd_of_refreshes_makes_one_child(web: WebServer) -> None:
    race_for_a_child(web.caller, CROWD)


def test_the_races_leave_one_child_a_token_in_postgres(module_database: str) -> None:
    found = rows(module_database, "SELECT count(*) FROM refresh_tokens WHERE parent_id IS NOT NULL GROUP BY parent_id")

    assert set(found) <= {(1,)}


def test_a_refresh_and_a_sign_out_at_once_leave_nothing_alive(web: WebServer, fault_rounds: Rounds) -> None:
    for _ in range(fault_rounds(3, 30)):
        pair = tokens(web.caller)

        def act(number: int, pair: dict[str, str] = pair) -> Answer:
            if number % 2:
                return refresh(web.caller, pair["refreshToken"])
            headers = {"Authorization": f"Bearer {pair['accessToken']}"}
            return web.caller.ask("POST", "/api/auth/signout", None, None, 30, **headers)

        answers = at_once(6, act)

        assert {answer.status for answer in answers} <= {200, 204, 401}
        for answer in answers:
            if answer.status == 200:
                assert refresh(web.caller, answer.json["refreshToken"]).status == 401
                assert me(web.caller, answer.json["accessToken"]) == 401


def test_a_doubled_header_is_nobody(web: WebServer) -> None:
    """V7: whichever of the two the server would have passed on."""
    token = tokens(web.caller)["accessToken"]
    assert me(web.caller, token) == 200
    connection = HTTPConnection("127.0.0.1", web.port, timeout=10)
    connection.putrequest("GET", "/api/auth/me")
    connection.putheader("Authorization", f"Bearer {token}")
    connection.putheader("Authorization", f"Bearer {token}")
    connection.endheaders()

    status = connection.getresponse().status
    connection.close()

    assert status == 401
