"""What comes next in an event, from its board (engine/engagement/board.py): what starts, what ends, what waits and for what.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.ports import Pause

QUARTER = 900.0


def upcoming_of(board: Mapping[str, Any], now: float, within: float = QUARTER) -> dict[str, Any]:
    """Next first; `in` is in seconds. With what was put off (and by what), dropped and left out."""
    coming = [one for one in _coming(board) if one["at"] <= now + within]
    return {
        "next": [one | {"in": max(0.0, round(one["at"] - now, 1))} for one in sorted(coming, key=lambda one: float(one["at"]))],
        "waiting": board["waiting"],
        "dropped": board["dropped"],
        "skipped": board["skipped"],
    }


def held_by(pauses: Sequence[Pause], channel: str, event: str, mode: str) -> str:
    """What keeps everything of an event from being sent at the moment, in words; empty if nothing does."""
    if mode == "shadow":
        return "the bot is in shadow mode and sends nothing"
    for pause in pauses:
        if pause.channel in ("", channel) and pause.event in ("", event) and pause.what in ("all", "engagement"):
            return f"paused by {pause.who}" + (" until resumed" if pause.until is None else "")
    return ""


def _coming(board: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in board["items"]:
        if item["next"] is not None:
            yield {name: item[name] for name in ("key", "kind", "id", "mode")} | {"what": "starts", "at": item["next"]}
    for kind, section in (("poll", "polls"), ("capture", "captures")):
        for one in board[section]:
            if one["state"] == "open" and one["closes"] is not None:
                yield {"key": one["key"], "kind": kind, "id": one["id"], "mode": "act", "what": "closes", "at": one["closes"]}
