"""Takes what one course of events added out of a remembered value, and leaves what else came to it. Pure.

`base` is the value with what is to be taken out, `wanted` the value without it, `live` the value as it is: mostly `base`, then the
answer is `wanted`.
"""

from __future__ import annotations

from typing import Any

GONE: Any = None
"""Stands for a value that is not there."""


def merged(live: Any, base: Any, wanted: Any) -> Any:
    """`live` with the step from `base` to `wanted` applied.

    >>> merged([1, 2, 9], [1, 2], [1])
    [1, 9]
    >>> merged({"hidden": 5, "name": "Ann"}, {"hidden": 3}, {"hidden": 2})
    {'hidden': 4, 'name': 'Ann'}
    """
    if live == base:
        return wanted
    if base == wanted or live is GONE:
        return live
    if _all(dict, live, base, wanted):
        return _mappings(live, base or {}, wanted or {})
    if _all(list, live, base, wanted):
        return _lists(live, base or [], wanted or [])
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in (live, base, wanted)):
        return max(0, live + wanted - base)
    return live


def _all(kind: type, live: Any, *others: Any) -> bool:
    return isinstance(live, kind) and all(other is GONE or isinstance(other, kind) for other in others)


def _mappings(live: dict[str, Any], base: dict[str, Any], wanted: dict[str, Any]) -> Any:
    new: dict[str, Any] = {}
    for name in dict.fromkeys([*live, *wanted]):
        if name not in base and name not in wanted:
            new[name] = live[name]
            continue
        value = merged(live.get(name), base.get(name, _zero(live.get(name))), wanted.get(name, _zero(live.get(name))))
        if name in wanted or value not in (GONE, 0):
            new[name] = value
    return new or GONE


def _zero(like: Any) -> Any:
    return 0 if isinstance(like, int | float) and not isinstance(like, bool) else GONE


def _lists(live: list[Any], base: list[Any], wanted: list[Any]) -> Any:
    taken = [item for item in base if item not in wanted]
    added = [item for item in wanted if item not in base]
    return [item for item in live if item not in taken] + [item for item in added if item not in live] or GONE
