"""One budget for everything the bot says.

A line is said at once, or waits with the reason and is said as soon as the budget allows, or is dropped with the reason when
its time is over. Three limits: `min_gap` from one line to the next, counted from when the platform has taken it; `max_share`:
for every two lines of the bot at most five minutes apart, all lines of the bot from the first to the second are within the
share of the attendee lines between them, which makes it hold in every five minutes, wherever they begin; `quiet_above`. Urgent
lines wait for nothing, but count. While a line is on its way no other follows.

History kinds: ("speech",) {"posts": [[key, at, attendee lines so far, settled], …]} of the last five minutes (or of min_gap);
("waiting", key) {"text", "source", "place", "since", "until", "priority", "cause", "why", "what", "decision"}; ("dropped", key)
the same with "at"; ("said", source) {"n", "at", "lines", "key", "before"}: how often, when last, and the attendee lines then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.domain.actions import Entry, PostMessage
from bot.domain.history import Draft
from bot.engine.engagement import lines
from bot.engine.engagement.texts import clip, one_line
from bot.engine.engagement.turn import DAY, SPEECH, Turn
from bot.ruleset.engagement import Speech

WINDOW = 300.0
REPLY_UNTIL = 30.0
LOST = 900.0
"""An entry of which nothing was heard for so long no longer holds the others up."""
RANK = {"urgent": 0, "high": 1, "normal": 2, "low": 3}
Post = list[Any]


@dataclass(frozen=True, slots=True)
class Line:
    """Something to be said. `source` is `announcement:ask-in-qa`, `poll:role`, …; `until` is when it is no longer worth saying."""

    key: str
    text: str
    source: str
    until: float
    priority: str = "normal"
    cause: str = ""
    what: str = "engagement"
    decision: str = ""
    """Of moderation that wants to say it."""


def hear(turn: Turn, entry: Entry) -> None:
    """A line of moderation (reply, warn, post) under the same budget; it keeps its key, cause and decision."""
    if isinstance(entry.action, PostMessage):
        until = turn.now + REPLY_UNTIL if entry.expires is None else entry.expires
        say(turn, Line(entry.key, entry.action.text, entry.cause, until, "normal", entry.cause, entry.what, entry.decision))


def say(turn: Turn, line: Line) -> None:
    """Says it now, or as soon as the budget allows."""
    place = max((item.value["place"] for _key, item in turn.draft.of_kind("waiting")), default=0) + 1
    record = {
        "text": clip(one_line(line.text)),
        "place": place,
        "source": line.source,
        "since": turn.now,
        "until": line.until,
        "priority": line.priority,
        "cause": line.cause or line.source,
        "what": line.what,
        "decision": line.decision,
        "why": "",
    }
    turn.draft.put(("waiting", line.key), record)
    flush(turn)


def flush(turn: Turn) -> None:
    """Says what may be said, in order; drops what is over; notes for the rest what it waits for."""
    for key, record in _in_order(turn.draft):
        if turn.now > record["until"]:
            drop(turn, key, record, record["why"] or "its time was over before it could be said")
            continue
        why = "" if record["priority"] == "urgent" else blocked(turn)
        if not why:
            _emit(turn, key, record)
        elif why != record["why"]:
            turn.draft.put(("waiting", key), {**record, "why": why})


def blocked(turn: Turn) -> str:
    """Why nothing but urgent lines may be said now; empty if it may."""
    speech, posts = turn.engagement.speech, recent(turn.draft, turn.engagement.speech, turn.now)
    if any(not settled and turn.now < at + LOST for _key, at, _lines, settled in posts):
        return "another line of the bot is on its way"
    # The same sum as in next_due: a difference may round to less. A line of the future was said before the clock was set back.
    if posts and posts[-1][1] <= turn.now < posts[-1][1] + speech.min_gap:
        return f"min_gap: the bot spoke {turn.now - posts[-1][1]:.0f} s ago (limit {speech.min_gap:g} s)"
    return _share(turn, speech, posts) or _quiet(turn, speech)


def _share(turn: Turn, speech: Speech, posts: list[Post]) -> str:
    if speech.max_share is None:
        return ""
    now = lines.total(turn.draft)
    for index, (_key, at, before, _settled) in enumerate(posts):
        if turn.now >= at + WINDOW:
            continue
        mine = len(posts) - index + 1
        if mine > speech.max_share * (now - before):
            return f"max_share: {mine} bot lines to {now - before} attendee lines (limit {speech.max_share:.0%})"
    return ""


def _quiet(turn: Turn, speech: Speech) -> str:
    limit = speech.quiet_above
    if limit is None:
        return ""
    seen = lines.within(turn, limit.seconds)
    return f"quiet_above: {seen} attendee lines in {limit.seconds:g} s (limit {limit.n})" if seen > limit.n else ""


def recent(draft: Draft, speech: Speech, now: float) -> list[Post]:
    """The bot's lines that still matter, oldest first: of the last five minutes, or of a longer min_gap."""
    known, kept = draft.get("speech"), max(WINDOW, speech.min_gap)
    return [post for post in (known["posts"] if known else ()) if abs(now - post[1]) < (kept if post[3] else LOST)]


