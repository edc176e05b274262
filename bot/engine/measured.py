"""What a condition saw where it did not hold: the value beside the limit, in words. For "why not", which is asked rarely. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.ruleset.conditions.authors import Flag, Labelled, MailDomain, Named, Number, TrustedAs, record_of
from bot.ruleset.conditions.counts import Count
from bot.ruleset.conditions.happening import Between, Event, Poll, Raid, Surface
from bot.ruleset.conditions.linked import InDomains, Links, NotInDomains
from bot.ruleset.conditions.rates import Counters, Often
from bot.ruleset.conditions.scored import Score
from bot.ruleset.conditions.shares import Share
from bot.ruleset.conditions.similar import SimilarToOthers, SimilarToOwn
from bot.ruleset.conditions.wording import Wording
from bot.ruleset.facts import Condition, Facts
from bot.ruleset.values import plain
from bot.ruleset.views import text_of


def measured(part: Condition, facts: Facts) -> str:
    """The value as it was, for a single condition that did not hold."""
    tell = _TELL.get(type(part))
    return tell(part, facts) if tell is not None else f"{type(part).__name__.lower()} does not hold"


def _number(part: Number, facts: Facts) -> str:
    number = part.measure(facts)
    return f"author's {part.name} {'unknown' if number is None else plain(round(number, 3))} (wanted {part.test})"


def _count(part: Count, facts: Facts) -> str:
    length = len(text_of(facts))
    if part.min_length and length < part.min_length:
        return f"{part.name}: {length} characters, asked from {part.min_length} on"
    return f"{part.name} {part.measure(facts)} (wanted {part.test})"


def _share(part: Share, facts: Facts) -> str:
    some, whole = part.parts(facts)
    if whole < part.min_length:
        return f"{part.name}: {whole} characters count, asked from {part.min_length} on"
    return f"{part.name} {some / max(whole, 1) * 100:.0f} % of {part.share * 100:.0f} %"


def _often(part: Often, facts: Facts) -> str:
    """The same count with the least threshold tells the number."""
    told = replace(part, rate=replace(part.rate, n=1)).check(facts).note.partition(" (")[0]
    return f"{told or 'none'} of {part.rate}"


def _counters(part: Counters, facts: Facts) -> str:
    told = []
    for name, counted in part.tests:
        since = -1.0 if counted.seconds is None else facts.now - counted.seconds
        number = sum(n for moment, n in facts.history.get("counter", name) or () if moment > since)
        told.append(f"counter {name} {plain(number)} (wanted {counted})")
    return ", ".join(told)


def _score(part: Score, facts: Facts) -> str:
    scores: dict[str, float] = facts.cache.get("scores") or {}
    return ", ".join(
        f"score {name or 'of all'} {plain(scores.get(name, 0.0) if name else sum(scores.values()))} (wanted {test})"
        for name, test in part.tests
    )


def _own(part: SimilarToOwn, facts: Facts) -> str:
    told = replace(part, times=1).check(facts).note.partition(" (")[0]
    return f"{told or 'said once, or too short to compare'}; wanted {part.times} times"


def _others(part: SimilarToOthers, facts: Facts) -> str:
    told = replace(part, authors=1).check(facts).note.partition(" (")[0]
    return f"{told or 'said by nobody else, or too short to compare'}; wanted {part.authors} authors"


def _labelled(part: Labelled, facts: Facts) -> str:
    borne = sorted(record_of(facts).get("labels") or ())
    return f"author's labels: {', '.join(borne) or 'none'} (wanted {' or '.join(sorted(part.labels))})"


def _between(part: Between, facts: Facts) -> str:
    return f"not between {part.begins or 'the beginning'} and {part.ends or 'the end'}"


_TELL: dict[type, Callable[[Any, Facts], str]] = {
    Number: _number,
    Count: _count,
    Share: _share,
    Often: _often,
    Counters: _counters,
    Score: _score,
    SimilarToOwn: _own,
    SimilarToOthers: _others,
    Labelled: _labelled,
    Between: _between,
    TrustedAs: lambda part, facts: f"author is {facts.trust} (wanted {' or '.join(sorted(part.steps))})",
    Named: lambda part, facts: f"author's {part.what} does not fit",
    MailDomain: lambda part, facts: "author writes from another domain",
    Flag: lambda part, facts: f"{part.name}: {'no' if part.wanted else 'yes'}",
    Surface: lambda part, facts: f"written in {facts.message.surface} (wanted {' or '.join(sorted(part.surfaces))})",
    Event: lambda part, facts: f"event is {facts.event.status or 'of unknown status'}, {facts.event.phase}",
    Poll: lambda part, facts: "a poll is open" if facts.poll_open else "no poll is open",
    Raid: lambda part, facts: "raid mode is on" if facts.raid else "raid mode is off",
    Wording: lambda part, facts: f"none of the {len(part.terms)} listed words and patterns stands in the text",
    Links: lambda part, facts: f"no such links (wanted {part.test})",
    InDomains: lambda part, facts: "no link to one of the domains",
    NotInDomains: lambda part, facts: "no link to another domain",
}
