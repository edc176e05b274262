"""How a call to BeeStreamed is written: query, body, encodings. Pure; one function for each kind of request.

Queries for GET, JSON or form bodies for the others (B-05), flags in queries as configured and left out at their default (B-06).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from bot.platform_api.beestreamed.paths import path_of
from bot.platform_api.budget import Kind
from bot.platform_api.call import Call

Priority = Literal[0, 1, 2, 3, 4, 5]


class Writing:
    """The switches of a channel that say how requests are written."""

    def __init__(self, *, form: bool = False, query_true: str = "true") -> None:
        self._form = form
        self._true = query_true

    def get(
        self, name: str, query: Mapping[str, Any] | None = None, *, kind: Kind = "read", priority: int = 3, **refs: str
    ) -> Call:
        """A read. Query values that are None or False are at their default and left out."""
        pairs = tuple((key, self._true if value is True else str(value)) for key, value in (query or {}).items() if _is_said(value))
        return Call(f"GET {name}", "GET", path_of(name, **refs), pairs, kind=kind, priority=priority)

    def change(
        self,
        method: Literal["POST", "PATCH"],
        name: str,
        body: Mapping[str, Any] | None = None,
        *,
        priority: int = 3,
        as_json: bool = False,
        **refs: str,
    ) -> Call:
        """A call that changes something. `as_json`: the documents show JSON for this one, whatever is configured."""
        form = self._form and not as_json
        sent = None if body is None else ({key: self._plain(value) for key, value in body.items()} if form else dict(body))
        path, event = path_of(name, **refs), refs.get("event", "")
        return Call(f"{method} {name}", method, path, body=sent, form=form, kind="act", priority=priority, whose=event)

    def remove(self, name: str, query: Mapping[str, Any] | None = None, *, priority: int = 3, **refs: str) -> Call:
        """A DELETE: what it is about stands in the query (B-05)."""
        pairs = tuple((key, str(value)) for key, value in (query or {}).items() if _is_said(value))
        return Call(f"DELETE {name}", "DELETE", path_of(name, **refs), pairs, kind="act", priority=priority)

    def _plain(self, value: Any) -> Any:
        if isinstance(value, bool):
            return self._true if value else ("false" if self._true == "true" else "0")
        return value


def _is_said(value: Any) -> bool:
    return value is not None and value is not False
