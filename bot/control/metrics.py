"""Figures for Prometheus. What is counted once (decisions, acts, exposure) is counted as it happens; what stands somewhere already
(ages of reads, calls, budget, backlog) is asked for when somebody looks. No label ever holds a name, an address or a text.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric

from bot.control.metrics_standing import Standing, families
from bot.domain.actions import SetMessageStatus
from bot.domain.signals import MessageRead, Signal
from bot.engine.situation import Step
from bot.ports import OutboxRow

EXPOSURE = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0)
LAG = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
LOOK_AT_LOOP = 0.25
"""Seconds between two looks at how late the loop is."""
UNDER_WAY = 10_000
"""Hides under way whose message's moment is remembered."""
TAKEN_AWAY = frozenset({"hidden", "archived"})


class Metrics:
    """One registry for one daemon."""

    def __init__(self, now: Callable[[], float]) -> None:
        # A second series beside each counter, which nothing asks for:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no type there
        self.registry = CollectorRegistry()
        self._now = now
        self._posted: OrderedDict[str, float] = OrderedDict()
        self._standing: Standing | None = None
        named: dict[str, Any] = {"registry": self.registry, "namespace": "usher"}
        self._exposure = Histogram(
            "exposure_seconds", "How long messages that were hidden could be seen.", ["channel"], buckets=EXPOSURE, **named
        )
        self._judged = Counter("messages_judged", "Messages judged.", ["channel", "surface"], **named)
        self._decisions = Counter("decisions", "Decisions by outcome and by who made them.", ["channel", "outcome", "by"], **named)
        # Both are counted at each message: the library's own way to a label's series takes longer than counting.
        self._judged_of, self._decisions_of = cache(self._judged.labels), cache(self._decisions.labels)
        self._hits = Counter("rule_hits", "Verdicts by rule and mode.", ["channel", "rule", "mode"], **named)
        self._errors = Counter("rule_errors", "Rules that raised.", ["channel", "rule"], **named)
        self._acts = Counter("acts", "Acts by kind and how they ended.", ["channel", "kind", "state"], **named)
        self._lag = Histogram("loop_lag_seconds", "How late the event loop wakes.", buckets=LAG, **named)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.registry.register(self)

    def of(self, channel: str) -> Counted:
        """What one channel's runner and relay tell."""
        self._exposure.labels(channel)
        for surface in ("chat", "qa"):
            self._judged.labels(channel, surface)
        return Counted(self, channel)

    async def run(self) -> None:
        """Watches how late the loop is, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LOOK_AT_LOOP
            await asyncio.sleep(LOOK_AT_LOOP)
            self._lag.observe(max(0.0, loop.time() - due))

    def render(self, standing: Standing) -> bytes:
        """The text that Prometheus reads."""
        self._standing = standing
        return generate_latest(self.registry)

    def collect(self) -> Iterator[Metric]:
        """Called by the registry."""
        if self._standing is not None:
            yield from families(self._standing)

    def describe(self) -> Iterator[Metric]:
        """Only that the registry need not collect to know the names."""
        yield GaugeMetricFamily("usher_ready", "")

    # ── as it happens ──

    def saw(self, channel: str, signal: Signal, step: Step) -> None:
        """A signal was judged and saved."""
        if isinstance(signal, MessageRead):
            self._judged_of(channel, signal.message.surface).inc()
            self._remember(signal, step)
        for decision in step.decisions:
            self._decisions_of(channel, decision.outcome, decision.who.partition(":")[0]).inc()
            for verdict in (*decision.verdicts, *decision.suggested, *decision.shadow):
                if verdict.error:
                    self._errors.labels(channel, verdict.rule).inc()
                else:
                    self._hits.labels(channel, verdict.rule, verdict.mode).inc()

    def _remember(self, signal: MessageRead, step: Step) -> None:
        message = signal.message
        posted = message.posted if message.posted is not None else message.read
        for entry in step.entries:
            if isinstance(entry.action, SetMessageStatus) and entry.action.status in TAKEN_AWAY:
                self._posted[entry.key] = posted
        while len(self._posted) > UNDER_WAY:
            self._posted.popitem(last=False)

    def acted(self, channel: str, row: OutboxRow, state: str) -> None:
        """An act has ended."""
        self._acts.labels(channel, row.entry.action.kind, state).inc()
        posted = self._posted.pop(row.entry.key, None)
        if posted is not None and state == "done":
            self._exposure.labels(channel).observe(max(0.0, self._now() - posted))


class Counted:
    """One channel's share."""

    def __init__(self, metrics: Metrics, channel: str) -> None:
        self._metrics = metrics
        self._channel = channel

    def saw(self, signal: Signal, step: Step) -> None:
        """A signal was judged and saved."""
        self._metrics.saw(self._channel, signal, step)

    def acted(self, row: OutboxRow, state: str, _error: str) -> None:
        """An act has ended."""
        self._metrics.acted(self._channel, row, state)
