"""How fast messages are judged, against the limits of the issue and against better-profanity: `python -m bench.speed [CHAT.jsonl]`.

Without a recording the lines are made up. CPU time of one process, medians of several runs.
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from better_profanity import Profanity

from bench.machine import Compared, in_turns, machine
from bot.cli.loading import load_ruleset
from bot.cli.replay import SCANS
from bot.engine.replay import Replay, replay
from bot.rehearsal.audience import Mix, plan
from bot.rehearsal.audience_acts import Say
from bot.ruleset.matcher import Matcher
from bot.ruleset.model import Ruleset
from bot.ruleset.terms import Term

LINES, RUNS, WORDS = 50_000, 5, 10_000


def said() -> Sequence[Say]:
    """Two hours of a rehearsal's audience."""
    return plan(1, 7_200.0, Mix(people=400, busy=6.0)).lines


def chat_lines(recording: Path | None) -> list[bytes]:
    """LINES records: recorded ones again and again, or made-up ones."""
    if recording is not None:
        known = recording.read_bytes().splitlines()
    else:
        known = [json.dumps({"name": one.person.name, "email": one.person.email, "text": one.text}).encode() for one in said()]
    return [known[number % len(known)] for number in range(LINES)]


def unlike(lines: Sequence[bytes]) -> list[bytes]:
    """The same lines with words that never come twice."""
    chance = random.Random(3)  # noqa: S311 - a sample
    out = []
    for line in lines:
        record = json.loads(line)
        words = ("".join(chance.choices("abcdefghijklmnoprstuvwyz", k=len(word))) for word in record.get("text", "").split())
        out.append(json.dumps(record | {"text": " ".join(words)}).encode())
    return out


def a_second(load: Callable[[], Ruleset], lines: Sequence[bytes]) -> float:
    """Messages a second of CPU time, answers written out, as `usher replay - --jsonl` works; each run begins knowing nothing."""
    found = []
    for _ in range(RUNS):
        ruleset = load()
        ruleset.matcher.keep_scans(SCANS)
        began = time.process_time()
        for answer in replay(lines, ruleset):
            _ = answer.json
        found.append(len(lines) / (time.process_time() - began))
    return statistics.median(found)


def made_up_words(count: int) -> list[str]:
    """Words that look like words and are none."""
    chance = random.Random(4)  # noqa: S311 - a sample
    parts = ["ba", "ke", "ri", "to", "mun", "ster", "glo", "fi", "zan", "qua", "pli", "dor", "ex", "ung", "sho", "vel"]
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(chance.choices(parts, k=chance.randint(2, 5)))] = None
    return list(found)


KINDS = (
    "{{ word: [{word}, {word}x] }}",
    "{{ contains: {word}z }}",
    '{{ wildcard: "{word}*" }}',
    '{{ starts_with: {word}, length: "< 100" }}',
    '{{ word: {word}, author: {{ messages: "< 5" }} }}',
    '{{ regex: "{word}[0-9]+x" }}',
    "{{ link: true, word: {word} }}",
    "{{ word: {word}q, caps: 80% }}",
)


def big_set() -> Ruleset:
    """10,000 listed words, 200 rules of all kinds, 50 of them with an expression."""
    words = made_up_words(WORDS)
    kinds = [KINDS[5] if number % 4 == 0 else KINDS[number % len(KINDS)] for number in range(198)]
    rules = [f"  - {{ id: r{n}, if: {kind.format(word=words[n])}, do: [ flag ] }}" for n, kind in enumerate(kinds)]
    rules.append("  - { id: listed, if: { word: { list: words } }, do: [ hide ] }")
    rules.append("  - { id: flood, if: { rate: { by: author, over: 30 in 10s } }, do: [ hide ] }")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "lists").mkdir()
        (folder / "lists" / "words.txt").write_text("\n".join(words), encoding="utf-8")
        text = "lists: { words: { file: lists/words.txt } }\nrules:\n" + "\n".join(rules) + "\n"
        (folder / "rules.yaml").write_text(text, encoding="utf-8")
        return load_ruleset(folder)


def hostile() -> list[str]:
    """Texts made to take long."""
    units = (
        "a",
        "f.",
        "f u c k ",
        "\u0301",
        "\ufdfa",
        "ff*",
        "@$!|",
        "xn--",
        "a.b.c.",
        "((((",
        "фuck ",
        "\u200b",
        "1" * 40 + " ",
        "&amp;",
    )
    return [unit * (length // len(unit)) for unit in units for length in (2_000, 20_000, 1_000_000)]


def longest(ruleset: Ruleset, texts: Sequence[str]) -> float:
    """The slowest message, in seconds; the better of two runs, each with nothing remembered."""
    worst = 0.0
    for text in texts:
        took = []
        for _ in range(2):
            fresh = Replay(ruleset)
            line = json.dumps({"text": text})
            began = time.perf_counter()
            fresh.feed(line)
            took.append(time.perf_counter() - began)
        worst = max(worst, min(took))
    return worst


def p99(ruleset: Ruleset, lines: Sequence[bytes]) -> float:
    """The 99th percentile of one message, in seconds."""
    one = Replay(ruleset)
    took = []
    for line in lines[:20_000]:
        began = time.perf_counter()
        one.feed(line)
        took.append(time.perf_counter() - began)
    return statistics.quantiles(took, n=100)[98]


def peer(words: list[str], texts: Sequence[str]) -> Compared:
    """Seconds a message: ours and better-profanity's, with the same words, in turns."""
    theirs = Profanity(words)
    ours = Matcher([Term("word", word) for word in words])
    return in_turns(
        lambda: _each(lambda text: bool(ours.scan(text).found), texts), lambda: _each(theirs.contains_profanity, texts[:400])
    )


def _each(ask: Callable[[str], bool], texts: Sequence[str]) -> float:
    began = time.process_time()
    for text in texts:
        ask(text)
    return (time.process_time() - began) / len(texts)


def main() -> None:
    """Prints a line for each figure."""
    lines = chat_lines(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    shipped = load_ruleset(Path("rules"))
    began = time.process_time()
    big = big_set()
    built = time.process_time() - began
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    say = sys.stdout.write
    say(f"{machine()}; {LINES} lines, medians of {RUNS} runs\n")
    say(f"shipped rules               {a_second(lambda: load_ruleset(Path('rules')), lines):10,.0f} messages/s (wanted 15,000)\n")
    say(f"10,000 words, 200 rules     {a_second(big_set, lines):10,.0f} messages/s (wanted 10,000)\n")
    say(f"the same, no word twice     {a_second(big_set, unlike(lines)):10,.0f} messages/s (wanted 8,000)\n")
    say(f"one message, p99            {p99(big, lines) * 1e3:10.2f} ms (wanted below 1)\n")
    slowest = max(longest(big, hostile()), longest(shipped, hostile()))
    say(f"slowest hostile text        {slowest * 1e3:10.1f} ms (wanted below 20)\n")
    say(f"reading the big rule set    {built:10.2f} s (10,000 words wanted below 1)\n")
    words, texts = made_up_words(WORDS), [json.loads(line)["text"] for line in lines[:20_000]]
    found = peer(words, texts)
    say(f"better-profanity            {1 / found.ratio:10,.0f} times as long (wanted 300): ")
    say(f"{found.theirs * 1e6:,.0f} against {found.ours * 1e6:.1f} µs\n")


if __name__ == "__main__":
    main()
