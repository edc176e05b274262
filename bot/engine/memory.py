"""What the engine remembers of messages: the recent ones, so that a person can act on them, and people's verdicts, for ever.

History kinds: ("pace",) [messages so far, anchor count, anchor time, messages a second, blocks of those by settled
authors]; ("seen", ref) a `Seen` as a list;
("verdict", ref) and ("verdict_text", skeleton) {"verdict", "who", "at", "author", "ref"}; ("verdicts",) True once there are any.
How long recent messages are kept follows the pace, so that their number stays bounded whatever happens. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.domain.history import Draft
from bot.domain.ids import text_version
from bot.domain.signals import Message, Surface
from bot.ruleset.facts import Reads
from bot.ruleset.fold import skeleton

PACE_STEP = 100
PACE_FIELDS = 4
LAST = 500
"""So many messages the breaker looks back on."""
BLOCK = 50
SEEN_MESSAGES, SEEN_LONGEST, SEEN_SHORTEST = 3_000, 900.0, 5.0
ACTED_MESSAGES, ACTED_LONGEST, ACTED_SHORTEST = 10_000, 7_200.0, 60.0
TEXT_KEPT = 2_000
COPY_LENGTH = 10
"""A text that a person hid is hidden for everybody if its skeleton is so long; a shorter one ("yes") for its author only."""


def note_pace(draft: Draft, now: float, *, known: bool = True) -> tuple[int, float]:
    """Counts a message; how many there were, and how many a second there are lately. `known`: its author is settled."""
    count, anchor, since, rate, blocks = _pace(draft) or (0, 1, now, 0.0, [])
    count += 1
    if count - anchor >= PACE_STEP:
        rate = (count - anchor) / max(now - since, 0.001)
        anchor, since = count, now
    draft.put(("pace",), [count, anchor, since, rate, add_to_block(blocks, count) if known else blocks])
    return count, rate


def _pace(draft: Draft) -> list[Any] | None:
    known = draft.get("pace")
    return known if known is None or len(known) > PACE_FIELDS else [*known, []]


def message_count(draft: Draft) -> int:
    """How many messages of this event were judged."""
    known = draft.get("pace")
    return known[0] if known else 0


def known_count(draft: Draft) -> int:
    """About how many of the last LAST messages are of settled authors."""
    known = _pace(draft)
    return in_blocks(known[4], known[0]) if known else 0


def add_to_block(blocks: list[list[int]], count: int) -> list[list[int]]:
    """Counts one more, at message number `count`, in blocks of BLOCK messages: a few numbers stand for hundreds."""
    number = count // BLOCK
    if blocks and blocks[-1][0] == number:
        return [*blocks[:-1], [number, blocks[-1][1] + 1]]
    return [*[block for block in blocks if block[0] >= number - LAST // BLOCK], [number, 1]]


def in_blocks(blocks: list[list[int]], count: int) -> int:
    """How many were counted in the blocks that lie within the last LAST messages; at most LAST."""
    return min(LAST, sum(many for number, many in blocks if (number + 1) * BLOCK > count - LAST))


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as the engine remembers it."""

    ref: str
    surface: Surface
    author: str
    name: str
    status: str
    """As the platform had it when it was read."""
    text: str
    decision: str
    facts: dict[str, Any]
    """Of the decision: what it changed."""

    @property
    def version(self) -> str:
        """Of the text that was judged."""
        return self.decision.rpartition(":")[2]


def note_seen(draft: Draft, message: Message, decision: str, facts: dict[str, Any], now: float, rate: float) -> None:
    """Remembers a message and what was decided, acted ones longer; an edit never shortens it (store/rows.py relies on that)."""
    most, longest, shortest = (
        (ACTED_MESSAGES, ACTED_LONGEST, ACTED_SHORTEST) if facts else (SEEN_MESSAGES, SEEN_LONGEST, SEEN_SHORTEST)
    )
    kept = longest if rate <= 0 else min(longest, max(shortest, most / rate))
    author = message.author
    value = [message.surface, author.key, author.name, message.status, message.text[:TEXT_KEPT], decision, facts]
    key = ("seen", message.ref)
    earlier = draft.find(key)
    draft.put(key, value, max(now + kept, (earlier.until if earlier is not None else None) or 0.0))


def seen(draft: Reads, ref: str) -> Seen | None:
    """A message that is still remembered."""
    value = draft.get("seen", ref)
    return None if value is None else Seen(ref, *value)


def status_now(draft: Reads, ref: str) -> str:
    """The status that we last wanted a message to have, else that in which it was read; empty if it is not remembered."""
    known = seen(draft, ref)
    if known is None:
        return ""
    taken_away = "hidden" if known.surface == "chat" else "archived"
    if draft.get("swept", ref) is not None:
        return taken_away
    wanted = [what[2] for kind, *what in known.facts.get("changed", ()) if kind == "status" and what[0] == ref]
    return str(wanted[-1]) if wanted else known.status


def decision_id(message: Message) -> str:
    """Unique for a message and its text: an edited message is decided anew."""
    return f"{message.ref}:{text_version(message.text)}"


def copy_key(text: str) -> str:
    """What near copies of a text have in common; a text without letters and digits is its own."""
    return skeleton(text) or f"={text.strip().casefold()[:TEXT_KEPT]}"


def remember_verdict(draft: Draft, ref: str, verdict: str, who: str, now: float, *, author: str, text: str | None) -> None:
    """A person decided about a message: for this message and, where its text is known, for its copies."""
    copies = copy_key(text) if text else ""
    value = {"verdict": verdict, "who": who, "at": now, "author": author, "ref": ref, "copies": copies}
    draft.put(("verdict", ref), value)
    draft.put(("verdicts",), True)
    if copies:
        draft.put(("verdict_text", copies), value)


def forget_verdict(draft: Draft, ref: str) -> None:
    """A person took their verdict back."""
    known = draft.get("verdict", ref)
    if known is not None:
        draft.drop("verdict", ref)
        of_text = draft.get("verdict_text", known["copies"]) if known["copies"] else None
        if of_text is not None and of_text["ref"] == ref:
            draft.drop("verdict_text", known["copies"])


def verdict_on(draft: Draft, message: Message) -> dict[str, Any] | None:
    """A person's verdict on this message or on a copy of it. An edit to another text is another message."""
    if draft.get("verdicts") is None:
        return None
    own: dict[str, Any] | None = draft.get("verdict", message.ref)
    copies = copy_key(message.text)
    if own is not None and own["copies"] in ("", copies):
        return own
    of_text: dict[str, Any] | None = draft.get("verdict_text", copies)
    if of_text is None:
        return None
    hides = of_text["verdict"] in ("hide", "archive")
    if hides and len(copies) < COPY_LENGTH and of_text["author"] != message.author.key:
        return None
    return of_text
