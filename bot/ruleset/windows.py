"""What has to be remembered after each message so that conditions like `rate` can look back; and the pure function that does it.

History kinds: ("rate", id, value) [t, …], or [[t, distinct value], …] when the id names one; ("own", author) [[t, skeleton], …];
("others",) [[t, author, skeleton, ref], …]; ("questions",) [[ref, skeleton], …]. Newest last. Windows are half-open: what is
exactly one window old is out. More is kept than a threshold needs, so that editing one keeps the count. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.domain.history import Key
from bot.domain.ids import text_version
from bot.ruleset.facts import Facts
from bot.ruleset.views import hosts_of, skeleton_of

By = Literal["author", "text", "domain", "event"]
AT_LEAST_SECONDS = 600.0
"""Shorter windows are kept this long as well: a moderator may lengthen one in the middle of a raid."""
MOST_HOSTS = 5
MOST_QUESTIONS = 1000


@dataclass(frozen=True, slots=True)
class Window:
    """Something to remember. `by` and `distinct` matter for rates only, `min_length` for texts; `keep` is how many at most."""

    kind: Literal["rate", "own", "others", "questions"]
    seconds: float
    keep: int
    by: By = "event"
    distinct: Literal["", "author", "text", "domain"] = ""
    min_length: int = 0
    """Texts that are shorter need not be remembered."""

    @property
    def id(self) -> str:
        """Names what is counted, not who counts it: all rules that count the same share one memory."""
        return rate_id(self.by, self.distinct)


def rate_id(by: By, distinct: str) -> str:
    """What is counted, and by what."""
    return f"{by}/{distinct}" if distinct else by


def merge(windows: Iterable[Window]) -> tuple[Window, ...]:
    """One window for each memory: the longest and largest that any rule asks for."""
    found: dict[tuple[str, str], Window] = {}
    for window in windows:
        name = (window.kind, window.id)
        known = found.get(name, window)
        found[name] = Window(
            window.kind,
            max(known.seconds, window.seconds),
            max(known.keep, window.keep),
            window.by,
            window.distinct,
            min(known.min_length, window.min_length),
        )
    return tuple(found.values())


def record(facts: Facts, windows: Sequence[Window]) -> list[tuple[Key, Any, float | None]]:
    """What the message of `facts` adds: (key, new value, until). `windows` should come out of `merge`. Alters nothing."""
    changes: list[tuple[Key, Any, float | None]] = []
    for window in windows:
        if window.kind == "questions":
            changes += _question(facts)
            continue
        for key, entry in _entries(facts, window):
            held = facts.history.get(*key) or ()
            fresh = held[_first_after(held, facts.now - window.seconds, len(held) - window.keep + 1) :]
            changes.append((key, [*fresh, entry], facts.now + window.seconds))
    return changes


def _first_after(held: Sequence[Any], since: float, first: int) -> int:
    """Position of the first entry that is still wanted; the newest stand last, so few are looked at."""
    position = max(0, first)
    while position < len(held) and _time(held[position]) <= since:
        position += 1
    return position


def _time(entry: Any) -> float:
    moment: float = entry[0] if isinstance(entry, list | tuple) else entry
    return moment


def _entries(facts: Facts, window: Window) -> list[tuple[Key, Any]]:
    author = facts.message.author.key
    if window.kind == "rate":
        return [(("rate", window.id, value), rate_entry(facts, window.distinct)) for value in values_by(facts, window.by)]
    skeleton = "" if len(facts.message.text) < window.min_length else skeleton_of(facts)
    if not skeleton:
        return []
    if window.kind == "own":
        return [(("own", author), [facts.now, skeleton])]
    return [(("others",), [facts.now, author, skeleton, facts.message.ref])]


def _question(facts: Facts) -> list[tuple[Key, Any, float | None]]:
    message = facts.message
    if message.surface != "qa" or not skeleton_of(facts):
        return []
    held = [old for old in facts.history.get("questions") or () if old[0] != message.ref]
    return [(("questions",), [*held[-MOST_QUESTIONS + 1 :], [message.ref, skeleton_of(facts)]], None)]


def rate_entry(facts: Facts, distinct: str) -> Any:
    """What is noted for a rate: the moment, with the value that has to differ where distinct ones are counted."""
    if not distinct:
        return facts.now
    kinds: dict[str, By] = {"author": "author", "text": "text", "domain": "domain"}
    values = values_by(facts, kinds[distinct])
    return [facts.now, values[0] if values else ""]


def values_by(facts: Facts, by: By) -> tuple[str, ...]:
    """What the message is counted under: its author, the digest of its text, the hosts it links to, or the event."""
    if by == "author":
        return (facts.message.author.key,)
    if by == "text":
        skeleton = skeleton_of(facts)
        return (text_version(skeleton),) if skeleton else ()
    return tuple(sorted(hosts_of(facts)))[:MOST_HOSTS] if by == "domain" else ("",)
