"""The one row that says how the event went. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median

from bot.ports import Outage
from bot.reports.activity import minute_rows
from bot.reports.gather import Gathered
from bot.reports.score import score
from bot.reports.tables import SUMMARY, Cell, Row

PERCENTILES = (50, 95, 99)


def summary(told: Gathered) -> Mapping[str, Cell]:
    """By column, in their order."""
    found = {**_event(told), **_people(told), **_engaged(told), **_acted(told), **_curves(told)}
    return {column.name: found[column.name] for column in SUMMARY.columns}


def _event(told: Gathered) -> dict[str, Cell]:
    event = told.event
    began, ended = window(told)
    return {
        "event": event.event,
        "title": event.title,
        "status": event.status,
        "zone": event.zone,
        "names": told.naming.policy,
        "began": began,
        "ended": ended,
        "minutes": None if began is None or ended is None else round((ended - began) / 60, 1),
    }


def window(told: Gathered) -> tuple[float | None, float | None]:
    """When it went live (else the first thing that happened), and the last thing that happened."""
    first, last = told.activity.first, told.activity.last
    began = told.event.live_since if told.event.live_since is not None else first
    return began, last if last is None or began is None else max(began, last)


def _people(told: Gathered) -> dict[str, Cell]:
    activity, group = told.activity, told.naming.group
    scores = [score(one.taken, told.offered).total for one in activity.people.values()]
    known = [one for one in scores if one is not None]
    return {
        "signups": _most(sample.signups for sample in told.samples),
        "peak_viewers": _most(sample.viewers for sample in told.samples),
        "attendees": group(len(activity.people)),
        "unique_chatters": group(sum(one.messages > 0 for one in activity.people.values())),
        "messages": activity.messages,
        "hidden": activity.hidden,
        "bot_lines": activity.bot,
        "score_mean": round(fmean(known), 1) if known and group(len(known)) else None,
    }


def _engaged(told: Gathered) -> dict[str, Cell]:
    activity = told.activity
    return {
        "questions": activity.questions,
        "questions_answered": len(activity.answers),
        "median_answer_seconds": round(median(activity.answers), 1) if activity.answers else None,
        "questions_by_state": dict(sorted(activity.states.items())),
        "polls_held": told.offered.polls,
        "votes": told.naming.group(told.votes),
        "quizzes": len(told.quizzes),
        "quiz_players": told.naming.group(told.players),
    }


def _acted(told: Gathered) -> dict[str, Cell]:
    by_rule = sorted(told.acts.by_rule.items(), key=lambda one: (-one[1].acts, one[0]))
    exposures = sorted(told.activity.exposures)
    spells = outages(told)
    return {
        "acts": told.acts.decided,
        "acts_undone": told.acts.taken_back,
        "acts_by_rule": {rule: {"acts": count.acts, "undone": count.undone} for rule, count in by_rule},
        "exposure_count": len(exposures),
        **{f"exposure_p{share}": percentile(exposures, share) for share in PERCENTILES},
        "outages": len(spells),
        "outage_seconds": round(sum(spell.ended - spell.began for spell in spells if spell.ended is not None), 1),
        "outages_listed": [f"{one.kind} for {(one.ended or one.began) - one.began:.0f} s: {one.why}" for one in spells],
    }


def outages(told: Gathered) -> Sequence[Outage]:
    """Those that touch the event, cut to it."""
    began, ended = window(told)
    if began is None or ended is None:
        return ()
    cut = [Outage(one.kind, max(one.began, began), min(one.ended or ended, ended), one.why) for one in told.outages]
    return [one for one in cut if one.ended is not None and one.ended > one.began]


def percentile(values: Sequence[float], share: int) -> float | None:
    """By nearest rank, of sorted values.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 50)
    2.0
    """
    return round(values[max(0, math.ceil(share / 100 * len(values)) - 1)], 3) if values else None


def _curves(told: Gathered) -> dict[str, Cell]:
    rows: list[Row] = list(minute_rows(told.activity, told.samples, told.naming.group))
    viewers = [row[7] for row in rows]
    known = any(one is not None for one in viewers)
    return {"viewers_by_minute": viewers if known else [], "chat_by_minute": [row[1] for row in rows]}


def _most(values: Iterable[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)
