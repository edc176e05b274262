"""Recorded messages as a show: JSON Lines in, the same timed acts out (CONTRACT "Replay records"). Pure but for `read`.

Keys: `t` (seconds from the start; missing = one second after the record before), `text`, `name` or `author`, `email`, `surface`,
`event` or `room`. Unknown keys are ignored. Each room is an event of its own, with its own time; all of them begin together.
A time that goes back starts a new part of its room right after the one before: recordings are often several in a row.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.rehearsal.audience_acts import Act, Person, Plan, Say, Turn

_STEP = 1.0
_DONE = 1.0
"""Seconds that the bot usually takes to be done with a line in a quiet room: it reads once a second there."""
_BORING = 10.0
"""Where silence is left out at all, none is longer than this."""
_JITTER = 60.0
"""Within one recording, times that are out of order by less than this are a slip, not a new part."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was read: the lines, and what could not be read, as (line number from 1, what is wrong)."""

    said: tuple[Say, ...]
    problems: tuple[tuple[int, str], ...] = ()


def read(path: Path) -> Recorded:
    """Reads a file of JSON Lines; OSError where it cannot be opened."""
    with path.open(encoding="utf-8", errors="replace") as source:
        return recorded(source)


def recorded(source: Iterable[str]) -> Recorded:
    """Timed lines out of records; empty lines are skipped."""
    said: list[Say] = []
    problems: list[tuple[int, str]] = []
    tapes = _Tapes()
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            said.append(_say(json.loads(line), tapes, number))
        except (ValueError, TypeError, RecursionError) as problem:
            problems.append((number, str(problem)))
    return Recorded(tuple(sorted(said, key=lambda say: say.at)), tuple(problems))


def show(said: tuple[Say, ...], limit: float | None = None, lead: float = 2.0, tail: float = 5.0) -> Plan:
    """Whole events around recorded lines: live from the start, the first line `lead` seconds later; done `tail` after the last.

    With a `limit` (seconds), just so much of the silences passes in an instant that the rest can be played in this time.
    """
    begin = said[0].at if said else 0.0
    moved = [replace(say, at=say.at - begin + lead) for say in said]
    end = (moved[-1].at if moved else lead) + tail
    rooms = tuple(dict.fromkeys(say.event for say in moved)) or ("",)
    begins = [Turn(0.0, status="live", event=room) for room in rooms]
    ends = [Turn(end, status="done", event=room) for room in rooms]
    people = tuple({say.person.email or say.person.name: say.person for say in moved}.values())
    acts: tuple[Act, ...] = (*begins, *moved, *ends)
    return Plan(end + tail, acts, people, longest_silence=None if limit is None else longest_silence(acts, limit))


def longest_silence(acts: Sequence[Act], limit: float) -> float | None:
    """The longest silence, in seconds, that is lived through when all acts shall fit into `limit`; None: all of them fit."""
    gaps = [after.at - before.at for before, after in pairwise(acts)]
    if sum(gaps) <= limit:
        return None
    low, high = 0.0, min(limit, _BORING)
    for _ in range(40):
        middle = (low + high) / 2
        fits = sum(min(gap, middle + _DONE) for gap in gaps) <= limit
        low, high = (middle, high) if fits else (low, middle)
    return low


class _Tapes:
    """A tape for each room; a line without a time comes one second after the line before, whatever room that was in."""

    def __init__(self) -> None:
        self._rooms: defaultdict[str, _Tape] = defaultdict(_Tape)
        self._raw = -_STEP

    def place(self, room: str, t: float | None) -> float:
        """The time of the next line in the show."""
        self._raw = self._raw + _STEP if t is None else t
        return self._rooms[room].place(self._raw)


class _Tape:
    """Where a room's recording stands: its own last time, the show's, and what lies between the two."""

    def __init__(self) -> None:
        self._raw = -_STEP
        self._at = -_STEP
        self._ahead = 0.0

    def place(self, raw: float) -> float:
        """The time of the next line in the show; never earlier than the one before."""
        if raw < self._raw - _JITTER:
            self._ahead = self._at + _STEP - raw
        self._raw = raw
        self._at = max(self._at, raw + self._ahead)
        return self._at


def _say(record: Any, tapes: _Tapes, number: int) -> Say:
    if not isinstance(record, dict):
        raise TypeError("a record must be an object")
    text = record.get("text")
    if not isinstance(text, str):
        raise TypeError("'text' must be a text")
    surface = record.get("surface", "chat")
    if surface not in ("chat", "qa"):
        raise ValueError("'surface' must be chat or qa")
    t = record.get("t")
    if t is not None and (isinstance(t, bool) or not isinstance(t, int | float) or not 0 <= t < 1e9):
        raise TypeError("'t' must be seconds from the start")
    room = _room(str(record.get("event") or record.get("room") or ""))
    at = tapes.place(room, None if t is None else float(t))
    return Say(at, _person(record, number), text, surface, "", "recorded", room)


def _room(name: str) -> str:
    """A room's name as an event's ref, which stands in addresses."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:64]


def _person(record: dict[str, Any], number: int) -> Person:
    name = str(record.get("name") or record.get("author") or f"guest {number}")
    return Person(name, str(record.get("email") or ""))
