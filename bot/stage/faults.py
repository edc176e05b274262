"""Everything that can go wrong between a client and the platform (reliability.md 2.A), by chance or on order.

Chance: `rates` maps a fault's name to its probability per call. Order: `FaultDesk.order` hits the next calls of a kind. Both can be
changed while the stage runs; chance comes from a seeded source.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

BEFORE = ("429", "refused", "5xx_before", "drop_before", "silent_before", "html_error", "redirect")
"""Nothing takes effect. `refused` answers with any 4xx."""
AFTER = (
    "5xx_after",
    "drop_after",
    "silent_after",
    "html_200",
    "empty",
    "truncated",
    "garbled",
    "wrong_types",
    "endless",
    "trickle",
)
"""It takes effect, and the answer is lost or spoilt."""
PAGES = ("duplicate_rows", "page_shift")
"""A list's rows are repeated; a page begins some rows earlier or later than it should."""
LATE = "late"
"""The connection is cut now, and it takes effect up to `late_seconds` later."""
KINDS = (*BEFORE, *AFTER, *PAGES, LATE)


@dataclass(frozen=True, slots=True)
class Faults:
    """What happens by chance, and its measures (seconds)."""

    rates: dict[str, float] = field(default_factory=dict)
    """Probability per call of each kind of KINDS."""
    methods: tuple[str, ...] = ()
    """Chance hits only these methods; empty = all."""
    latency: float = 0.0
    """Before each answer."""
    latency_jitter: float = 0.0
    """Up to so much more, evenly spread."""
    latency_tail: float = 0.0
    """One call in a hundred takes so much longer."""
    late_seconds: float = 20.0
    late_rows: float = 0.0
    """Probability that a new message is listed late: rows with higher ids are there before it."""
    late_rows_seconds: float = 2.0
    clock_skew: float = 0.0
    """The platform's clock is ahead by so much: Date header and times in rows."""
    redirect_to: str = "http://127.0.0.1:9/elsewhere"
    endless_bytes: int = 64 * 1024 * 1024
    """Where an endless body ends after all."""


@dataclass(slots=True)
class Order:
    """The next `times` calls that fit get `fault`. `path` is a part of the path; `after` fitting calls pass first."""

    fault: str
    method: str = ""
    path: str = ""
    times: int = 1
    after: int = 0
    retry_after: str = ""
    """The header's text with fault 429."""
    status: int = 400
    """The answer with fault `refused`: 401 for a revoked token, 410 for a cursor that is too old, …"""
    seconds: float | None = None
    """For `late`: exactly this long."""

    def fits(self, method: str, path: str) -> bool:
        """The call is one of those meant."""
        return (not self.method or self.method == method) and self.path in path


class FaultDesk:
    """Decides the fate of each call. Orders come before chance, the oldest first."""

    def __init__(self, faults: Faults, seed: int = 0) -> None:
        self.faults = faults
        self.random = random.Random(seed)  # noqa: S311 - invented misfortune, no secrets
        self._orders: list[Order] = []

    def order(self, order: Order) -> None:
        """Hits calls to come; ValueError for a fault that does not exist."""
        if order.fault not in KINDS:
            raise ValueError(f"unknown fault '{order.fault}': one of {', '.join(KINDS)}")
        self._orders.append(order)

    def clear(self) -> None:
        """Forgets all orders."""
        self._orders.clear()

    @property
    def waiting(self) -> int:
        """Orders that have not hit all their calls yet."""
        return len(self._orders)

    def fate(self, method: str, path: str) -> Order | None:
        """The fault that this call meets, if any."""
        for order in self._orders:
            if order.fits(method, path):
                return self._ordered(order)
        return self._by_chance(method)

    def latency(self) -> float:
        """Seconds that this answer takes."""
        faults = self.faults
        seconds = faults.latency + faults.latency_jitter * self.random.random()
        return seconds + faults.latency_tail if faults.latency_tail and self.random.random() < 0.01 else seconds

    def late_row(self) -> float | None:
        """Seconds until a new message is listed, None = at once."""
        faults = self.faults
        if not faults.late_rows or self.random.random() >= faults.late_rows:
            return None
        return self.random.uniform(0.0, faults.late_rows_seconds)

    def _ordered(self, order: Order) -> Order | None:
        if order.after > 0:
            order.after -= 1
            return None
        order.times -= 1
        if order.times <= 0:
            self._orders.remove(order)
        return order

    def _by_chance(self, method: str) -> Order | None:
        faults = self.faults
        if not faults.rates or (faults.methods and method not in faults.methods):
            return None
        dice = self.random.random()
        for fault, rate in faults.rates.items():
            if dice < rate:
                return Order(fault)
            dice -= rate
        return None


def check_rates(faults: Faults) -> None:
    """ValueError for a rate of a fault that does not exist."""
    for name in faults.rates:
        if name not in KINDS:
            raise ValueError(f"unknown fault '{name}': one of {', '.join(KINDS)}")
