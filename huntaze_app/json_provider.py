"""Flask's own JSON, by the same rules as the rest of the product's."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.json.provider import JSONProvider

from huntaze_app.json import decode, encode


class OrjsonProvider(JSONProvider):
    """Flask's JSON by orjson."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        """Return the value as JSON text."""
        return encode(obj).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        """Return the value of a JSON text."""
        return decode(s.encode() if isinstance(s, str) else s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Return a JSON response."""
        return Response(encode(self._prepare_response_obj(args, kwargs)), mimetype="application/json")
