"""Livestreams of the event as rows. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.ports import StreamRecord
from bot.reports.tables import Row

WORDS = {"before": "not started", "on_air": "on air", "off": "off air"}


def stream_rows(records: Iterable[StreamRecord]) -> list[Row]:
    """Of `streams`. A livestream that was never asked for nor seen on air is left out."""
    return [_row(one) for one in records if one.started is not None or one.wanted is not None]


def _row(one: StreamRecord) -> Row:
    figures = one.figures
    return (
        one.name,
        one.platform,
        WORDS.get(one.status, one.status),
        one.started,
        one.ended,
        one.drops,
        round(one.lost, 1),
        figures.runs,
        _rounded(figures.ingest_seconds),
        _rounded(figures.viewer_seconds),
        figures.views,
        figures.most_viewers,
        "; ".join(note for note in (one.note, figures.note) if note),
    )


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
