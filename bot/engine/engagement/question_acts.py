"""What people do with a question: approve, queue, answering, answered, follow_up, decline, merge, split, claim, promote.

Each returns why it was not done, or nothing.
"""

from __future__ import annotations

from typing import Any

from bot.domain.signals import Author, Message
from bot.engine.engagement import questions
from bot.engine.engagement.questions import Record, by_number, cluster, put, root, set_status
from bot.engine.engagement.turn import Turn

CLAIM = 60.0
_PLAIN = {"queue": "queued", "answering": "answering", "follow_up": "follow_up"}


def act(turn: Turn, number: str, data: dict[str, Any], who: str) -> str:
    """`data` is {"do": …, "into": number} (into for merge only)."""
    record, wanted = by_number(turn.draft, number), str(data.get("do") or "")
    if record is None:
        return f"there is no question {number}"
    claim = record["claim"]
    if claim is not None and claim["until"] > turn.now and claim["who"] != who:
        return f"{claim['who']} is at it for another {claim['until'] - turn.now:.0f} s"
    if wanted in _PLAIN or wanted == "approve":
        return _open(turn, root(turn.draft, record), wanted)
    if wanted == "merge":
        return _merge(turn, record, str(data.get("into") or ""))
    done = {"answered": _answered, "decline": _decline, "split": _split}.get(wanted)
    if done is not None:
        return done(turn, record)
    if wanted in ("claim", "unclaim"):
        put(turn, record, claim={"who": who, "until": turn.now + CLAIM} if wanted == "claim" else None)
        return ""
    possible = "approve, queue, answering, answered, follow_up, decline, merge, split, claim or unclaim"
    return f"nobody knows how to '{wanted}' a question; write {possible}"


def _open(turn: Turn, record: Record, wanted: str) -> str:
    """Whoever works at a question means it to be seen."""
    set_status(turn, put(turn, record, state=_PLAIN.get(wanted, "approved")), "approved")
    return ""


def _answered(turn: Turn, record: Record) -> str:
    """Closes the whole cluster."""
    policy = turn.engagement.qa
    for one in cluster(turn.draft, record):
        done = put(turn, one, answered=turn.now, claim=None, **({} if one["lead"] is not None else {"state": "answered"}))
        if policy is None or policy.on_answered == "archive":
            set_status(turn, done, "archived")
    return ""


def _decline(turn: Turn, record: Record) -> str:
    top = put(turn, root(turn.draft, record), state="declined", claim=None)
    set_status(turn, top, "archived")
    return ""


def _merge(turn: Turn, record: Record, into: str) -> str:
    other = by_number(turn.draft, into)
    if other is None:
        return f"there is no question {into}"
    mine, theirs = root(turn.draft, record), root(turn.draft, other)
    if mine["n"] == theirs["n"]:
        return f"questions {record['n']} and {into} are one already"
    put(turn, mine, lead=theirs["n"], before=mine["state"], state="duplicate")
    return ""


def _split(turn: Turn, record: Record) -> str:
    """What was merged into it before stays with it."""
    if record["lead"] is None:
        return f"question {record['n']} is no duplicate"
    put(turn, record, lead=None, state=record["before"], before="")
    return ""


def promote(turn: Turn, offer: str, value: dict[str, Any]) -> str:
    """A chat line becomes a question of ours; on the platform it stays where it is."""
    turn.draft.drop("offer", offer)
    author = Author(str(value["name"]), str(value["email"]))
    message = Message(turn.event.event, str(value["ref"]), "chat", str(value["text"]), author, read=turn.now)
    if turn.engagement.qa is None:
        return "the rule files say nothing about questions"
    questions.take(turn, message, None)
    return ""
