"""Time to detection with 50 feeds on one budget: our pacing against equal shares, fixed square-root shares, the learned index and
an oracle. Run `python -m bench.pacing [--minutes 10] [--seeds 3]`; prints a table.

200 messages a second in all, Zipf 1, 58 reads a second. Bursts: each feed ten times as busy for about 20 s every 200 s. Raid: one
feed gets 150 more a second for 20 s, each to be hidden; hides go first but for the share of the slots that reading keeps.
A message's detection is the read that follows it; network time would add to every number.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.plot import bars
from bot.intake.pacing import SHARE, Intervals, Pacing

FEEDS, SLOTS, TOTAL = 50, 58, 200.0
WARM = 60 * SLOTS


def zipf(total: float, exponent: float = 1.0) -> list[float]:
    """Messages a second of each feed."""
    weights = [1.0 / rank**exponent for rank in range(1, FEEDS + 1)]
    return [total * weight / sum(weights) for weight in weights]


@dataclass
class World:
    """Arrivals slot by slot, the same for every policy of one seed."""

    seed: int
    slots: int
    bursty: bool = False
    raid_at: int | None = None
    total: float = TOTAL
    rates: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.rates = zipf(self.total / (1.9 if self.bursty else 1.0))

    def play(self) -> Iterator[tuple[list[float], list[tuple[int, int]]]]:
        """(rates of the moment, [(feed, arrivals)]) for each slot."""
        rng = random.Random(self.seed)  # noqa: S311 - a simulation
        flips = [self._flips(rng) for _ in range(FEEDS)]
        now = list(self.rates)
        for slot in range(self.slots):
            for feed in range(FEEDS):
                while flips[feed] and flips[feed][0] <= slot:
                    flips[feed].popleft()
                    now[feed] = self.rates[feed] * (10 if now[feed] == self.rates[feed] else 1)
            extra = 150.0 if self.raid_at is not None and self.raid_at <= slot < self.raid_at + 20 * SLOTS else 0.0
            lively = [rate + (extra if feed == 9 else 0.0) for feed, rate in enumerate(now)]
            yield lively, list(_arrivals(rng, lively))

    def _flips(self, rng: random.Random) -> deque[float]:
        at, flips = -600.0 * SLOTS, deque[float]()  # long enough before the start to be in the usual state
        while self.bursty and at < self.slots:
            at += rng.expovariate(1 / 180) * SLOTS
            flips.append(at)
            at += rng.expovariate(1 / 20) * SLOTS
            flips.append(at)
        return flips


def _arrivals(rng: random.Random, rates: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Poisson arrivals of one slot, drawn for all feeds together and then dealt out."""
    whole = sum(rates)
    count, left = 0, rng.expovariate(whole)
    while left < 1.0 / SLOTS:
        count, left = count + 1, left + rng.expovariate(whole)
    dealt: dict[int, int] = {}
    for feed in rng.choices(range(FEEDS), rates, k=count) if count else []:
        dealt[feed] = dealt.get(feed, 0) + 1
    yield from dealt.items()


Choose = Callable[[int, list[int], list[float]], int]
Saw = Callable[[int, int, int, int], None]


@dataclass
class Policy:
    """`choose(slot, slot of each feed's last read, true rates)`; `saw(feed, new, slot, slot before)`."""

    choose: Choose
    saw: Saw = lambda feed, new, slot, before: None


def equal() -> Policy:
    """The feed that was not read for longest."""
    return Policy(lambda slot, last, rates: min(range(FEEDS), key=last.__getitem__))


def fixed_square_root() -> Policy:
    """The square-root rule with rates that are known, but only in the mean."""
    known = zipf(TOTAL)
    return Policy(lambda slot, last, rates: max(range(FEEDS), key=lambda feed: known[feed] * (slot - last[feed]) ** 2))


def oracle() -> Policy:
    """The square-root rule with the rates of the moment."""
    return Policy(lambda slot, last, rates: max(range(FEEDS), key=lambda feed: rates[feed] * (slot - last[feed]) ** 2))


def learned(memory: float, power: float) -> Policy:
    """The index with learned rates, as it is described in the literature: one memory, one exponent."""
    counts, times, rates = [0.0] * FEEDS, [0.0] * FEEDS, [TOTAL / FEEDS] * FEEDS

    def saw(feed: int, new: int, slot: int, before: int) -> None:
        fades = math.exp(-(slot - before) / SLOTS / memory)
        counts[feed] = counts[feed] * fades + new
        times[feed] = times[feed] * fades + memory * (1 - fades)
        rates[feed] = (counts[feed] + 1.0) / (times[feed] + 1.0)

    return Policy(lambda slot, last, _: max(range(FEEDS), key=lambda feed: rates[feed] * (slot - last[feed]) ** power), saw)


def ours() -> Policy:
    """bot.intake.pacing as it is."""
    pacing: Pacing[int] = Pacing(Intervals(), rate=SLOTS)
    for feed in range(FEEDS):
        pacing.add(feed, live=True)
    before: list[float | None] = [None] * FEEDS

    def choose(slot: int, last: list[int], rates: list[float]) -> int:
        choice = pacing.choose(slot / SLOTS)
        if choice.feed is None:
            return -1
        before[choice.feed] = pacing.begin(choice.feed, slot / SLOTS)
        return choice.feed

    def saw(feed: int, new: int, slot: int, last: int) -> None:
        pacing.end(feed, slot / SLOTS, since=before[feed], rows=new, more=False)

    return Policy(choose, saw)


