"""What a call asks for: pages, truth values, whole numbers; and the numbering of the rows that answer it (B-06 to B-11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from bot.stage.beestreamed.world import Refused, World
from bot.stage.feed import Feed, Window
from bot.stage.wire import Call

T = TypeVar("T")

DEFAULT_ROWS = 10


def truth(world: World, call: Call, name: str, default: bool = False) -> bool:
    """A truth value of the query or the body; one written otherwise than the switch wants counts as not there."""
    value = call.query.get(name, call.fields.get(name))
    style = world.switches.b06_true
    if value is None or (style == "ignored" and name in call.query):
        return default
    if isinstance(value, bool):
        return value
    text = str(value).lower()
    if style in ("both", "ignored") or name not in call.query:
        return text in ("true", "1")
    return text == style if text in ("true", "1") else False


def whole(call: Call, name: str, default: int) -> int:
    """A whole number of the query; 422 for anything else."""
    value = call.query.get(name, "")
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise Refused(422, f"{name} must be a number.", f"invalid_{name}") from None


def text(call: Call, name: str, required: bool = True) -> str:
    """A text of the body; 422 where it is missing or empty."""
    value = call.fields.get(name)
    if value is None or value == "":
        if required:
            raise Refused(422, f"{name} is required.", f"{name}_required")
        return ""
    return str(value)


def window(world: World, call: Call, chat: bool = False) -> Window:
    """Which page is asked for, under the switches."""
    switches = world.switches
    size = whole(call, "maxResults", DEFAULT_ROWS)
    if size > switches.b11_page_cap:
        if switches.b11_over == "refuse":
            raise Refused(422, "maxResults is too large.", "invalid_maxResults")
        size = DEFAULT_ROWS if switches.b11_over == "ten" else switches.b11_page_cap
    index = whole(call, "indexStart", -1)
    known = index >= 0 and (chat or switches.b10_index_elsewhere == "own_id")
    return Window(
        size=max(1, min(size, switches.b11_page_cap)),
        page=max(1, whole(call, "page", 1)),
        index=index if known else None,
        direction=switches.b09_direction,
        inclusive=switches.b09_inclusive,
        absent=switches.b09_absent if chat else "newest_page",
        newer_pages=switches.b09_newer_pages,
        shift=call.shift,
    )


def numbered(world: World, found: list[tuple[int, T]], total: int, row: Callable[[T], dict[str, Any]], key: str) -> list[Any]:
    """Rows of a page in the order of B-07, each with its row number in the style of B-08."""
    switches = world.switches
    if switches.b07_order == "desc":
        found = found[::-1]
    elif switches.b07_order == "shuffled":
        found = world.dice("shuffle").sample(found, len(found))
    rows = []
    for place, (at, item) in enumerate(found, 1):
        made = row(item)
        if switches.b08_row_num != "missing":
            made[key] = {"newest_is_one": total - at, "newest_is_total": at + 1, "position": place, "ones": 1}[switches.b08_row_num]
        rows.append(made)
    return rows


def listed(
    world: World,
    call: Call,
    feed: Feed[T],
    row: Callable[[T], dict[str, Any]],
    *,
    only: Callable[[T], bool] | None = None,
    key: str = "row_num",
) -> list[Any]:
    """A page of any list but chat's."""
    feed.settle(world.now())
    return numbered(world, feed.page(window(world, call), only), len(feed), row, key)
