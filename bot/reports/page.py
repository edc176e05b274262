"""The report as one page: HTML with inline SVG, no script, nothing loaded from anywhere. Pure but for reading its own template.

Jinja2 with autoescape on and undefined names as errors. Weighed: f-strings with html.escape (one forgotten call is a hole), Mako
(escapes only where told), chevron (no longer kept up).
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cache, partial
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from bot.ports import Outage
from bot.reports.charts import Share, chart, shares
from bot.reports.csv_file import iso
from bot.reports.gather import Gathered
from bot.reports.names import SMALLEST
from bot.reports.score import FORMULA, score
from bot.reports.summary import outages, summary
from bot.reports.tables import TABLES, Cell, Row
from bot.reports.visible import clock_time, lasted, visible, whole, zone_of
from bot.reports.votes import suppressed

MOST: Mapping[str, int] = {"attendees": 50, "quiz": 100, "questions": 60, "chat": 200, "actions": 200}
"""Rows of a table on the page; the files hold all of them."""
LEFT_OUT = ("archived", "declined", "hidden")
"""States of questions that were taken away: a page that is sent on does not repeat them; the file `questions` does."""
LONGEST = 20
"""So many interruptions are on the page."""
BANDS = (20, 40, 60, 80, 100)
Named = Mapping[str, Cell]


@dataclass(slots=True)
class Shown:
    """The rows that the page shows, picked as they pass."""

    rows: dict[str, list[Named]] = field(default_factory=lambda: {name: [] for name in TABLES})
    counts: Counter[str] = field(default_factory=Counter)

    def take(self, table: str, rows: Sequence[Row]) -> None:
        """Counts all, keeps the first."""
        kept, columns = self.rows[table], TABLES[table].columns
        if table == "questions":
            state = TABLES[table].at("state")
            rows = [row for row in rows if row[state] not in LEFT_OUT]
        self.counts[table] += len(rows)
        room = MOST.get(table, len(rows) + len(kept)) - len(kept)
        kept += [dict(zip((column.name for column in columns), row, strict=True)) for row in rows[: max(0, room)]]


def page(told: Gathered, shown: Shown) -> str:
    """The whole page."""
    style = _text("report.css")
    zone = zone_of(told.event.zone)
    return _template().render(
        s=summary(told),
        told=told,
        rows=shown.rows,
        counts=shown.counts,
        chat=chart(_curve(shown.rows["timeseries"], "messages")),
        viewers=chart(_curve(shown.rows["timeseries"], "viewers"), line=True),
        asked=_by(_polls(shown.rows["poll_results"]), "type"),
        quizzes=_by(shown.rows["quiz"], "quiz"),
        bands=_bands(told),
        states=_counted(told.activity.states),
        rules=_rules(told),
        outages=longest(outages(told)),
        interruptions=len(outages(told)),
        formula=FORMULA,
        smallest=SMALLEST,
        tables=TABLES.values(),
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        **_words(zone),
    )


def longest(found: Sequence[Outage]) -> Sequence[Outage]:
    """The longest, in the order of their time."""
    lasting = sorted(found, key=lambda one: one.began - (one.ended or one.began))[:LONGEST]
    return sorted(lasting, key=lambda one: one.began)


def _words(zone: tzinfo) -> Mapping[str, Any]:
    return {"at": partial(_at, zone), "day": lambda at: clock_time(at, zone, "%-d %B %Y"), "iso": iso}


def _at(zone: tzinfo, at: float | None, *, seconds: bool = False) -> str:
    return clock_time(at, zone, "%H:%M:%S" if seconds else "%H:%M")


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"visible": visible, "whole": whole, "lasted": lasted}
    return environment.from_string(_text("report.html"))


@cache
def _text(name: str) -> str:
    return resources.files("bot.reports").joinpath("templates", name).read_text("utf-8")


def _curve(rows: Sequence[Named], column: str) -> list[tuple[float, float | None]]:
    return [(_number(row["minute"]), _known(row[column])) for row in rows]


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _known(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) else None


def _by(rows: Iterable[Mapping[str, Any]], column: str) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(str(row[column]), []).append(row)
    return found


def _polls(rows: Sequence[Named]) -> Iterable[Mapping[str, Any]]:
    """Each poll with its options as bars."""
    for options in _by(rows, "poll").values():
        votes = [_known(option["votes"]) for option in options]
        most = max((one for one in votes if one is not None), default=0.0)
        bars = [
            (str(one["option"]), number, _said(one), "right" if one["right"] == "yes" else "", _stands_out(one, number, most))
            for one, number in zip(options, votes, strict=True)
        ]
        yield {**options[0], "bars": shares(bars)}


def _stands_out(option: Named, votes: float | None, most: float) -> bool:
    """The right answer of a quiz question; else whatever leads."""
    return option["right"] == "yes" if option["type"] == "quiz_question" else bool(most) and votes == most


def _said(option: Named) -> str:
    if option["votes"] is None:
        return "–"
    return f"{whole(option['votes'])}" + (f" · {option['percent']} %" if option["percent"] is not None else "")


def _bands(told: Gathered) -> tuple[Share, ...]:
    """How the engagement scores lie."""
    counts = [0] * len(BANDS)
    for one in told.activity.people.values():
        total = score(one.taken, told.offered).total
        if total is not None:
            counts[next(place for place, top in enumerate(BANDS) if total <= top)] += 1
    if not sum(counts):
        return ()
    named = [f"{top - 20} to {top}" if top == 20 else f"over {top - 20} to {top}" for top in BANDS]
    groups = suppressed(counts) if told.naming.policy == "aggregate" else counts
    return shares([(name, group, whole(group), "", False) for name, group in zip(named, groups, strict=True)])


def _counted(counts: Mapping[str, int]) -> tuple[Share, ...]:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return shares([(name.replace("_", " "), count, whole(count), "", False) for name, count in ordered])


def _rules(told: Gathered) -> tuple[Share, ...]:
    ordered = sorted(told.acts.by_rule.items(), key=lambda one: (-one[1].acts, one[0]))
    notes = [f"{whole(count.undone)} undone" if count.undone else "" for _, count in ordered]
    return shares([(rule, one.acts, whole(one.acts), note, False) for (rule, one), note in zip(ordered, notes, strict=True)])
