"""Bodies that come slowly, in pieces, or too long."""

from __future__ import annotations

import threading
from io import BytesIO

from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Response

from tests.conftest import MakeApp
from tests.people import ADMIN, PASSWORD, admin

SIGN_IN = "/api/auth/signin"


class Slow(BytesIO):
    """A body that comes when `arrived` is set."""

    def __init__(self) -> None:
        super().__init__(b"{}")
        self.asked = threading.Event()
        self.arrived = threading.Event()

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked.set()
        self.arrived.wait(10)
        return super().read(size)


def in_pieces(body: bytes) -> EnvironBuilder:
    builder = EnvironBuilder(SIGN_IN, method="POST", input_stream=BytesIO(body), content_type="application/json")
    builder.headers["Transfer-Encoding"] = "chunked"
    return builder


def test_a_slow_body_keeps_nobody_else_from_an_answer(make_app: MakeApp) -> None:
    client, slow = Client(make_app("memory", threads=2).wsgi_app, Response), Slow()
    sender = threading.Thread(
        target=client.open,
        args=(SIGN_IN,),
        kwargs={"method": "POST", "input_stream": slow, "content_length": 2, "content_type": "application/json"},
    )
    sender.start()
    assert slow.asked.wait(5)

    alive = client.get("/healthz")
    refused = client.post(SIGN_IN, json={})
    slow.arrived.set()
    sender.join(5)

    assert alive.status_code == 200
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert b"service_unavailable" in refused.data
    assert client.post(SIGN_IN, json={}).status_code == 400, "the place is free again"


def test_a_body_in_pieces_is_read(make_app: MakeApp) -> None:
    app = make_app("memory")
    admin(app)
    body = f'{{"email": "{ADMIN}", "password": "{PASSWORD}"}}'.encode()

    assert Client(app.wsgi_app, Response).open(in_pieces(body)).status_code == 200


def test_a_body_in_pieces_that_is_too_long_is_refused(make_app: MakeApp) -> None:
    response = Client(make_app("memory").wsgi_app, Response).open(in_pieces(b"x" * (2 * 1024 * 1024)))

    assert response.status_code == 413
