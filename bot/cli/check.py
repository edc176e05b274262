"""`usher check`: everything that can be known before the event. 0 clean, 1 problems (all of them), 2 unusable call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.loading import in_folder
from bot.cli.settings import load_config
from bot.domain.errors import UsageError
from bot.domain.signals import EventState
from bot.engine.engagement.unrolling import Unrolled, unroll
from bot.engine.gate import gate
from bot.rulefiles import Loaded, load
from bot.ruleset.engagement import Engagement
from bot.ruleset.model import Ruleset
from bot.ruleset.problems import Problem

DEFAULT = Path("rules")
_HOUR = 3600.0
_BEGINS = 1_767_276_000.0
"""When the assumed event starts: 14:00 UTC on a Thursday."""
_SHOWN = 10


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(check)


def check(
    rules: Annotated[Path | None, typer.Option(help="Folder of the rule files (default: rules).")] = None,
    config: Annotated[Path | None, typer.Option(help="Check this configuration, and the rules of its channels.")] = None,
) -> None:
    """Check rule files and configuration: syntax, unknown keys, the rules' own tests, what can never fire."""
    problems = sum([_check_folder(folder) for folder in _folders(rules, config)])
    raise typer.Exit(1 if problems else 0)


def _folders(rules: Path | None, config: Path | None) -> list[Path]:
    if config is None:
        return [rules or DEFAULT]
    settings = load_config(config)
    print(f"{config}: nothing wrong")
    if rules is not None:
        return [rules]
    if not settings.channel:
        raise UsageError(f"{config} has no [[channel]], so there are no rules to check; name a folder with --rules")
    return list(dict.fromkeys(Path(channel.rules) for channel in settings.channel))


def _check_folder(folder: Path) -> int:
    """Prints all findings of a folder; returns how many are errors."""
    loaded = load(folder)
    found = [*_failing_tests(loaded), *loaded.parsed.problems]
    for problem in found:
        print(in_folder(problem, folder).render(), end="\n\n")
    errors = sum(problem.level == "error" for problem in found)
    ruleset = loaded.parsed.ruleset
    if ruleset is not None:
        for line in (*_overview(ruleset), *_foretold(ruleset.engagement)):
            print(line)
    print(f"{folder}: {_counted(errors, 'error')}, {_counted(len(found) - errors, 'warning')}")
    return errors


def _failing_tests(loaded: Loaded) -> tuple[Problem, ...]:
    ruleset = loaded.parsed.ruleset
    return () if ruleset is None else gate(ruleset, None, loaded.files).failures


def _overview(ruleset: Ruleset) -> Iterator[str]:
    tests = sum(sum(len(texts) for texts in rule.tests.expected.values()) + len(rule.tests.sequence) for rule in ruleset.rules)
    terms = len(ruleset.matcher.terms)
    yield f"{_counted(len(ruleset.rules), 'rule')} with {_counted(tests, 'test')}, {_counted(terms, 'word or pattern')}"


def _foretold(engagement: Engagement | None) -> Iterator[str]:
    """The running order of an event from 14:00 to 16:00, run in virtual time."""
    if engagement is None or not engagement.started:
        return
    event = EventState("check", "Check", "idle", "before", starts=_BEGINS, ends=_BEGINS + 2 * _HOUR)
    order = unroll(engagement, event, _BEGINS - _HOUR, _BEGINS + 2.5 * _HOUR)
    busiest = max(order.lines_per_hour.values(), default=0)
    lines = sum(order.lines_per_hour.values())
    yield f"running order of an event from 14:00 to 16:00: {_counted(lines, 'line')} of the bot, at most {busiest} in an hour"
    yield from _collisions(order)
    for item, why in order.never:
        yield f"  {item} never fires: {why}"


def _collisions(order: Unrolled) -> Iterator[str]:
    for one in order.deferred[:_SHOWN]:
        then = "is dropped" if one.said is None else f"is said {one.said - one.at:.0f} s later"
        yield f"  {_clock(one.at)} {one.source} has to wait and {then}: {one.why}"
    if len(order.deferred) > _SHOWN:
        yield f"  and {len(order.deferred) - _SHOWN} more that have to wait"


def _clock(at: float) -> str:
    minutes = int((at - _BEGINS) // 60) + 14 * 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what.replace(' or ', 's or ')}s"