def _in_order(draft: Draft) -> list[tuple[str, dict[str, Any]]]:
    waiting = [(key[1], item.value) for key, item in draft.of_kind("waiting")]
    return sorted(waiting, key=lambda pair: (RANK[pair[1]["priority"]], pair[1]["place"]))


def _emit(turn: Turn, key: str, record: dict[str, Any]) -> None:
    draft, heard = turn.draft, lines.total(turn.draft)
    draft.drop("waiting", key)
    posts = recent(draft, turn.engagement.speech, turn.now)
    draft.put(("speech",), {"posts": [*posts, [key, turn.now, heard, turn.situation.shadow]]})
    before = draft.get("said", record["source"])
    said = {"n": (before["n"] if before else 0) + 1, "at": turn.now, "lines": heard, "key": key}
    draft.put(
        ("said", record["source"]), {**said, "before": {k: v for k, v in before.items() if k != "before"} if before else None}
    )
    turn.put(
        Entry(
            key,
            turn.event.event,
            PostMessage(record["text"]),
            SPEECH,
            what=record["what"],
            cause=record["cause"],
            decision=record["decision"],
            created=turn.now,
            expires=record["until"],
        )
    )
    if record["source"].startswith("announcement:"):
        turn.tell(f"{record['source']} posted")


def drop(turn: Turn, key: str, record: dict[str, Any], why: str) -> None:
    """It will not be said; the reason stays to be seen."""
    turn.draft.drop("waiting", key)
    turn.draft.put(("dropped", key), {**record, "why": why, "at": turn.now}, turn.now + DAY)


def forget(turn: Turn, source: str, why: str) -> None:
    """Takes back what this source still wants to say."""
    for key, record in _in_order(turn.draft):
        if record["source"] == source:
            drop(turn, key, record, why)


def settled(turn: Turn, key: str, state: str, error: str) -> bool:
    """A line of ours is through, or not. False if it is none of ours."""
    posts = recent(turn.draft, turn.engagement.speech, turn.now)
    index = next((number for number, post in enumerate(posts) if post[0] == key), None)
    if index is None:
        return False
    through = [key, turn.now, lines.total(turn.draft), True]
    kept = [*posts[:index], *([through] if state == "done" else []), *posts[index + 1 :]]
    turn.draft.put(("speech",), {"posts": sorted(kept, key=lambda post: post[1])})
    if state != "done":
        _undo_said(turn, key, state, error)
    flush(turn)
    return True


def _undo_said(turn: Turn, key: str, state: str, error: str) -> None:
    """What did not reach the audience does not count as said."""
    turn.draft.put(("dropped", key), {"why": f"{state}: {error}" if error else state, "at": turn.now}, turn.now + DAY)
    for name, item in list(turn.draft.of_kind("said")):
        if item.value["key"] == key:
            before = item.value["before"]
            if before is None:
                turn.draft.drop(*name)
            else:
                turn.draft.put(name, {**before, "before": None})


def next_due(draft: Draft, speech: Speech, now: float, *, armed: bool) -> Iterator[float]:
    """When to look at the waiting lines again. `armed`: something else (an announcement) waits for the budget too."""
    waiting = [record for _key, record in _in_order(draft)]
    yield from (record["until"] + 0.001 for record in waiting)
    if not waiting and not armed:
        return
    for _key, at, _lines, settled in recent(draft, speech, now):
        yield from (at + wait for wait in (speech.min_gap, WINDOW, *(() if settled else (LOST,))))
    if speech.quiet_above is not None:
        yield from lines.leaving(draft, speech.quiet_above.seconds, now)
