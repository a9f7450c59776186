"""Flask, without what this product never uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue

from huntaze_app.bodies import UNREAD
from huntaze_app.edge import ROUTE
from huntaze_app.problems import Overloaded, UntrustedHost
from huntaze_app.security.hosts import Hosts


class Application(Flask):
    """Flask that notes the route for the log, and whose views are never asynchronous."""

    hosts: Hosts

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is: Flask would look at each one on each request."""
        return func

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Note the route, refuse a strange host and a body nobody could take in, then do what comes before a view."""
        incoming = request_ctx.request
        incoming.environ[ROUTE] = incoming.endpoint
        if not self.hosts.is_ours(incoming.environ.get("HTTP_HOST"), incoming.path):
            raise UntrustedHost
        if incoming.environ.get(UNREAD):
            raise Overloaded("too many slow bodies")
        return super().preprocess_request()
