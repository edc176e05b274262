"""What each step of a message costs, beside a peer that does only that: `python -m bench.steps [--plot FILE.svg]`.

Decoding a page, folding a text, matching it against 10,000 words, remembering (who wrote how much, what was said before), deciding,
storing durably, and a call over HTTP. Processor time of this process, but for the store, whose time is mostly waiting for the disk.
`allowed` is what a step may take where an account's whole limit of calls brings full pages (5,800 messages a second).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import tempfile
import time
import unicodedata
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import aiohttp
from ahocorasick_rs import AhoCorasick

from bench.machine import ROUNDS, Compared, in_turns, machine, medians
from bench.plot import bars
from bench.raid import EVENT, stage_process
from bench.speed import WORDS, made_up_words, said
from bench.store import one_page
from bot.cli.loading import load_ruleset
from bot.clock import Clock
from bot.config import Bot, Channel
from bot.domain.history import History
from bot.domain.signals import Author, EventState, Message, MessageRead
from bot.engine.situation import Situation
from bot.engine.step import step
from bot.platform_api.auth import basic
from bot.platform_api.beestreamed import wire
from bot.platform_api.beestreamed.client import BeeStreamed
from bot.platform_api.beestreamed.rows import decode_rows
from bot.platform_api.oddities import Oddities
from bot.platform_api.payload import decode
from bot.ruleset.matcher import Matcher
from bot.ruleset.matcher.entries import view_text
from bot.ruleset.model import Ruleset
from bot.ruleset.terms import Term
from bot.stage import SECRET_KEY, TOKEN_ID
from bot.store import open_store

PAGE, PAGES = 100, 50
MESSAGES = PAGE * PAGES
CALLS = 100
A_SECOND = 20.0
"""Messages a second of the event: each of its 300 people writes four a minute."""
RATE = "{ rate: { by: author, over: 5 in 10s } }"
COPIES = "{ similar_to_own: { like: 0.9, last: 1m, times: 3 } }"


def pages() -> list[bytes]:
    """What the platform answers: lines of a rehearsal's audience, with disguised insults and other scripts; none comes twice."""
    lines = said()
    rows = [
        {
            "chat_id": number,
            "chat_ref": f"m{number}",
            "chat_message": f"{lines[number].text} {number}",
            "chat_name": f"Guest {number % 300}",
            "chat_email": f"guest{number % 300}@example.test",
            "chat_status": "public",
            "chat_created": "2026-01-01 10:00:00",
        }
        for number in range(MESSAGES)
    ]
    return [json.dumps({"data": rows[at : at + PAGE]}).encode() for at in range(0, len(rows), PAGE)]


def read_page(body: bytes) -> list[Message]:
    """Bytes to messages."""
    bot = Author("Usher", "usher@example.test")
    found = decode_rows(
        decode(body), lambda row: wire.message(row, event="show", surface="chat", read=1.0, posted=(), bot=bot), "chat", Oddities()
    )
    return list(found.good)


def took(work: Callable[[], object], count: int = MESSAGES) -> float:
    """Microseconds of processor time for each of so many."""
    began = time.process_time()
    work()
    return (time.process_time() - began) / count * 1e6


def compared(ours: Callable[[], object], theirs: Callable[[], object]) -> Compared:
    """Microseconds a message."""
    return in_turns(lambda: took(ours), lambda: took(theirs))


# ── the steps ──


def decoding(bodies: list[bytes]) -> Compared:
    """Bytes to checked messages; the peer parses and checks nothing."""
    return compared(lambda: [read_page(body) for body in bodies], lambda: [json.loads(body) for body in bodies])


def folding(texts: list[str]) -> Compared:
    """The view in which words are looked for; the peer is Unicode's own folding, which leaves look-alikes as they are."""
    return compared(
        lambda: [view_text(text, "strong") for text in texts],
        lambda: [unicodedata.normalize("NFKC", text).casefold() for text in texts],
    )


def matching(texts: list[str]) -> Compared:
    """10,000 words in whatever disguise; the peer's bare automaton finds them in the open."""
    listed = made_up_words(WORDS)
    matcher = Matcher([Term("word", word) for word in listed])
    matcher.keep_scans(0)  # as if no text had come before
    automaton = AhoCorasick([f" {word} " for word in listed], store_patterns=False)
    return compared(
        lambda: [matcher.scan(text) for text in texts],
        lambda: [automaton.find_matches_as_indexes(f" {text.casefold()} ", overlapping=True) for text in texts],
    )


def judge_all(messages: list[Message], ruleset: Ruleset) -> None:
    """Every message through the engine, from an empty memory of the event."""
    history = History()
    situation = Situation(event=EventState("show", status="live", phase="on_air"))
    for number, message in enumerate(messages):
        history.apply(step(MessageRead(message), ruleset, history, situation, 1_000.0 + number / A_SECOND).changes)


def remembering(messages: list[Message], condition: str) -> Compared:
    """What one rule with such a memory adds to judging; the peer: a bare queue of moments and a set of texts for each author."""
    remembers, none = rules_of(f"rules:\n  - {{ id: one, if: {condition}, do: [ flag ] }}\n"), rules_of("rules: []\n")

    def added() -> float:
        return took(lambda: judge_all(messages, remembers)) - took(lambda: judge_all(messages, none))

    return in_turns(added, lambda: took(lambda: bare_memory(messages)))


