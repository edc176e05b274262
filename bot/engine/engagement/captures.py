"""Captures: a word cloud out of the chat. A prompt is posted, lines of at most so many words are collected for a while, the most
frequent answers are posted.

An answer is a whole line: case, accents' width and punctuation at its ends do not count. Each person counts once for each
answer. History kind: ("capture", "one-word#1") {"id", "run", "state": open | closed, "prompt", "prompted", "opened", "closes",
"max_words", "top", "words": {answer: {"shown", "by": [author key, …]}}, "people"}; ("capture_open",) the key of the one that is
open.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from bot.domain.history import Draft
from bot.domain.signals import Message
from bot.engine.engagement import speech
from bot.engine.engagement.speech import Line
from bot.engine.engagement.texts import clip, line, one_line, quoted, times
from bot.engine.engagement.turn import Turn
from bot.ruleset.engagement import Capture

MOST = 2000
"""Different answers that are kept; later new ones are not."""
RESULTS_UNTIL = 300.0
Record = dict[str, Any]


def begin(turn: Turn, item: Capture, cause: str) -> str:
    """Opens a new run, closing one that is open. Its time counts from now on."""
    for record in _open(turn.draft):
        _close(turn, record)
    run = (turn.draft.get("capture_runs", item.id) or 0) + 1
    turn.draft.put(("capture_runs", item.id), run)
    record = {
        "id": item.id,
        "run": run,
        "state": "open",
        "cause": cause,
        "prompt": clip(one_line(item.prompt)),
        "opened": turn.now,
        "closes": turn.now + item.duration,
        "prompted": False,
        "max_words": item.max_words,
        "top": item.top,
        "words": {},
    }
    _put(turn, record)
    turn.draft.put(("capture_open",), f"{item.id}#{run}")
    _say(turn, record, "prompt", line(item.prompt, turn.event, turn.now), until=record["closes"])
    turn.tell(f"capture:{item.id} opened")
    return f"{item.id}#{run}"


def _put(turn: Turn, record: Record) -> None:
    turn.draft.put(("capture", f"{record['id']}#{record['run']}"), record)


def _open(draft: Draft) -> list[Record]:
    key = draft.get("capture_open")
    record = draft.get("capture", key) if key else None
    return [record] if record is not None and record["state"] == "open" else []


def take(turn: Turn, message: Message) -> None:
    """A visible attendee line while a capture is open."""
    for record in _open(turn.draft):
        answer = plain(message.text)
        if not answer or len(answer.split()) > record["max_words"] or turn.now >= record["closes"]:
            continue
        words, author = record["words"], message.author.key
        known = words.get(answer)
        if known is None and len(words) < MOST:
            _put(turn, {**record, "words": {**words, answer: {"shown": quoted(message.text, 40), "by": [author]}}})
        elif known is not None and author not in known["by"]:
            _put(turn, {**record, "words": {**words, answer: {**known, "by": [*known["by"], author]}}})


def plain(text: str) -> str:
    """What two equal answers have in common.

    >>> plain("  Très   BIEN!! "), plain("https://x.test")
    ('très bien', '')
    """
    if "://" in text or text.casefold().startswith("www."):
        return ""
    folded = " ".join(unicodedata.normalize("NFKC", one_line(text[:200])).casefold().split())
    start, end = 0, len(folded)
    while start < end and not folded[start].isalnum() and unicodedata.category(folded[start]) != "So":
        start += 1
    while end > start and not folded[end - 1].isalnum() and unicodedata.category(folded[end - 1]) != "So":
        end -= 1
    return folded[start:end]


def ranking(record: Record) -> list[tuple[str, int]]:
    """The answers as shown, with how many people gave each: most first, equal ones in the order in which they came."""
    counted = [(answer["shown"], len(answer["by"])) for answer in record["words"].values()]
    return sorted(counted, key=lambda pair: -pair[1])[: record["top"]]


def run(turn: Turn) -> None:
    """Closes what is over. Its time counts from when the prompt could be said; a prompt that could not ends it."""
    for record in _open(turn.draft):
        if turn.now >= _prompted(turn, record)["closes"]:
            _close(turn, _prompted(turn, record))


def close_by_hand(turn: Turn, capture_id: str) -> bool:
    """Ends the open run of a capture now. False if it is not open."""
    for record in _open(turn.draft):
        if record["id"] == capture_id:
            _close(turn, _prompted(turn, record))
            return True
    return False


def _prompted(turn: Turn, record: Record) -> Record:
    """The record as it is once the prompt was said."""
    said = turn.draft.get("said", _source(record, "prompt"))
    if said is None or record["prompted"]:
        return record
    new = {**record, "prompted": True, "closes": said["at"] + record["closes"] - record["opened"]}
    _put(turn, new)
    return new


def _close(turn: Turn, record: Record) -> None:
    _put(turn, {**record, "state": "closed"})
    turn.draft.drop("capture_open")
    turn.tell(f"capture:{record['id']} closed")
    if not record["prompted"]:
        speech.forget(turn, _source(record, "prompt"), "the capture is over")
        return
    people = {author for answer in record["words"].values() for author in answer["by"]}
    shown = ", ".join(f"{answer} ({count})" for answer, count in ranking(record))
    told = f"{shown} – {times(len(people), 'person', 'people')} answered" if shown else "nobody answered"
    text = clip(one_line(f"“{record['prompt']}”: {told}"))
    _say(turn, record, "result", text, until=turn.now + RESULTS_UNTIL)


def _say(turn: Turn, record: Record, step: str, text: str, *, until: float) -> None:
    key = turn.entry_key("say", f"capture.{record['id']}", record["run"], step)
    speech.say(turn, Line(key, text, _source(record, step), until, "high", f"capture:{record['id']}"))


def _source(record: Record, step: str) -> str:
    return f"capture-{step}:{record['id']}#{record['run']}"


def next_due(draft: Draft) -> Iterator[float]:
    """When the open one ends."""
    yield from (record["closes"] for record in _open(draft))
