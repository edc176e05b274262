"""The OpenAPI 3.1 description of the control API, made from the routes and their models. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.control.models import Problem
from bot.control.routes import Route
from bot.control.sessions import COOKIE, CSRF_HEADER

_REF = "#/components/schemas/{model}"
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": f"From POST session; each POST needs the header {CSRF_HEADER} with the csrf that GET session tells.",
    },
}
_WORDS = {
    400: "The call is malformed.",
    401: "No token, or a wrong one.",
    403: "This role may not do that.",
    404: "There is no such thing.",
    409: "It cannot be done in this state.",
    413: "The body is too large.",
    415: "The body must be application/json.",
    422: "A value is not acceptable.",
    503: "Not now.",
}


def describe(routes: Sequence[Route], version: str) -> dict[str, Any]:
    """The whole document."""
    models = _models(routes)
    _, schemas = models_json_schema(
        [(model, "validation" if model in _bodies(routes) else "serialization") for model in models], ref_template=_REF
    )
    paths: dict[str, Any] = {}
    streams: dict[str, Any] = {}
    for route in routes:
        (streams if route.endless else paths).setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Usher control API", "version": version},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"session": []}],
        "paths": paths,
        "x-streams": streams,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": _SCHEMES,
        },
    }


def _bodies(routes: Sequence[Route]) -> set[type[BaseModel]]:
    return {route.body for route in routes if route.body}


def _models(routes: Sequence[Route]) -> list[type[BaseModel]]:
    found: dict[type[BaseModel], None] = {Problem: None}
    for route in routes:
        for model in (route.answer, route.body):
            if model is not None:
                found[model] = None
    return list(found)


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.handler.__name__,
        "summary": route.summary,
        "x-role": "nobody" if route.open else route.role,
        "parameters": _path_parameters(route) + _query_parameters(route),
        "responses": {"200": _done(route), **_problems(route)},
    }
    if route.open:
        operation["security"] = []
    if route.body is not None:
        required = any(field.is_required() for field in route.body.model_fields.values()) or _wants_something(route.body)
        operation["requestBody"] = {"required": required, **_content(route.body, "")}
        operation["requestBody"].pop("description", None)
    return operation


def _wants_something(body: type[BaseModel]) -> bool:
    extra = body.model_config.get("json_schema_extra")
    return isinstance(extra, dict) and "minProperties" in extra


def _done(route: Route) -> dict[str, Any]:
    if route.answer is not None:
        return _content(route.answer, "Done.")
    return {"description": "The file.", "content": {kind: {} for kind in route.kinds}}


def _content(model: type[BaseModel], text: str, kind: str = "application/json") -> dict[str, Any]:
    return {"description": text, "content": {kind: {"schema": {"$ref": _REF.format(model=model.__name__)}}}}


def _problems(route: Route) -> dict[str, Any]:
    statuses = {400, 401, 403, 421, *route.errors}
    if route.body is not None:
        statuses |= {413, 415, 422}
    if route.query.model_fields:
        statuses.add(422)
    if route.choices or "{" in route.path:
        statuses.add(404)
    return {
        str(status): _content(Problem, _WORDS.get(status, "A problem."), "application/problem+json") for status in sorted(statuses)
    }


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(route, name)}
        for name in re.findall(r"{(\w+)}", route.path)
    ]


def _path_schema(route: Route, name: str) -> dict[str, Any]:
    if name in route.choices:
        return {"type": "string", "enum": list(route.choices[name])}
    return {"type": "string", "minLength": 1, "maxLength": 128}


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    schema = route.query.model_json_schema()
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": part}
        for name, part in schema.get("properties", {}).items()
    ]
