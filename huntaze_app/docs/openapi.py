"""OpenAPI 3.0 (what Swagger UI shows), made of the routes and of what their operations take, give and refuse."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from marshmallow import Schema, fields
from marshmallow.fields import Field
from werkzeug.routing import Rule

from huntaze_app.errors import answer_for
from huntaze_app.fields import (
    MAX_CHOICES,
    MAX_EMAIL,
    Choice,
    Choices,
    Email,
    Emails,
    Identifier,
    JsonObject,
    Moment,
    Number,
    Text,
    Truth,
    WebAddress,
)
from huntaze_app.http import instance
from huntaze_app.list_fields import Identifiers
from huntaze_app.operations import JSON, Operation
from huntaze_app.problems import CsrfFailed, Forbidden, Invalid, RateLimited, Unauthenticated
from huntaze_app.route_table import IMPLICIT_METHODS
from huntaze_app.stores import SAFE_METHODS
from repositories.errors import Unavailable

VERSION = "0.1.0"


SECURITY = {
    "session": {"type": "apiKey", "in": "cookie"},  # its name is that of the installation
    "accessToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "From POST /api/auth/token. A bearer decides, whatever cookie comes with it.",
    },
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "hz_…",
        "description": "From POST /api/api-keys. It needs the scope that the operation names (`x-scope`).",
    },
}


class ErrorView(Schema):
    """Every error."""

    error = fields.String(required=True, metadata={"description": "a sentence in the caller's language"})
    code = fields.String(required=True, metadata={"description": "a stable code"})
    request_id = fields.String(required=True, data_key="requestId")
    details = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class PaginationView(Schema):
    """Where a page stands in its list."""

    page = fields.Integer()
    limit = fields.Integer()
    total = fields.Integer()
    pages = fields.Integer()


def openapi_document(app: Flask, cookie: str) -> dict[str, Any]:
    """Return the OpenAPI document of an application whose session cookie has this name."""
    plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
    document = APISpec(title="Huntaze", version=VERSION, openapi_version="3.0.3", plugins=[plugin])
    session = {**SECURITY["session"], "name": cookie}
    for name, scheme in {**SECURITY, "session": session}.items():
        document.components.security_scheme(name, scheme)
    converter = plugin.converter
    if converter is None:  # apispec sets it with the plugin
        raise RuntimeError("apispec has no converter")
    converter.add_attribute_function(_field_properties)  # type: ignore[no-untyped-call]  # apispec leaves it so
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = app.view_functions[rule.endpoint]
        contract: Operation | None = getattr(view, "operation", None)
        if contract is not None:
            document.path(_path(rule), operations=_operations(rule, view, contract))
    return document.to_dict()


def _schema_name(schema: Any) -> str:
    cls = schema if isinstance(schema, type) else type(schema)
    return re.sub(r"View$", "", cls.__name__)


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)


def _operations(rule: Rule, view: Callable[..., Any], contract: Operation) -> dict[str, dict[str, Any]]:
    methods = sorted((rule.methods or set()) - IMPLICIT_METHODS)
    return {method.lower(): _operation(rule, view, contract, method) for method in methods}


def _operation(rule: Rule, view: Callable[..., Any], contract: Operation, method: str) -> dict[str, Any]:
    access = getattr(view, "access", "public")
    summary = (inspect.getdoc(view) or "").partition("\n")[0]
    made: dict[str, Any] = {
        "operationId": f"{rule.endpoint}.{method.lower()}"
        if len((rule.methods or set()) - IMPLICIT_METHODS) > 1
        else rule.endpoint,
        "tags": [rule.endpoint.partition(".")[0]],
        "summary": summary,
        "parameters": [
            *_path_parameters(rule),
            *_query_parameters(contract),
            *(_page_parameters() if contract.lists else []),
        ],
        "responses": {**_success(contract), **_refusals(contract, access, method), **_unready(view)},
    }
    if access != "public":
        scope = getattr(view, "scope", None)
        made["security"] = [{"session": []}, {"accessToken": []}, *([{"apiKey": []}] if scope else [])]
        if scope:  # in OpenAPI 3.0 a scheme that is not OAuth's has no scopes of its own
            made["x-scope"] = scope.value
            made["description"] = f"API keys need the scope `{scope.value}`."
    if contract.takes is not None:
        made["requestBody"] = {"required": True, "content": {JSON: {"schema": contract.takes}}}
    return made


def _path_parameters(rule: Rule) -> list[dict[str, Any]]:
    schema = {"type": "string", "format": "uuid"}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in sorted(rule.arguments)]


def _query_parameters(contract: Operation) -> list[dict[str, Any]]:
    asked = instance(contract.asks).fields if contract.asks else {}
    return [
        {"name": field.data_key or name, "in": "query", "schema": _field_properties(None, field)}
        for name, field in asked.items()
    ]


def _page_parameters() -> list[dict[str, Any]]:
    limits = {"page": 1_000_000, "limit": 100}
    return [
        {"name": name, "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": most}}
        for name, most in limits.items()
    ]


def _success(contract: Operation) -> dict[str, Any]:
    if contract.streams is not None:
        content = {contract.streams: {"schema": {"type": "string", "format": "binary"}}}
        return {str(contract.status): {"description": "Success", "content": content}}
    if contract.gives is None:
        return {str(contract.status): {"description": "Done"}}
    schema: Any = contract.gives
    if contract.lists is not None:
        listed = {"type": "array", "items": contract.gives}
        schema = {"type": "object", "properties": {contract.lists: listed, "pagination": PaginationView}}
    return {str(contract.status): {"description": "Success", "content": {JSON: {"schema": schema}}}}


def _unready(view: Callable[..., Any]) -> dict[str, Any]:
    """Describe a 503 that tells what is not ready, rather than an error."""
    contract: Operation | None = getattr(view, "unready", None)
    return _success(contract) if contract else {}


def _refusals(contract: Operation, access: str, method: str) -> dict[str, Any]:
    kinds = [*contract.refuses, Unavailable, RateLimited]
    kinds += [Unauthenticated, Forbidden] if access != "public" else []
    kinds += [CsrfFailed] if method not in SAFE_METHODS else []
    answers = [answer_for(_instance(kind)) for kind in kinds]
    codes: dict[int, set[str]] = defaultdict(set)
    for answer in answers:
        codes[answer.status].add(answer.code)
    if contract.takes is not None:
        codes[413].add("payload_too_large")
        codes[415].add("unsupported_media_type")
    if contract.takes is not None or contract.lists is not None or contract.asks is not None:
        codes[400].add("validation_error")
    content = {JSON: {"schema": ErrorView}}
    return {
        str(status): {"description": ", ".join(sorted(names)), "content": content} for status, names in codes.items()
    }


def _instance(kind: type[Exception]) -> Exception:
    return kind({}) if issubclass(kind, Invalid) else kind()


def _field_properties(_converter: Any, field: Field[Any], **_options: Any) -> dict[str, Any]:
    """Describe the product's own fields, which apispec does not know."""
    if isinstance(field, Text):
        return _text_properties(field)
    if isinstance(field, Emails | Identifiers | Choices):
        return _list_properties(field)
    if isinstance(field, Choice):
        return _choice_properties(field)
    if isinstance(field, Number):
        return {"type": "integer", "minimum": field.low, "maximum": field.high}
    return next((properties for kind, properties in PLAIN.items() if isinstance(field, kind)), {})


