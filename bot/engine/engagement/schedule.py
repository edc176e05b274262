"""When: occurrences of `at`, `every` and `cron` in a span of time, and the next one. Pure functions of the event's state.

Each occurrence has a name, its local date and time: the ledger's primary key, so that daylight saving, clock jumps, restarts and
replicas repeat nothing (reliability section 6). cronsim decides where clocks are put forward or back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from cronsim import CronSim

from bot.domain.ids import content_hash
from bot.domain.signals import EventState
from bot.ruleset.engagement import Started, Trigger
from bot.ruleset.moments import zone_of

MOST = 10
"""Of one trigger's missed occurrences not more are looked at, the newest."""
LOOK_BACK = 3600.0
_FOLD = 7200.0


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """`at` is when it is due (jitter included); `name` is the local time it stands for; `nominal` is that time."""

    at: float
    name: str
    nominal: float


def local_name(at: float, event: EventState) -> str:
    """`2026-10-25T02:30:00`; the second pass through a repeated hour carries its offset."""
    local = datetime.fromtimestamp(at, zone_of(event))
    plain = local.replace(tzinfo=None, microsecond=0).isoformat()
    return f"{plain}{local.strftime('%z')}" if local.fold else plain


def occurrences(item: Started, trigger: Trigger, event: EventState, since: float, until: float) -> list[Occurrence]:
    """Those of (since, until], oldest first, at most the newest ten."""
    found = [one for one in _candidates(item, trigger, event, since - item.jitter, until) if since < one.at <= until]
    return sorted(found)[-MOST:]


def next_after(item: Started, trigger: Trigger, event: EventState, now: float) -> float | None:
    """When this trigger is due next, if anything can tell."""
    begins = item.begins.resolve(event) if item.begins else None
    start = now if begins is None else max(now, begins - 1)
    due = [one.at for one in _coming(item, trigger, event, start - item.jitter) if one.at > now]
    expires = item.expires.resolve(event) if item.expires else None
    return min((at for at in due if expires is None or at < expires), default=None)


def every_base(item: Started, event: EventState) -> float | None:
    """Where `every` counts from: `begins`, else going live."""
    if event.phase == "over":
        return None
    if item.begins is not None:
        return item.begins.resolve(event)
    return event.live_since if event.phase in ("on_air", "playback", "unknown") else None


def counts_from_live(item: Started, trigger: Trigger) -> bool:
    """Whether a new going-live makes new occurrences."""
    return (trigger.at is not None and trigger.at.kind == "live") or (trigger.every is not None and item.begins is None)


def _named(item: Started, event: EventState, at: float) -> Occurrence:
    name = local_name(at, event)
    if not item.jitter:
        return Occurrence(at, name, at)
    share = int(content_hash(event.event, item.key, name)[:8], 16) / 0xFFFFFFFF
    return Occurrence(at + share * item.jitter, name, at)


def _candidates(item: Started, trigger: Trigger, event: EventState, since: float, until: float) -> Iterator[Occurrence]:
    if trigger.at is not None:
        at = trigger.at.resolve(event)
        if at is not None:
            yield _named(item, event, at)
    elif trigger.every is not None:
        base = every_base(item, event)
        if base is not None:
            last = int((until - base) // trigger.every)
            first = max(1, int((since - base) // trigger.every), last - MOST)
            yield from (_named(item, event, base + n * trigger.every) for n in range(first, last + 1))
    elif trigger.cron is not None:
        for at in _cron(trigger.cron.text, event, max(since, until - LOOK_BACK)):
            if at > until:
                return
            yield _named(item, event, at)


def _coming(item: Started, trigger: Trigger, event: EventState, start: float) -> Iterator[Occurrence]:
    """The next few, jitter included, from which the first one after now is taken."""
    if trigger.at is not None:
        yield from _candidates(item, trigger, event, start, start)
    elif trigger.every is not None:
        base = every_base(item, event)
        if base is not None:
            first = max(1, int((start - base) // trigger.every))
            steps = 3 + int(item.jitter // trigger.every)
            yield from (_named(item, event, base + n * trigger.every) for n in range(first, first + steps))
    elif trigger.cron is not None:
        yield from (_named(item, event, at) for at in islice(_cron(trigger.cron.text, event, start), 5))


def _cron(text: str, event: EventState, after: float) -> Iterator[float]:
    """Instants after `after`. Near a change of the clocks cronsim starts earlier: inside a repeated hour it would miss some."""
    zone = zone_of(event)
    start = datetime.fromtimestamp(after, zone)
    if (start - timedelta(hours=3)).utcoffset() != (start + timedelta(hours=3)).utcoffset():
        start = datetime.fromtimestamp(after - _FOLD, zone)
    for moment in CronSim(text, start):
        at = moment.timestamp()
        if at > after:
            yield at
