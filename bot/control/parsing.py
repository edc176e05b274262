"""From a request to the checked values of its route; what does not fit is refused with ApiError."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ValidationError

from bot.control.refusal import ApiError
from bot.control.routes import Route

MAX_BODY = 64 * 1024
"""Of the API and of webhooks alike (reliability 3.8)."""
BODY_TIME = 10.0  # seconds for a body to arrive; a lying Content-Length would wait for ever (F6)
MAX_PATH_VALUE = 128


async def raw_body(request: web.Request) -> bytes:
    """The bytes as they came."""
    if (request.content_length or 0) > MAX_BODY:
        raise ApiError(413, f"at most {MAX_BODY} bytes")
    try:
        async with asyncio.timeout(BODY_TIME):
            return await request.read()
    except TimeoutError:
        raise ApiError(408, "the body did not arrive in time") from None


def path_of(request: web.Request) -> Mapping[str, str]:
    """The values in the path."""
    values = dict(request.match_info)
    for name, value in values.items():
        if not value or len(value) > MAX_PATH_VALUE:
            raise ApiError(404, f"'{name}' is empty or too long")
    return values


def query_of(route: Route, request: web.Request) -> BaseModel:
    """The route's query."""
    names = list(request.query)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ApiError(422, f"'{twice}' is given twice")
    return _checked(lambda: route.query.model_validate(dict(request.query)))


async def body_of(route: Route, request: web.Request) -> BaseModel | None:
    """The route's body; None for a route without one."""
    if route.body is None:
        return None
    raw = await raw_body(request)
    model = route.body
    if not raw:
        return _checked(lambda: model.model_validate({}))
    if request.content_type != "application/json":
        raise ApiError(415, "the body must be application/json")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise ApiError(415, "send the body as it is, without compression")
    try:
        data = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, f"the body is not JSON: {error}"[:200]) from None
    return _checked(lambda: model.model_validate(data, strict=True))


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def _checked(make: Callable[[], BaseModel]) -> BaseModel:
    try:
        return make()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        raise ApiError(422, f"{place}: {first['msg']}") from None
