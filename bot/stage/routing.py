"""A table of paths: which function answers which method and path. Templates look like `/chat/{event}/{ref}`.

Knows no platform: each brings its own table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.stage.wire import Answer

Answering = Callable[..., Answer]
"""Called with (world, call, *path parameters)."""


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table."""

    method: str
    template: str
    answer: Answering


class Routes:
    """Finds the line for a path. Literal segments win over parameters, whatever the order of the table."""

    def __init__(self, routes: list[Route]) -> None:
        self._by_shape: dict[tuple[str, int], list[tuple[tuple[str, ...], Route]]] = {}
        for route in sorted(routes, key=lambda each: each.template.count("{")):
            parts = tuple(route.template.strip("/").split("/"))
            self._by_shape.setdefault((route.method, len(parts)), []).append((parts, route))

    def find(self, method: str, path: tuple[str, ...]) -> tuple[Route, tuple[str, ...]] | None:
        """The table's line and the path parameters."""
        for parts, route in self._by_shape.get((method, len(path)), ()):
            taken = _taken(parts, path)
            if taken is not None:
                return route, taken
        return None

    def methods(self, path: tuple[str, ...]) -> set[str]:
        """Methods that the path knows; empty for an unknown path."""
        return {method for method, length in self._by_shape if length == len(path) and self.find(method, path)}


def _taken(parts: tuple[str, ...], path: tuple[str, ...]) -> tuple[str, ...] | None:
    taken = []
    for part, given in zip(parts, path, strict=True):
        if part.startswith("{"):
            taken.append(given)
        elif part != given:
            return None
    return tuple(taken)
