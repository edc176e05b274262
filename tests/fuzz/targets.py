"""What is fuzzed: each target takes any bytes through a parser and what stands behind it; only its own errors may come out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from bot.cli.loading import load_ruleset
from bot.domain.errors import BadAnswer
from bot.domain.signals import Author, MessageRead
from bot.engine.replay import Replay
from bot.platform_api.beestreamed import wire, wire_more
from bot.platform_api.beestreamed.rows import decode_rows
from bot.platform_api.beestreamed.signature import verify
from bot.platform_api.beestreamed.tally import Base, tally
from bot.platform_api.beestreamed.webhooks import BadDelivery, decode_webhook, typed
from bot.platform_api.oddities import Oddities
from bot.platform_api.payload import decode
from bot.ruleset.fold import fold, skeleton
from bot.ruleset.model import Ruleset
from bot.ruleset.parse import parse
from bot.ruleset.terms import Fold
from bot.store.person import Person, mentions, without
from bot.store.rows import message_row, read_signal, signal_row

LEVELS: tuple[Fold, ...] = ("off", "basic", "strong")
BASES: tuple[Base | None, ...] = (0, 1, None)
_BOT = Author("Usher", "usher@example.test")
_SOMEBODY = Person.of("ann@example.test", "fake-secret")


def webhook(data: bytes) -> None:
    """A delivery: signature, body, typed values, and the row it becomes."""
    header, _, body = data.partition(b"\n")
    verify(body, header, ["fake-hook-secret"])
    verify(body, header.decode("latin-1"), ["fake-hook-secret", ""])
    try:
        _, came = decode_webhook(body)
    except BadDelivery:
        return
    typed(came)
    row = signal_row("main", came, 1.0)
    assert read_signal(row["body"]).kind == "webhook"
    row["body"].encode("utf-8")


def chat(data: bytes) -> None:
    """A page of messages: rows, folded texts, and the rows they become."""
    payload = _payload(data)
    for surface in ("chat", "qa"):
        try:
            found = decode_rows(payload, partial(_message, surface=surface), "chat", Oddities())
        except BadAnswer:
            return
        for message in found.good:
            _through(message)


def poll(data: bytes) -> None:
    """Polls, votes, and the count."""
    payload = _payload(data)
    try:
        polls = decode_rows(payload, wire_more.poll, "polls", Oddities()).good
        votes = decode_rows(payload, wire_more.poll_entry, "votes", Oddities()).good
    except BadAnswer:
        return
    sizes = {len(one.options) for one in polls} | {0, 2}
    for size in sizes:
        for base in BASES:
            tally(votes, size, base, ballots=True, votes=True)


def rules(data: bytes) -> None:
    """A rule file: problems with places, or a rule set; never an exception."""
    text = data.decode("utf-8", "replace")
    parsed = parse({"fuzz.yaml": text}, {"lists/words.txt": text[:200]}, {})
    for problem in parsed.problems:
        problem.render()


@lru_cache(maxsize=1)
def _shipped() -> Ruleset:
    return load_ruleset(Path(__file__).parents[2] / "rules")


def text(data: bytes) -> None:
    """What somebody writes, judged by the shipped rules; spans lie in the text."""
    written = data.decode("utf-8", "replace")
    Replay(_shipped()).feed(json.dumps({"text": written}))
    scan = _shipped().matcher.scan(written)
    for term in scan.found:
        assert all(0 <= start < end <= len(written) for start, end in scan.spans(term))


TARGETS: Mapping[str, Callable[[bytes], None]] = {"webhook": webhook, "chat": chat, "poll": poll, "rules": rules, "text": text}

WORDS: Mapping[str, tuple[str, ...]] = {
    "webhook": (
        "id",
        "type",
        "timestamp",
        "data",
        "event",
        "event.user.signed_up",
        "event.status.updated",
        "email",
        "poll",
        "1e999",
        "NaN",
    ),
    "chat": (
        "data",
        "chat_ref",
        "message",
        "name",
        "email",
        "status",
        "chat_id",
        "created_at",
        "qa_ref",
        "question",
        "hidden",
        "\u202e",
        "\ud83d",
    ),
    "poll": ("poll_ref", "question", "options", "option_index", "active", "entry_id", "votes", "archived", "null", "true"),
    "text": (
        "fuck",
        "shit",
        "bitch",
        "porn",
        "http://",
        ".com",
        "xn--",
        "dot",
        "&amp;",
        "%75",
        "\\/",
        "/\\",
        "|\\/|",
        "ph",
        "@",
        "$",
        "!",
        "(",
        "|",
        "*",
        ".",
        "0",
        "1",
        "3",
        "\u0444",
        "\u0456",
        "\u0430",
        "\u0301",
        "\u200b",
        "\ufdfa",
        "\U0001d41f",
        "\U0001f175",
        "\u24d5",
        "\u0287",
        "\u0265",
        "\u202e",
        "\u00df",
        "\u0130",
    ),
    "rules": (
        "rules:",
        "- id: a",
        "if:",
        "word:",
        "regex:",
        "do:",
        "hide",
        "any:",
        "all:",
        "not:",
        "polls:",
        "cues:",
        "when:",
        "every:",
        "&a",
        "*a",
        "<<:",
    ),
}
"""What a generator would hardly find by itself."""


SEEDS: Mapping[str, tuple[bytes, ...]] = {
    "webhook": (
        b'00\n{"id":"d1","type":"event.user.signed_up","timestamp":1.5,"data":{"email":"ann@example.test","event_ref":"e1"}}',
        b'00\n{"id":"d2","type":"event.status.updated","timestamp":"2026-01-01T00:00:00Z","data":{"event_ref":"e1","status":"live"}}',
    ),
    "chat": (
        b'{"data":[{"chat_ref":"c1","chat_id":7,"message":"hello","name":"Ann","email":"ann@example.test","status":"public"}]}',
        b'[{"qa_ref":"q1","qa_id":"8","question":"why &amp; how?","status":"new","created_at":"2026-01-01 10:00:00"}]',
    ),
    "poll": (
        b'[{"poll_ref":"p1","question":"Which?","options":["a","b"],"active":true}]',
        b'[{"entry_id":3,"option_index":1,"email":"ann@example.test","name":"Ann","created_at":"2026-01-01T10:00:00Z"}]',
    ),
    "rules": (
        b"rules:\n  - id: a\n    severity: 3\n    if: { any: [ { word: [heck] }, { regex: 'a+b' } ] }\n    do: [ hide ]\n",
        b"polls:\n  - id: role\n    question: Who?\n    options: [a, b]\n    when: { live: 5m }\n    duration: 60s\n",
        b"cues:\n  - { id: doors, when: { at: '19:55' }, do: [ { post: hi } ] }\n",
    ),
    "text": ("\u202e\\|/\\k".encode(), "f u c k \u0444u\u0441k sh1t@exa\u0301mple.com &amp;%75".encode()),
}
"""What a generator begins with."""


def _payload(data: bytes) -> Any:
    try:
        return decode(data)
    except ValueError:
        return None


def _message(row: Any, *, surface: Any) -> Any:
    return wire.message(row, event="show", surface=surface, read=1.0, posted=(), bot=_BOT)


def _through(message: Any) -> None:
    for level in LEVELS:
        folded = fold(message.text, level)
        assert len(folded.text) == len(folded.origin)
    skeleton(message.text)
    values = message_row("main", message, 1.0)
    str(values).encode("utf-8")
    body = signal_row("main", MessageRead(message), 1.0)["body"]
    body.encode("utf-8")
    assert not mentions(without([message.text, message.author.name], _SOMEBODY), _SOMEBODY)
