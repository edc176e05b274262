"""Lists of rows as BeeStreamed sends them: the envelope off, each row decoded by itself, a bad one dropped but not lost sight of.

Pure, except that `Oddities` counts. Rules: contract digest section 12, B-02, A10.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.domain.errors import BadAnswer
from bot.platform_api.oddities import BadRow, Oddities, Row

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """The good rows of one answer. `received` counts all, bad ones included."""

    good: tuple[T, ...]
    received: int


def unwrapped(payload: Any) -> Any:
    """The payload without its envelope: `data`, and `data` once more where it stands alone in it."""
    if not isinstance(payload, Mapping) or "data" not in payload:
        return payload
    inner = payload["data"]
    if isinstance(inner, Mapping) and set(inner) == {"data"}:
        return inner["data"]
    return inner


def decode_rows(payload: Any, decode: Callable[[Row], T], what: str, oddities: Oddities) -> Rows[T]:
    """Decodes each row by itself. Raises BadAnswer when the payload is no list; nothing a row holds can raise."""
    rows = unwrapped(payload)
    if not isinstance(rows, list):
        raise BadAnswer(f"a list of {what} rows was expected, {_kind(rows)} came")
    good: list[T] = []
    for row in rows:
        if not isinstance(row, Mapping):
            oddities.note(f"{what} row dropped: {_kind(row)} instead of an object")
            continue
        try:
            good.append(decode(row))
        except BadRow as reason:
            oddities.note(f"{what} row dropped: {reason}", row)
    return Rows(tuple(good), len(rows))


def one_object(payload: Any, what: str) -> Row:
    """The single object of an answer. Raises BadAnswer."""
    found = unwrapped(payload)
    if not isinstance(found, Mapping):
        raise BadAnswer(f"{what} was expected, {_kind(found)} came")
    return found


def first_of(row: Row, names: Sequence[str]) -> Any:
    """The value of the first of these keys that the row has; None when it has none."""
    for name in names:
        if name in row:
            return row[name]
    return None


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", type(None): "nothing", bool: "a truth value"}
    return names.get(type(value), "a number")
