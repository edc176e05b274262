"""One route: method, path, role, shapes, handler in one place: the description (openapi.py) cannot differ from the code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from bot.control.auth import Person, Role
from bot.control.desk import Desk
from bot.control.entrance import Entrance
from bot.control.models import Nothing
from bot.control.sessions import Session

NOBODY = Person("", "viewer")
"""Who calls a route that is open."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, checked: `body` and `query` are instances of the route's models."""

    person: Person
    path: Mapping[str, str]
    body: Any
    query: Any
    request: web.Request
    """For cookies and streams; everything else of it has been checked already."""
    entrance: Entrance
    session: Session | None = None
    """None for a bearer token."""


@dataclass(frozen=True, slots=True)
class Document:
    """An answer that is a file."""

    name: str
    content_type: str
    body: bytes
    headers: Mapping[str, str]


Handler = Callable[[Desk, Call], Awaitable[BaseModel | Document | web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """What stands in the description, and what runs."""

    method: str
    path: str
    role: Role
    handler: Handler
    answer: type[BaseModel] | None
    """None: a Document of one of the `kinds`."""
    body: type[BaseModel] | None
    query: type[BaseModel]
    errors: tuple[int, ...]
    choices: Mapping[str, tuple[str, ...]]
    kinds: tuple[str, ...] = ()
    """Content types of a Document."""
    open: bool = False
    """Needs neither token nor session."""
    endless: bool = False
    """A stream."""

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return (self.handler.__doc__ or "").strip().split("\n")[0]


class Routes:
    """Collects the routes of one file of handlers."""

    def __init__(self) -> None:
        self.all: list[Route] = []

    def add(
        self,
        method: str,
        path: str,
        *,
        answer: type[BaseModel] | None,
        role: Role = "viewer",
        body: type[BaseModel] | None = None,
        query: type[BaseModel] = Nothing,
        errors: tuple[int, ...] = (),
        choices: Mapping[str, tuple[str, ...]] | None = None,
        kinds: tuple[str, ...] = (),
        open: bool = False,
        endless: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Registers a handler; `choices` lists the words a path parameter may be."""

        def register(handler: Handler) -> Handler:
            self.all.append(Route(method, path, role, handler, answer, body, query, errors, choices or {}, kinds, open, endless))
            return handler

        return register
