"""Recorded messages as a show: JSON Lines in, the same timed acts out (CONTRACT "Replay records"). Pure but for `read`.

Keys: `t` (seconds from the start; missing = one second after the record before), `text`, `name` or `author`, `email`, `surface`.
Unknown keys are ignored. A time that goes back starts a new part right after the one before: recordings are often several in a row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.rehearsal.audience_acts import Act, Person, Plan, Say, Turn

_STEP = 1.0
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
    tape = _Tape()
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            said.append(_say(json.loads(line), tape, number))
        except (ValueError, TypeError, RecursionError) as problem:
            problems.append((number, str(problem)))
    return Recorded(tuple(said), tuple(problems))


def tightened(said: Iterable[Say], longest_gap: float) -> tuple[Say, ...]:
    """The same lines with every silence cut to at most `longest_gap` seconds."""
    out: list[Say] = []
    before, at = 0.0, 0.0
    for say in said:
        at += min(max(0.0, say.at - before), longest_gap)
        before = say.at
        out.append(replace(say, at=at))
    return tuple(out)


def show(said: tuple[Say, ...], lead: float = 2.0, tail: float = 5.0) -> Plan:
    """A whole event around recorded lines: live from the start, the first line `lead` seconds later; done `tail` after the last."""
    begin = said[0].at if said else 0.0
    moved = [replace(say, at=say.at - begin + lead) for say in said]
    end = (moved[-1].at if moved else lead) + tail
    acts: list[Act] = [Turn(0.0, status="live"), *moved, Turn(end, status="done")]
    people = tuple({say.person.email or say.person.name: say.person for say in moved}.values())
    return Plan(end + tail, tuple(acts), people)


class _Tape:
    """Where the recording stands: its own last time, the show's, and what lies between the two."""

    def __init__(self) -> None:
        self._raw = -_STEP
        self._at = -_STEP
        self._ahead = 0.0

    def place(self, t: float | None) -> float:
        """The time of the next line in the show; never earlier than the one before."""
        raw = self._raw + _STEP if t is None else t
        if raw < self._raw - _JITTER:
            self._ahead = self._at + _STEP - raw
        self._raw = raw
        self._at = max(self._at, raw + self._ahead)
        return self._at


def _say(record: Any, tape: _Tape, number: int) -> Say:
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
    at = tape.place(None if t is None else float(t))
    return Say(at, _person(record, number), text, surface, "", "recorded")


def _person(record: dict[str, Any], number: int) -> Person:
    name = str(record.get("name") or record.get("author") or f"guest {number}")
    return Person(name, str(record.get("email") or ""))
