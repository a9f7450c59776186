"""JSON operations: what one takes, what it gives and what it refuses, written once for the code and for OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Response, current_app
from marshmallow import Schema

from huntaze_app import json
from huntaze_app.http import dump_page, dumper, load, load_query
from repositories.paging import Page

JSON = "application/json"

Headers = Mapping[str, str | list[str]]


class JsonResponse(Response):
    """A JSON body as it is sent: nothing of it is left to negotiate or to work out."""

    def __init__(self, body: bytes, status: int, headers: Headers | None = None) -> None:
        known = {"Content-Type": JSON, "Content-Length": str(len(body)), **(headers or {})}
        super().__init__((body,), status, known)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send it, past Werkzeug's last look at headers and body."""
        start_response(self.status, self.headers.to_wsgi_list())
        return () if environ["REQUEST_METHOD"] == "HEAD" else self.response  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Operation:
    """The contract of a view."""

    takes: type[Schema] | None = None
    gives: type[Schema] | None = None
    status: int = 200
    lists: str | None = None  # the plural name, when the answer is a page of a list
    refuses: tuple[type[Exception], ...] = ()
    asks: type[Schema] | None = None  # the parameters of the query
    streams: str | None = None  # the media type of an answer that is no JSON, and that the view itself makes


def operation(
    *,
    takes: type[Schema] | None = None,
    gives: type[Schema] | None = None,
    status: int = 200,
    lists: str | None = None,
    refuses: tuple[type[Exception], ...] = (),
    asks: type[Schema] | None = None,
    streams: str | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Load body and query into the arguments `form` and `asked`, and answer with what the view returns.

    That is a value, perhaps with headers; a view that streams returns the response itself.
    """
    contract = Operation(takes, gives, status, lists, refuses, asks, streams)

    def decorate(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def answer(*args: Any, **kwargs: Any) -> Response:
            if takes is not None:
                kwargs["form"] = load(takes)
            if asks is not None:
                kwargs["asked"] = load_query(asks)
            result = view(*args, **kwargs)
            if streams is not None:
                return current_app.make_response(result)
            value, headers = result if isinstance(result, tuple) else (result, None)
            return respond(contract, value, headers)

        answer.operation = contract  # type: ignore[attr-defined]  # read by the OpenAPI document
        return answer

    return decorate


def respond(contract: Operation, value: Any, headers: Headers | None = None) -> Response:
    """Return the response that a contract promises for a value."""
    if contract.gives is None:
        return Response(status=contract.status, headers=headers)
    if contract.lists is not None and isinstance(value, Page):
        body = dump_page(contract.gives, contract.lists, value)
    else:
        body = dumper(contract.gives)(value)
    return JsonResponse(json.encode(body), contract.status, headers)
