"""Reports that were written before somebody was forgotten: written again, in the same formats and with the same names."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from bot.domain.errors import UsageError
from bot.ports import ReportStore
from bot.reports.names import POLICIES
from bot.reports.tables import SUMMARY, TABLES
from bot.reports.writing import PAGE, folder_of, write_report


async def write_again(store: ReportStore, channel: str, event: str, base: Path, usual: str = "named") -> list[Path]:
    """The files that were written anew; none if the event has no report there. `usual`: names where the report does not say."""
    folder = folder_of(base, event)
    formats = await asyncio.to_thread(_formats, folder)
    if not formats:
        return []
    names = await asyncio.to_thread(_names, folder)
    try:
        return await write_report(store, channel, event, folder, formats=formats, names=names or usual)
    except UsageError:
        return []  # nothing is known of the event any more: its report cannot be made, and whoever asked is told its folder


def _formats(folder: Path) -> list[str]:
    kinds = [kind for kind in ("csv", "json") if any((folder / f"{table}.{kind}").is_file() for table in TABLES)]
    return [*(["html"] if (folder / PAGE).is_file() else []), *kinds]


def _names(folder: Path) -> str:
    try:
        told = json.loads((folder / f"{SUMMARY.name}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    names = told.get("names", "") if isinstance(told, dict) else ""
    return names if names in POLICIES else ""
