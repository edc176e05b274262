"""`usher check`: everything that can be known before the event. 0 clean, 1 problems (all of them), 2 unusable call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from bot.cli.loading import in_folder
from bot.cli.settings import load_config
from bot.cli.streams_check import unknown_streams
from bot.config import Config
from bot.domain.errors import UsageError
from bot.domain.signals import EventState
from bot.engine.engagement.foretelling import foretell
from bot.engine.engagement.unrolling import Deferred, Unrolled
from bot.engine.gate import gate
from bot.rulefiles import Loaded, load
from bot.ruleset.engagement import Engagement
from bot.ruleset.model import Ruleset
from bot.ruleset.moments import zone_of
from bot.ruleset.problems import Problem

DEFAULT = Path("rules")
_HOUR = 3600.0
_USUAL = 2 * _HOUR
_BEGINS = "2026-01-01T14:00"
"""When the assumed event starts, a Thursday."""
_SHOWN = 300


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(check)


def check(
    rules: Annotated[Path | None, typer.Option(help="Folder of the rule files (default: rules).")] = None,
    config: Annotated[Path | None, typer.Option(help="Check this configuration, and the rules of its channels.")] = None,
    start: Annotated[str, typer.Option(help="When the event starts, in its zone.")] = _BEGINS,
    zone: Annotated[
        str | None, typer.Option(help="The event's time zone, such as Europe/Berlin (default: the channel's, else UTC).")
    ] = None,
) -> None:
    """Check rule files and configuration: syntax, unknown keys, the rules' own tests, what fires when and what never does."""
    event = _event(start, zone or "UTC")
    settings = load_config(config) if config is not None else None
    streams = None if settings is None else [one.name for one in settings.stream]
    services = None if settings is None else settings.services
    problems = 0
    for folder, own in _folders(rules, config, settings):
        problems += _check_folder(folder, event if zone or not own else _event(start, own), streams, services)
    raise typer.Exit(1 if problems else 0)


def _event(start: str, zone: str) -> EventState:
    """The event that the running order is unrolled over."""
    try:
        begins = datetime.fromisoformat(start)
        begins = begins.replace(tzinfo=ZoneInfo(zone)) if begins.tzinfo is None else begins
    except (ValueError, ZoneInfoNotFoundError, OSError):
        raise UsageError(f"'{start}' in '{zone}' is no time; write --start {_BEGINS} --zone Europe/Berlin") from None
    return EventState("check", "Check", "idle", "before", starts=begins.timestamp(), zone=zone)


def _folders(rules: Path | None, config: Path | None, settings: Config | None) -> list[tuple[Path, str]]:
    """Folders with the time zone of the channel that uses each; "" where that is not known. Two channels may share a folder."""
    if settings is None:
        return [(rules or DEFAULT, "")]
    print(f"{config}: nothing wrong")
    zones = {channel.time_zone for channel in settings.channel}
    if rules is not None:
        return [(rules, zones.pop() if len(zones) == 1 else "")]
    if not settings.channel:
        raise UsageError(f"{config} has no [[channel]], so there are no rules to check; name a folder with --rules")
    return list(dict.fromkeys((Path(channel.rules), channel.time_zone) for channel in settings.channel))


def _check_folder(folder: Path, event: EventState, streams: Sequence[str] | None, services: Sequence[str] | None) -> int:
    """Prints all findings of a folder; returns how many are errors. `streams`, `services`: what the configuration has, if known."""
    loaded = load(folder, services)
    found = [*_failing_tests(loaded), *loaded.parsed.problems]
    found += unknown_streams(loaded.files, streams) if streams is not None else ()
    for problem in found:
        print(in_folder(problem, folder).render(), end="\n\n")
    errors = sum(problem.level == "error" for problem in found)
    ruleset = loaded.parsed.ruleset
    if ruleset is not None:
        for line in (*_overview(ruleset), *_foretold(ruleset.engagement, event)):
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


def _foretold(engagement: Engagement | None, event: EventState) -> Iterator[str]:
    """The running order of an event, run in virtual time."""
    if engagement is None or not engagement.started:
        return
    planned = engagement.planned(event)
    if engagement.length is None:
        planned = replace(planned, ends=_starts(event) + _USUAL)
        if "end" in engagement.counts_from:
            yield "  times counted from the end never come: the platform does not tell when an event ends; add `length: 2h`"
    since, until = _starts(event) - _HOUR, (planned.ends or 0.0) + _HOUR / 2
    told = foretell(engagement, planned, since, until)
    order = told.order
    lines, busiest = sum(order.lines_per_hour.values()), max(order.lines_per_hour.values(), default=0)
    span = f"{_local(_starts(event), event)} to {_local(planned.ends or 0.0, event)}"
    yield (
        f"running order of an event from {span} ({event.zone}): {_counted(lines, 'line')} of the bot, at most {busiest} in an hour"
    )
    yield from (f"  {hour}  {_counted(number, 'line')}" for hour, number in order.lines_per_hour.items())
    yield from _schedule(order)
    yield from _collisions(order.deferred, "has to wait", event)
    yield from _collisions(told.perhaps, "may have to wait", event)
    for item, why in order.never:
        yield f"  {item} never fires: {why}"


def _schedule(order: Unrolled) -> Iterator[str]:
    """What fires when, local time and UTC."""
    starts = [one for one in order.planned if one.what in ("starts", "opens", "closes")]
    for one in starts[:_SHOWN]:
        yield f"  {one.local[11:19]} ({one.utc[11:19]} UTC) {one.item} {one.what}"
    if len(starts) > _SHOWN:
        yield f"  and {len(starts) - _SHOWN} more"


def _collisions(deferred: Sequence[Deferred], what: str, event: EventState) -> Iterator[str]:
    for one in deferred:
        then = "is dropped" if one.said is None else f"is said {one.said - one.at:.0f} s later"
        yield f"  {_local(one.at, event)} {one.source} {what} and {then}: {one.why}"


def _starts(event: EventState) -> float:
    return event.starts or 0.0


def _local(at: float, event: EventState) -> str:
    return datetime.fromtimestamp(at, zone_of(event)).strftime("%H:%M")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what.replace(' or ', 's or ')}s"