def bare_memory(messages: list[Message]) -> int:
    """How many came too fast or had been said; nothing is kept for a restart, nothing can be undone."""
    moments: dict[str, deque[float]] = {}
    said: dict[str, set[str]] = {}
    found = 0
    for number, message in enumerate(messages):
        now, key = 1_000.0 + number / A_SECOND, message.author.email
        row, texts = moments.setdefault(key, deque(maxlen=6)), said.setdefault(key, set())
        row.append(now)
        found += (len(row) == 6 and now - row[0] < 10.0) or message.text in texts
        texts.add(message.text)
    return found


def deciding(messages: list[Message]) -> Compared:
    """The shipped rules, matching included; beside them the same engine without a rule."""
    shipped, none = load_ruleset(Path("rules")), rules_of("rules: []\n")
    shipped.matcher.keep_scans(0)
    return compared(lambda: judge_all(messages, shipped), lambda: judge_all(messages, none))


def rules_of(text: str) -> Ruleset:
    """A rule set of one file."""
    with tempfile.TemporaryDirectory() as made:
        Path(made, "rules.yaml").write_text(f"{text}# end\n", encoding="utf-8")
        return load_ruleset(Path(made))


async def stored(folder: Path) -> float:
    """Microseconds for each message from a page to its stored decisions: three durable transactions for a page of a hundred."""
    with tempfile.TemporaryDirectory(dir=folder) as made:
        store = await open_store(f"sqlite:{Path(made) / 'bench.db'}", Clock())
        try:
            await store.begin("main", store.clock.now())
            began = time.perf_counter()
            for number in range(PAGES):
                await one_page(store, number)
            return (time.perf_counter() - began) / MESSAGES * 1e6
        finally:
            await store.close()


def stored_bare(folder: Path) -> float:
    """The same number of rows and commits by sqlite3 alone: three tables, no index but the keys."""
    text = "good morning from the third row, can everybody hear us?" * 4
    with tempfile.TemporaryDirectory(dir=folder) as made, closing(sqlite3.connect(f"{made}/bare.db", isolation_level=None)) as rows:
        rows.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
        for table in ("message", "signal", "decision"):
            rows.execute(f"CREATE TABLE {table} (id TEXT PRIMARY KEY, body TEXT)")
        began = time.perf_counter()
        for page in range(PAGES):
            for tables in (("message", "signal"), ("decision",)):
                rows.execute("BEGIN IMMEDIATE")
                for table in tables:
                    values = [(f"{page}-{at}", text) for at in range(PAGE)]
                    rows.executemany(f"INSERT INTO {table} VALUES (?, ?)", values)  # noqa: S608 - names from above
                rows.execute("COMMIT")
        return (time.perf_counter() - began) / MESSAGES * 1e6


async def calling() -> Compared:
    """Microseconds of processor time for a page of the stage's chat, empty; the peer is aiohttp's client alone."""
    async with stage_process(1, 60_000) as url, aiohttp.ClientSession() as session:
        channel = Channel.model_validate(
            {"base_url": url, "token_id": TOKEN_ID, "secret_key": SECRET_KEY, "requests_per_minute": 60_000}
        )
        async with BeeStreamed(channel, Bot(), Clock()) as client:

            async def ours() -> None:
                await client.read_messages(EVENT, "chat", limit=PAGE)

            async def theirs() -> None:
                async with session.get(f"{url}/events/{EVENT}/chat", headers=basic(TOKEN_ID, SECRET_KEY).headers) as answer:
                    json.loads(await answer.read())

            return medians([(await called(ours), await called(theirs)) for _ in range(ROUNDS)])


async def called(work: Callable[[], Awaitable[None]]) -> float:
    """Microseconds of processor time a call."""
    began = time.process_time()
    for _ in range(CALLS):
        await work()
    return (time.process_time() - began) / CALLS * 1e6


# ── the table ──


def table(folder: Path) -> list[tuple[str, str, Compared, str]]:
    """Step, peer, figures, what is allowed."""
    bodies = pages()
    messages = [message for body in bodies for message in read_page(body)]
    texts = [message.text for message in messages]
    durable = in_turns(lambda: asyncio.run(stored(folder)), lambda: stored_bare(folder))
    return [
        ("decode and check", "json.loads", decoding(bodies), "3"),
        ("fold", "NFKC and casefold", folding(texts), "8"),
        ("fold and match 10,000 words", "a bare automaton", matching(texts), "18"),
        ("remember a rate", "a dict of queues", remembering(messages, RATE), "5"),
        ("remember near copies", "a dict of queues", remembering(messages, COPIES), "60"),
        ("judge by the shipped rules", "no rules", deciding(messages), "-"),
        ("store, durable", "sqlite3 alone", durable, "28"),
        ("a call (of up to 100 messages)", "aiohttp alone", asyncio.run(calling()), "2,000"),
    ]


def main() -> None:
    """Prints the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--plot", type=Path, metavar="FILE.svg")
    plot = asked.parse_args().plot
    with tempfile.TemporaryDirectory(dir=".") as made:
        rows = table(Path(made))
    print(f"{machine()}; µs a message, medians of {ROUNDS} rounds in turns\n")
    print("| step | ours | peer | theirs | ours / theirs | allowed |\n|---|---|---|---|---|---|")
    for name, peer, found, allowed in rows:
        print(f"| {name} | {found.ours:,.1f} | {peer} | {found.theirs:,.1f} | {found.ratio:,.1f} | {allowed} |")
    if plot is not None:
        each = [(name, *one) for name, peer, found, _ in rows[:-1] for one in (("usher", found.ours), (peer, found.theirs))]
        plot.write_text(bars("What each step of a message costs", each, "µs", ours="usher"), "utf-8")


if __name__ == "__main__":
    main()
