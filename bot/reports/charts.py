"""Charts as inline SVG without any text in it: labels and numbers stand in HTML beside it, readable on a telephone and for a
screen reader. Pure; the template draws what is worked out here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MOST_BARS = 60
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080)
HEIGHT = 100.0
STEP = 10.0


@dataclass(frozen=True, slots=True)
class Bucket:
    """Some minutes together. `at` is the beginning, in seconds."""

    at: float
    value: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; y grows downwards."""

    x: float
    y: float
    width: float
    height: float
    bucket: Bucket


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, or the pieces of a line where `line` is set; `ticks` are the labels of the left side from the top down."""

    width: float
    bars: tuple[Bar, ...]
    lines: tuple[str, ...]
    ticks: tuple[int, ...]
    minutes: int
    peak: Bucket | None

    @property
    def buckets(self) -> tuple[Bucket, ...]:
        """What the table beside it lists."""
        return tuple(bar.bucket for bar in self.bars)


def together(minutes: Sequence[tuple[float, float | None]], *, largest: bool) -> tuple[int, list[Bucket]]:
    """Minutes as at most 60 buckets, and how many minutes each has: summed up, or the largest of each."""
    if not minutes:
        return 1, []
    span = (minutes[-1][0] - minutes[0][0]) / 60 + 1
    size = next((step for step in _STEPS if span / step <= MOST_BARS), math.ceil(span / MOST_BARS))
    found: dict[int, float | None] = {}
    for at, value in minutes:
        place = int(at // 60) // size
        known = found.get(place)
        if value is None:
            found.setdefault(place, None)
        else:
            found[place] = value if known is None else max(known, value) if largest else known + value
    return size, [Bucket(place * size * 60.0, value) for place, value in found.items()]


def chart(minutes: Sequence[tuple[float, float | None]], *, line: bool = False) -> Chart:
    """Bars of sums, or a line of the largest; what is not known is left open."""
    size, buckets = together(minutes, largest=line)
    known = [one for one in buckets if one.value is not None]
    peak = max(known, key=lambda one: one.value or 0.0, default=None)
    top = nice((peak.value or 0.0) if peak else 0.0)
    bars = tuple(_bar(place, one, top) for place, one in enumerate(buckets))
    return Chart(max(1, len(bars)) * STEP, bars, _pieces(bars) if line else (), (top, top // 2, 0), size, peak)


def _bar(place: int, bucket: Bucket, top: float) -> Bar:
    height = round(HEIGHT * (bucket.value or 0.0) / top, 2)
    return Bar(place * STEP + 1, round(HEIGHT - height, 2), STEP - 2, height, bucket)


def _pieces(bars: Sequence[Bar]) -> tuple[str, ...]:
    """The points of each stretch without a hole."""
    pieces: list[list[Bar]] = [[]]
    for bar in bars:
        if bar.bucket.value is None:
            pieces.append([])
        else:
            pieces[-1].append(bar)
    return tuple(_points(piece) for piece in pieces if piece)


def _points(piece: Sequence[Bar]) -> str:
    """Through the middles of the bars; a single one becomes a short dash."""
    if len(piece) == 1:
        return f"{piece[0].x:g},{piece[0].y:g} {piece[0].x + piece[0].width:g},{piece[0].y:g}"
    return " ".join(f"{bar.x + bar.width / 2:g},{bar.y:g}" for bar in piece)


def nice(value: float) -> int:
    """An even number at the top of the scale that is not much larger.

    >>> [nice(one) for one in (0, 1, 3, 7, 11, 42, 96, 130)]
    [2, 2, 4, 10, 20, 50, 100, 200]
    """
    if value <= 2:
        return 2
    base = 10 ** math.floor(math.log10(value))
    return next(int(base * step) for step in (1, 2, 4, 5, 10, 20) if base * step >= value and (base * step) % 2 == 0)


@dataclass(frozen=True, slots=True)
class Share:
    """A line of a bar table: words, number, and how long its bar is (0 to 100)."""

    label: str
    number: str
    length: float
    note: str = ""
    strong: bool = False


def shares(rows: Sequence[tuple[str, float | None, str, str, bool]]) -> tuple[Share, ...]:
    """From (label, value, number in words, note, strong); the longest bar fills the width."""
    most = max((value for _, value, _, _, _ in rows if value is not None), default=0.0)
    return tuple(
        Share(label, number, round(100 * value / most, 1) if value and most else 0.0, note, strong)
        for label, value, number, note, strong in rows
    )
