"""A report to hand out over HTTP: the page, one table, or all tables in one file. Built in a folder that is gone afterwards."""

from __future__ import annotations

import asyncio
import io
import tempfile
import zipfile
from pathlib import Path

from bot.domain.errors import UsageError
from bot.ports import ReportFile, ReportStore
from bot.reports.tables import TABLES
from bot.reports.writing import PAGE, Files, build_into, checked, folder_of

TYPES = {
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
    "zip": "application/zip",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest date a zip file knows: the same report is the same file."""


async def hand_out(
    store: ReportStore, channel: str, event: str, *, format: str = "html", names: str = "named", table: str = ""
) -> ReportFile:
    """Raises UsageError for an event, a format, a policy or a table that does not exist."""
    policy, _ = checked((format,), names)
    if table and table not in TABLES:
        raise UsageError(f"there is no table '{table}' in a report; known: {', '.join(TABLES)}")
    with tempfile.TemporaryDirectory(prefix="usher-report-") as place:
        folder = Path(place)
        files = await asyncio.to_thread(Files, folder, (format,), (table,) if table else tuple(TABLES))
        await build_into(store, channel, event, files, policy)
        return await asyncio.to_thread(_packed, folder, folder_of(Path(), event).name, format, table)


def _packed(folder: Path, name: str, format: str, table: str) -> ReportFile:
    if format == "html":
        return ReportFile(f"{name}.html", TYPES["html"], (folder / PAGE).read_bytes())
    if table:
        return ReportFile(f"{name}-{table}.{format}", TYPES[format], (folder / f"{table}.{format}").read_bytes())
    if format == "csv":
        return ReportFile(f"{name}-csv.zip", TYPES["zip"], _zipped(folder))
    return ReportFile(f"{name}.json", TYPES["json"], _one_object(folder))


def _zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in TABLES:
            archive.writestr(zipfile.ZipInfo(f"{table}.csv", _EPOCH), (folder / f"{table}.csv").read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _one_object(folder: Path) -> bytes:
    tables = [f'"{table}": '.encode() + (folder / f"{table}.json").read_bytes().strip() for table in TABLES]
    return b"{\n" + b",\n".join(tables) + b"\n}\n"
