"""A call and its answer, as values: what the platform clients write and read, and what the transport carries. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.platform_api.budget import Kind


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `path` is percent-encoded and starts with `/`; `name` is what messages call it (no refs, no values)."""

    name: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    form: bool = False
    kind: Kind = "read"
    priority: int = 3
    whose: str = ""
    """The event it is about: where calls wait, events take turns."""

    @property
    def changes(self) -> bool:
        """Whether the platform is another one afterwards."""
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer. `payload` is its JSON value, None when it had no body (204)."""

    status: int
    payload: Any = field(repr=False)
    asked: float
    """Our clock when the request left."""
    arrived: float
    platform_now: float | None
    """The Date header: whole seconds of the platform's clock."""
