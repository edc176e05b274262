"""What happened on the wire: every call with time, method, path, answer, and whether it took effect.

The last calls are kept in full, those that wanted to change something all of them; totals and the busiest 60 s are counted for
ever, per token.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

from bot.stage.limits import RollingCount

KEPT_CALLS = 100_000


@dataclass(frozen=True, slots=True)
class Record:
    """One call. `status` is 0 where the connection was cut or never answered; `applied` tells whether it took effect, `applied_at`
    when (later than `at` for a late one)."""

    at: float
    method: str
    path: str
    query: str
    who: str
    status: int
    applied: bool
    fault: str = ""
    fields: dict[str, Any] | None = None
    applied_at: float | None = None


class Journal:
    """The book of calls."""

    def __init__(self) -> None:
        self.calls: deque[Record] = deque(maxlen=KEPT_CALLS)
        self.writes: list[Record] = []
        self.by_kind: Counter[str] = Counter()
        self.by_status: Counter[int] = Counter()
        self.by_fault: Counter[str] = Counter()
        self.rolling: dict[str, RollingCount] = {}

    def arrived(self, who: str, now: float) -> None:
        """Counts a call of a token at the moment it came."""
        self.rolling.setdefault(who, RollingCount()).add(now)

    def add(self, record: Record, kind: str) -> None:
        """Keeps a call once its fate is known; `kind` groups calls, as in `PATCH chat`."""
        self.calls.append(record)
        if record.method != "GET":
            self.writes.append(record)
        self.by_kind[kind] += 1
        self.by_status[record.status] += 1
        if record.fault:
            self.by_fault[record.fault] += 1

    def told(self, since: float = 0.0) -> list[dict[str, Any]]:
        """The kept calls from a moment on, as JSON values."""
        return [asdict(each) for each in self.calls if each.at >= since]

    def changing(self, since: float = 0.0) -> list[dict[str, Any]]:
        """Every call that wanted to change something."""
        return [asdict(each) for each in self.writes if each.at >= since]

    def counts(self) -> dict[str, Any]:
        """Totals. `peak_minute` is the most calls of one token in any 60 s, to check a budget; `most_in_60s` has it per token."""
        return {
            "peak_minute": max((count.most for count in self.rolling.values()), default=0),
            "total": sum(self.by_status.values()),
            "by_kind": dict(self.by_kind),
            "by_status": {str(status): count for status, count in self.by_status.items()},
            "by_fault": dict(self.by_fault),
            "most_in_60s": {who: count.most for who, count in self.rolling.items()},
            "by_token": {who: count.total for who, count in self.rolling.items()},
        }