@dataclass
class Waits:
    """Seconds from arrival to detection."""

    values: list[float] = field(default_factory=list)

    def line(self) -> tuple[float, float, float]:
        """mean, p95, p99."""
        ordered = sorted(self.values)
        return sum(ordered) / len(ordered), ordered[int(len(ordered) * 0.95)], ordered[int(len(ordered) * 0.99)]


def simulate(world: World, policy: Policy, hides: Hides | None = None) -> Waits:
    """Plays one world; `hides(new)` says after each read whether the next slot belongs to acting."""
    waits, last = Waits(), [0] * FEEDS
    waiting: list[list[int]] = [[] for _ in range(FEEDS)]
    new = 0
    for slot, (rates, arrivals) in enumerate(world.play(), start=1):
        closed = hides is not None and hides.closed()
        for feed, count in arrivals:
            waiting[feed] += [] if closed and feed == 9 else [slot] * count
        if hides is not None and hides(new):
            new = 0
            continue
        feed = policy.choose(slot, last, rates)
        if feed < 0:
            continue
        found, waiting[feed] = waiting[feed], []
        if slot > WARM:
            counted = (world.raid_at is None) or (feed != 9 and world.raid_at <= slot < world.raid_at + 60 * SLOTS)
            waits.values += [(slot - arrived + 0.5) / SLOTS for arrived in found] if counted else []
        policy.saw(feed, len(found), slot, last[feed])
        last[feed] = slot
        new = len(found) if feed == 9 and world.raid_at is not None and slot >= world.raid_at else 0
    return waits


class Hides:
    """Acting in a raid. `share` of the slots stays with reading; `copies` like messages are one job; the chat is locked while
    clearing what waits would take more than `lock` seconds (and half a minute longer), so that nobody writes there."""

    def __init__(self, share: float, copies: float, lock: float = math.inf) -> None:
        self.share, self.copies, self.lock = share, copies, lock
        self.backlog, self.credit, self.locked = 0.0, 0.0, 0

    def closed(self) -> bool:
        """Is the raided chat locked in this slot?"""
        if self.backlog / (SLOTS * (1.0 - self.share)) > self.lock:
            self.locked = 30 * SLOTS
        self.locked = max(0, self.locked - 1)
        return self.locked > 0

    def __call__(self, new: int) -> bool:
        """Whether the next slot is used to hide."""
        self.backlog += new / self.copies
        self.credit = min(self.credit + self.share, 1.0)
        if self.backlog < 1.0:
            return False
        if self.credit >= 1.0:
            self.credit -= 1.0
            return False
        self.backlog -= 1.0
        return True


POLICIES: dict[str, Callable[[], Policy]] = {
    "equal shares": equal,
    "square root, true means": fixed_square_root,
    "index p=2, learned 20 s": lambda: learned(20.0, 2.0),
    "index p=3, learned 20 s": lambda: learned(20.0, 3.0),
    "index p=2, learned 5 s": lambda: learned(5.0, 2.0),
    "oracle (rate of the moment)": oracle,
    "bot/intake/pacing.py": ours,
}


def averaged(lines: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Means over the seeds."""
    return tuple(sum(line[at] for line in lines) / len(lines) for at in range(3))  # type: ignore[return-value]  # three in, three out


def table(minutes: float, seeds: int, plotted: list[tuple[str, str, float]]) -> Iterator[str]:
    """The lines of the report; `plotted` is filled for the plot."""
    slots = int(minutes * 60 * SLOTS) + WARM
    for title, bursty in (("steady", False), ("bursts", True)):
        yield f"{title}: {FEEDS} feeds, {TOTAL:.0f} messages/s, {SLOTS} reads/s          mean    p95    p99  s"
        for name, policy in POLICIES.items():
            lines = [simulate(World(seed, slots, bursty), policy()).line() for seed in range(seeds)]
            plotted += [(f"{title}, mean", name, averaged(lines)[0]), (f"{title}, p99", name, averaged(lines)[2])]
            yield f"  {name:<52}{''.join(f'{value:7.3f}' for value in averaged(lines))}"
    yield "raid: 150/s more on one feed for 20 s, the other 49 in the minute after its start"
    raids = {
        "hides first, one by one": (0.0, 1.0, math.inf),
        "a quarter stays with reading": (0.25, 1.0, math.inf),
        "35 of a hundred stay with reading": (SHARE, 1.0, math.inf),
        "and the chat is locked at 5 s of work (the bot)": (SHARE, 1.0, 5.0),
        "if ten copies could be hidden with one call": (SHARE, 10.0, math.inf),
    }
    for name, (share, copies, lock) in raids.items():
        worlds = [World(seed, WARM + 130 * SLOTS, raid_at=WARM + 10 * SLOTS) for seed in range(seeds)]
        lines = [simulate(world, ours(), Hides(share, copies, lock)).line() for world in worlds]
        yield f"  {name:<52}{''.join(f'{value:7.3f}' for value in averaged(lines))}"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--plot", type=Path, metavar="FILE.svg")
    chosen = parser.parse_args()
    begun = time.perf_counter()
    plotted: list[tuple[str, str, float]] = []
    for line in table(chosen.minutes, chosen.seeds, plotted):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    if chosen.plot is not None:
        title = f"Seconds from writing to reading, {FEEDS} feeds, {SLOTS} reads and {TOTAL:.0f} messages a second"
        chosen.plot.write_text(bars(title, sorted(plotted, key=lambda row: row[0]), "s", ours="bot/intake/pacing.py"), "utf-8")
    sys.stdout.write(f"took {time.perf_counter() - begun:.0f} s\n")


if __name__ == "__main__":
    main()
