"""`usher explain TEXT`: which rules fire on a text and why, and which nearly did."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from bot.cli.loading import load_ruleset
from bot.domain.decisions import Verdict
from bot.domain.signals import Author
from bot.engine.explain import Explanation, explain_rule
from bot.engine.explain import explain as explain_text
from bot.engine.records import clean
from bot.engine.replay import outline
from bot.engine.why import Why

_COLOURS = {"hide": "red", "hold": "yellow", "archive": "yellow", "approve": "green", "none": "green"}


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(explain)


def explain(
    text: Annotated[str, typer.Argument(help="What somebody might write.")],
    surface: Annotated[Literal["chat", "qa"], typer.Option(help="Where it is written.")] = "chat",
    author: Annotated[str, typer.Option(help="The author's name.")] = "Somebody",
    email: Annotated[str, typer.Option(help="The author's e-mail.")] = "somebody@example.test",
    rules: Annotated[Path, typer.Option(help="Folder of the rule files.")] = Path("rules"),
    why_not: Annotated[str, typer.Option(help="Id of a rule: what each part of its condition sees in the text.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Tell which rules fire on a text and why, and the near misses."""
    ruleset, who = load_ruleset(rules), Author(author, email)
    told = explain_text(clean(text), ruleset, surface=surface, author=who)
    of_rule = explain_rule(clean(text), why_not, ruleset, surface=surface, author=who) if why_not else None
    if as_json:
        print(json.dumps(_as_json(told) | ({"why": of_rule.json} if of_rule else {}), ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False, soft_wrap=True)
    _show(told, console)
    for line in _about_rule(of_rule) if of_rule else ():
        console.print(line, markup=False)


def _about_rule(told: Why) -> Iterator[str]:
    """The rule's answer, then its condition as a tree."""
    yield f"Rule {told.rule}: {'; '.join(told.lines)}"
    for part in told.parts:
        yield f"  {'yes' if part.holds else 'no ':3} {'  ' * part.depth}{_one_line(part.text)}"


def _as_json(told: Explanation) -> dict[str, Any]:
    fired = [
        {
            "rule": verdict.rule,
            "mode": verdict.mode,
            "effects": list(verdict.effects),
            "matches": [{"text": match.text, "span": list(match.span)} for match in verdict.matches],
            "notes": list(verdict.notes),
            "reason": verdict.reason,
            "severity": verdict.severity,
            "error": verdict.error,
        }
        for verdict in told.fired
    ]
    decision = outline(told.decision)
    return {"text": told.text, **decision, "note": told.decision.note, "trust": told.trust, "fired": fired, "near": list(told.near)}


def _show(told: Explanation, console: Console) -> None:
    decision = told.decision
    because = f" ({decision.reason})" if decision.reason else ""
    heading = Text(decision.outcome, style=f"bold {_COLOURS[decision.outcome]}")
    heading.append(because + (f": {decision.note}" if decision.note else ""), style="default not bold")
    console.print(heading)
    console.print(_underlined(told, colour=console.is_terminal))
    if not console.is_terminal:
        console.print(_carets(told), markup=False)
    if not told.fired:
        console.print("No rule fires.")
    for verdict in told.fired:
        for line in _about(verdict):
            console.print(line, markup=False)
    if told.near:
        console.print("Nearly:")
        for near in told.near:
            console.print(f"  {near}", markup=False)


def _spans(told: Explanation) -> list[tuple[int, int]]:
    return [match.span for verdict in told.fired for match in verdict.matches]


def _one_line(text: str) -> str:
    """Line breaks and other controls made visible, one character for one."""
    return "".join(char if char.isprintable() else "␤" if char in "\r\n" else "�" for char in text)


def _underlined(told: Explanation, *, colour: bool) -> Text:
    line = Text("  " + _one_line(told.text))
    if colour:
        for start, end in _spans(told):
            line.stylize("bold underline", start + 2, end + 2)
    return line


def _carets(told: Explanation) -> str:
    shown = _one_line(told.text)
    marked = {at for start, end in _spans(told) for at in range(start, end)}
    return ("  " + "".join(("^" if at in marked else " ") * cell_len(char) for at, char in enumerate(shown))).rstrip()


def _about(verdict: Verdict) -> Iterator[str]:
    mode = "" if verdict.mode == "act" else f" [{verdict.mode}]"
    does = ", ".join(_effect(effect) for effect in verdict.effects) or "nothing"
    reason = f"; reason {verdict.reason}" if verdict.reason else ""
    yield f"Rule {verdict.rule}{mode}: {does}{reason}; severity {verdict.severity}"
    for match in verdict.matches:
        yield f"  “{_one_line(match.text)}” at {match.span[0]} to {match.span[1]}"
    for note in verdict.notes:
        yield f"  {note}"


def _effect(effect: dict[str, Any]) -> str:
    name, value = next(iter(effect.items()))
    if not isinstance(value, dict):
        return name
    settings = " ".join(
        f"{key} {one:g}" if isinstance(one, float) else f"{key} {one}" for key, one in value.items() if one is not None
    )
    return f"{name} ({settings})" if settings else name
