"""Reading switches and faults from JSON: unknown names and values of the wrong kind are refused with a hint.

Works on any frozen dataclass whose fields are bool, int, float, str, Literal, tuple[str, ...] or dict[str, float].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from difflib import get_close_matches
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

S = TypeVar("S")


class SettingError(ValueError):
    """A switch that does not exist, or a value it cannot take; the text says what can be written instead."""


def changed(base: S, values: Mapping[str, Any]) -> S:
    """`base` with the named fields set; raises SettingError."""
    hints = get_type_hints(type(base))
    known = [each.name for each in fields(base)]  # type: ignore[arg-type]  # every caller hands in a dataclass
    for name in values:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise SettingError(f"unknown switch '{name}'" + (f": did you mean '{near[0]}'?" if near else ""))
    return replace(base, **{name: _fitting(name, value, hints[name]) for name, value in values.items()})  # type: ignore[type-var]  # ditto


def _fitting(name: str, value: Any, kind: Any) -> Any:
    if get_origin(kind) is Literal:
        if value in get_args(kind) and type(value) in {type(each) for each in get_args(kind)}:
            return value
        raise SettingError(f"'{name}' takes one of {', '.join(map(repr, get_args(kind)))}, not {value!r}")
    if get_origin(kind) is tuple and isinstance(value, list | tuple):
        return tuple(str(each) for each in value)
    if get_origin(kind) is dict and isinstance(value, Mapping):
        return {str(key): float(each) for key, each in value.items()}
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if kind in (bool, int, str) and type(value) is kind:
        return value
    raise SettingError(f"'{name}' takes a {getattr(kind, '__name__', kind)}, not {value!r}")
