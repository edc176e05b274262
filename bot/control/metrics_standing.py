"""How everything stands at the moment somebody looks, as families of figures. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from bot.control.standing import budget_of


@dataclass(frozen=True, slots=True)
class ChannelStanding:
    """One channel. `health` is ChannelPowers.health; `paused` holds what is paused: all, moderation, engagement."""

    name: str
    health: Mapping[str, Any]
    inbox: int
    outbox: int
    ruleset: str
    rules: int
    rules_since: float
    problems: int
    paused: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole daemon."""

    version: str
    mode: str
    ready: bool
    readers: int
    lost: int
    alerts: int
    channels: Sequence[ChannelStanding]


def families(standing: Standing) -> Iterator[Metric]:
    """Everything."""
    yield _gauge("build_info", "Version and mode.", ["version", "mode"], [((standing.version, standing.mode), 1)])
    yield _gauge("ready", "1 when everything works.", [], [((), int(standing.ready))])
    yield _gauge("feed_readers", "Pages that read the feed.", [], [((), standing.readers)])
    yield _count("feed_lost", "News that slow readers of the feed have lost.", [], [((), standing.lost)])
    yield _count("alerts", "Alerts told.", [], [((), standing.alerts)])
    yield from _rules(standing.channels)
    yield from _work(standing.channels)
    yield from _reads(standing.channels)
    yield from _calls(standing.channels)


_Rows = list[tuple[tuple[str, ...], float]]


def _rules(channels: Sequence[ChannelStanding]) -> Iterator[Metric]:
    yield _gauge("ruleset_info", "Rules in force.", ["channel", "hash"], [((one.name, one.ruleset[:12]), 1) for one in channels])
    yield _of(channels, "ruleset_rules", "Rules in force.", "rules")
    yield _of(channels, "ruleset_since_timestamp_seconds", "Since when.", "rules_since")
    yield _of(channels, "ruleset_problems", "Problems in the rule files.", "problems")


def _work(channels: Sequence[ChannelStanding]) -> Iterator[Metric]:
    yield _of(channels, "inbox_waiting", "Signals that wait for the judge.", "inbox")
    yield _of(channels, "outbox_waiting", "Acts that wait or are under way.", "outbox")
    relay = [(one.name, one.health["relay"]) for one in channels]
    yield _gauge("acts_in_flight", "Acts on their way.", ["channel"], [((name,), each["in_flight"]) for name, each in relay])
    yield _gauge(
        "sending_stopped", "1: nothing is sent.", ["channel"], [((name,), int(bool(each["stopped"]))) for name, each in relay]
    )
    yield _count(
        "acts_unclear", "Calls whose outcome was not known.", ["channel"], [((name,), each["unclear"]) for name, each in relay]
    )
    kinds = ("all", "moderation", "engagement")
    pauses: _Rows = [((one.name, what), int(what in one.paused)) for one in channels for what in kinds]
    yield _gauge("paused", "1: paused by a person.", ["channel", "what"], pauses)
    hooks: _Rows = [((one.name, what), n) for one in channels for what, n in one.health["webhooks"].items()]
    yield _count("webhooks", "Deliveries by what became of them.", ["channel", "what"], hooks)


def _reads(channels: Sequence[ChannelStanding]) -> Iterator[Metric]:
    labels = ["channel", "event", "surface"]
    feeds = [((one.name, feed["event"], feed["surface"]), feed) for one in channels for feed in one.health["feeds"]]
    ages: _Rows = [(key, feed["age"]) for key, feed in feeds if feed["age"] is not None]
    yield _gauge("newest_read_age_seconds", "Seconds since the newest good read of a feed.", labels, ages)
    yield _gauge("read_interval_seconds", "How often it is read now.", labels, [(key, feed["interval"]) for key, feed in feeds])
    yield _gauge("read_failing", "1: the newest read failed.", labels, [(key, int(bool(feed["error"]))) for key, feed in feeds])
    yield _count("reads", "Good reads.", labels, [(key, feed["reads"]) for key, feed in feeds])
    yield _count("rows_read", "New messages read.", labels, [(key, feed["rows"]) for key, feed in feeds])


def _calls(channels: Sequence[ChannelStanding]) -> Iterator[Metric]:
    calls: _Rows = [
        ((one.name, *words.split(" ", 1)), count) for one in channels for words, count in one.health.get("calls", {}).items()
    ]
    yield _count("calls", "Calls of the platform by kind and status.", ["channel", "kind", "status"], calls)
    services = {name: each for one in channels for name, each in one.health.get("services", {}).items()}
    results: _Rows = [((name, kind), each[kind]) for name, each in services.items() for kind in ("score", "error", "over_limit")]
    yield _count("service_calls", "Questions to services that rules ask.", ["service", "result"], results)
    budgets = [(one.name, budget_of(one.health)) for one in channels]
    yield _gauge("budget_limit", "Calls a minute allowed now.", ["channel"], [((name,), each["limit"]) for name, each in budgets])
    yield _gauge("budget_left", "Calls left in this minute.", ["channel"], [((name,), each["left"]) for name, each in budgets])
    breakers: _Rows = [
        ((one.name, kind), int(state != "closed")) for one in channels for kind, state in one.health["connection"].items()
    ]
    yield _gauge("breaker_open", "1: the platform keeps failing and is left alone.", ["channel", "kind"], breakers)


def _of(channels: Sequence[ChannelStanding], name: str, text: str, field: str) -> Metric:
    return _gauge(name, text, ["channel"], [((one.name,), float(getattr(one, field))) for one in channels])


def _gauge(name: str, text: str, labels: list[str], rows: _Rows) -> Metric:
    family = GaugeMetricFamily(f"usher_{name}", text, labels=labels)
    for key, value in rows:
        family.add_metric(key, value)
    return family


def _count(name: str, text: str, labels: list[str], rows: _Rows) -> Metric:
    family = CounterMetricFamily(f"usher_{name}", text, labels=labels)
    for key, value in rows:
        family.add_metric(key, value)
    return family