PLAIN: dict[type[Field[Any]], dict[str, Any]] = {
    Identifier: {"type": "string", "format": "uuid"},
    JsonObject: {"type": "object"},
    Moment: {"type": "string", "format": "date-time"},
    Truth: {"type": "boolean"},
}


def _text_properties(field: Text) -> dict[str, Any]:
    described: dict[str, Any] = {"type": "string", "maxLength": field.maximum}
    if field.minimum:
        described["minLength"] = field.minimum
    if isinstance(field, Email):
        described["format"] = "email"
    if isinstance(field, WebAddress):
        described["pattern"] = "^(https://.+)?$"  # an empty one is none, and no URI
    return described


def _choice_properties(field: Choice[Any]) -> dict[str, Any]:
    nothing = [None] if field.allow_none else []  # `nullable` adds no value to an enum
    return {"type": "string", "enum": [*(choice.value for choice in field.choices), *nothing]}


def _list_properties(field: Emails | Identifiers | Choices[Any]) -> dict[str, Any]:
    if isinstance(field, Emails):
        address = {"type": "string", "format": "email", "maxLength": MAX_EMAIL}
        return {"type": "array", "minItems": 1, "maxItems": field.most, "items": address}
    if isinstance(field, Identifiers):
        return {"type": "array", "minItems": 1, "maxItems": field.most, "items": PLAIN[Identifier]}
    items = {"type": "string", "enum": [choice.value for choice in field.choices]}
    return {"type": "array", "minItems": field.least, "maxItems": MAX_CHOICES, "items": items}
