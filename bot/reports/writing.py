"""Report files: built aside, then moved into their place one by one, so that nobody ever reads half a file.

Building is pure and stands in the other files of this folder; here is the disk, always in a thread, never in the loop.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from bot.domain.errors import UsageError
from bot.domain.ids import content_hash
from bot.domain.signals import EventState
from bot.ports import ReportStore
from bot.reports.csv_file import CsvFile
from bot.reports.gather import Gather, Gathered
from bot.reports.json_file import JsonFile
from bot.reports.names import POLICIES, Policy
from bot.reports.page import Shown, page
from bot.reports.summary import summary
from bot.reports.tables import SUMMARY, TABLES, Row

FORMATS = ("html", "csv", "json")
PAGE = "report.html"


class Files:
    """All files of one report while they are written."""

    def __init__(self, folder: Path, formats: Sequence[str], tables: Sequence[str] = tuple(TABLES)) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._html = "html" in formats
        self._shown = Shown()
        self._csv = {name: CsvFile(self._open(f"{name}.csv"), TABLES[name]) for name in tables if "csv" in formats}
        self._json = {name: JsonFile(self._open(f"{name}.json"), TABLES[name]) for name in tables if "json" in formats}

    def _open(self, name: str) -> IO[str]:
        return self._stack.enter_context((self._folder / name).open("w", encoding="utf-8", newline=""))

    def take(self, table: str, rows: Sequence[Row]) -> None:
        """More rows."""
        for files in (self._csv, self._json):
            if table in files:
                files[table].rows(rows)
        if self._html:
            self._shown.take(table, rows)

    def end(self, told: Gathered) -> None:
        """The summary, the page, and everything to the disk."""
        self.take(SUMMARY.name, [tuple(summary(told).values())])
        for file in self._json.values():
            file.close()
        if self._html:
            self._open(PAGE).write(page(told, self._shown))
        self.close()

    def close(self) -> None:
        """Lets the files go."""
        self._stack.close()


def folder_of(base: Path, event: str) -> Path:
    """Where an event's report goes: a ref is no path, whatever stands in it."""
    safe = re.sub(r"[^\w.-]+", "_", event, flags=re.ASCII).strip(".")[:80]
    return base / (safe if safe == event else f"{safe or 'event'}-{content_hash(event)[:8]}")


async def write_report(
    store: ReportStore, channel: str, event: str, folder: Path, *, formats: Sequence[str] = FORMATS, names: str = "named"
) -> list[Path]:
    """Writes the files; returns their paths by name. Raises UsageError for what cannot be, OSError from the disk."""
    policy, wanted = checked(formats, names)
    state, secret = await known(store, channel, event, policy)
    aside = await asyncio.to_thread(_aside, folder)
    try:
        await _build(store, channel, state, Files(aside, wanted), policy, secret)
        return await asyncio.to_thread(_into_place, aside, folder)
    finally:
        await asyncio.to_thread(shutil.rmtree, aside, ignore_errors=True)


async def build_into(store: ReportStore, channel: str, event: str, files: Files, policy: Policy) -> None:
    """The same into files that the caller holds."""
    state, secret = await known(store, channel, event, policy)
    await _build(store, channel, state, files, policy, secret)


async def _build(store: ReportStore, channel: str, state: EventState, files: Files, policy: Policy, secret: str) -> None:
    try:
        gather = await Gather.begin(store, channel, state, policy, secret)
        async for table, rows in gather.batches():
            await asyncio.to_thread(files.take, table, rows)
        await asyncio.to_thread(files.end, gather.gathered)
    finally:
        await asyncio.to_thread(files.close)


def checked(formats: Sequence[str], names: str) -> tuple[Policy, tuple[str, ...]]:
    """Known formats and a known policy. Raises UsageError."""
    odd = [one for one in formats if one not in FORMATS]
    if odd or not formats:
        raise UsageError(f"'{', '.join(odd)}' is no format of a report; html, csv and json are")
    policy = next((one for one in POLICIES if one == names), None)
    if policy is None:
        raise UsageError(f"names can be named, hashed or aggregate, not '{names}'")
    return policy, tuple(formats)


async def known(store: ReportStore, channel: str, event: str, policy: Policy) -> tuple[EventState, str]:
    """The event and, where it is needed, its secret. Raises UsageError."""
    events = {state.event: state for state in await store.events(channel)}
    if event not in events:
        listed = ", ".join(sorted(events)) or "none yet"
        raise UsageError(f"nothing is known of the event '{event}'; known events: {listed}")
    secret = await store.report_key(channel, event) if policy == "hashed" else ""
    if policy == "hashed" and not secret:
        raise UsageError(f"the event '{event}' has no secret for pseudonyms yet; the daemon draws it within seconds of its start")
    return events[event], secret


def _aside(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=".report-", dir=folder))


def _into_place(aside: Path, folder: Path) -> list[Path]:
    """Each file appears whole: on the disk first, then under its name."""
    found = []
    for file in sorted(aside.iterdir()):
        with file.open("rb") as written:
            os.fsync(written.fileno())
        found.append(file.replace(folder / file.name))
    return found
