"""`usher replay FILE|-`: recorded messages through the rules in virtual time. Exit code 1 if a line could not be read."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from time import perf_counter
from typing import Annotated, BinaryIO

import typer
from rich.console import Console
from rich.text import Text

from bot import garbage
from bot.cli.loading import load_ruleset
from bot.domain.decisions import Decision
from bot.domain.errors import UsageError
from bot.engine.records import Record
from bot.engine.replay import Answer, Difference, compare, replay
from bot.ruleset.model import Ruleset

_CHUNK = 1 << 16
SCANS = 30_000
"""Scans remembered: a replay has the memory to itself, and recordings repeat themselves."""
_COLOURS = {"hide": "red", "hold": "yellow", "archive": "yellow", "approve": "green", "none": "default"}


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("replay")(command)


def command(
    file: Annotated[str, typer.Argument(help="Recorded messages (JSON Lines); - is standard input.")],
    rules: Annotated[Path, typer.Option(help="Folder of the rule files.")] = Path("rules"),
    against: Annotated[Path | None, typer.Option(help="Show only what would change if these rules were in force before.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line, for programs.")] = False,
) -> None:
    """Play recorded messages through the rules, without a platform."""
    wanted = load_ruleset(rules)
    before = None if against is None else load_ruleset(against)
    wanted.matcher.keep_scans(SCANS)
    garbage.rarely()
    with _opened(file) as stream:
        bad = _as_json(stream, wanted, before) if jsonl else _for_people(stream, wanted, before)
    raise typer.Exit(1 if bad else 0)


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    if file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from None


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines as they come. Whenever nothing more is there yet, what was answered so far is handed on."""
    rest: list[bytes] = []
    while chunk := _read(stream):
        *whole, last = chunk.split(b"\n")
        if whole:
            rest.append(whole[0])
            yield b"".join(rest)
            rest.clear()
            yield from whole[1:]
        if last:
            rest.append(last)
        sys.stdout.flush()
    if rest:
        yield b"".join(rest)


def _read(stream: BinaryIO) -> bytes:
    """What is there, up to a chunk; waits only if nothing is."""
    try:
        return stream.read1(_CHUNK) if isinstance(stream, BufferedReader) else stream.read(_CHUNK)
    except OSError as error:
        raise UsageError(f"cannot read on: {error.strerror}") from None


def _answers(stream: BinaryIO, rules: Ruleset, before: Ruleset | None) -> Iterator[Answer | Difference]:
    lines = _lines(stream)
    yield from replay(lines, rules) if before is None else compare(lines, before, rules)


def _as_json(stream: BinaryIO, rules: Ruleset, before: Ruleset | None) -> bool:
    """Answers for programs; True if a line could not be read."""
    bad = False
    write = sys.stdout.write
    for answer in _answers(stream, rules, before):
        write(answer.json + "\n")
        bad = bad or (isinstance(answer, Answer) and answer.decision is None)
    sys.stdout.flush()
    return bad


@dataclass(slots=True)
class _Count:
    """For the summary."""

    outcomes: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    changes: int = 0
    bad: int = 0


def _for_people(stream: BinaryIO, rules: Ruleset, before: Ruleset | None) -> bool:
    """What was done or would change, then a summary; True if a line could not be read."""
    console = Console(highlight=False, soft_wrap=True)
    count, began = _Count(), perf_counter()
    for answer in _answers(stream, rules, before):
        if isinstance(answer, Difference):
            count.changes += 1
            console.print(_change(answer))
        elif answer.decision is None:
            count.bad += 1
            console.print(f"line {answer.i + 1}: cannot be read: {answer.error}", markup=False)
        else:
            _note(count, answer.decision)
            if answer.decision.actions or answer.decision.suggested or answer.decision.shadow:
                console.print(_line(answer.record, answer.decision))
    _summary(console, count, perf_counter() - began, comparing=before is not None)
    return bool(count.bad)


def _note(count: _Count, decision: Decision) -> None:
    count.outcomes[decision.outcome] += 1
    count.rules.update(decision.rules)


def _line(record: Record | None, decision: Decision) -> Text:
    line = _message(record)
    line.append(f"  → {_done(decision)}", style=_COLOURS[decision.outcome])
    return line


def _change(change: Difference) -> Text:
    line = _message(change.record)
    line.append(f"  {_done(change.before)}", style=_COLOURS[change.before.outcome])
    line.append(f" → {_done(change.after)}", style=_COLOURS[change.after.outcome])
    return line


def _done(decision: Decision) -> str:
    acts = ", ".join(decision.actions) or "nothing"
    waiting = [f"{verdict.rule} ({verdict.mode})" for verdict in (*decision.suggested, *decision.shadow)]
    because = ", ".join([*decision.rules, *waiting])
    return f"{acts} by {because}" if because else acts


def _message(record: Record | None) -> Text:
    if record is None:
        return Text("?")
    name = (record.author.name or record.author.email) if record.author else "somebody"
    at = "" if record.t is None else f"{record.t:9.1f}s "
    text = "".join(char if char.isprintable() else " " for char in record.text)
    return Text(f"{at}{name}: {text[:160]}{'…' if len(text) > 160 else ''}")


def _summary(console: Console, count: _Count, seconds: float, *, comparing: bool) -> None:
    bad = f", {count.bad} lines that could not be read" if count.bad else ""
    if comparing:
        console.print(f"{count.changes} messages would be decided otherwise{bad}.")
        return
    total = sum(count.outcomes.values())
    outcomes = ", ".join(f"{number} {name}" for name, number in count.outcomes.most_common())
    speed = f" ({total / seconds:,.0f} a second)" if seconds > 0 else ""
    console.print(f"{total} messages{speed}: {outcomes or 'no decision'}{bad}.")
    if count.rules:
        console.print("By rule: " + ", ".join(f"{name} {number}" for name, number in count.rules.most_common()))
