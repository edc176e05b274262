"""Tables as CSV by RFC 4180: comma, CRLF, quotes where needed and doubled inside, one header line, UTF-8 without a byte order mark.

No mark, because RFC 4180 knows none and most programs would take it for a part of the first column's name; in Excel such a file is
opened by Data → From Text/CSV (docs/reports.md). Texts that a spreadsheet would run as a formula get an apostrophe in front, also
when spaces or invisible characters stand before the sign; numbers are never touched.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import IO

from bot.reports.tables import Cell, Column, Row, Table

_SIGNS = frozenset("=+-@＝＋－＠\t\r")
_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})


class CsvFile:
    """One table, written as it comes."""

    def __init__(self, file: IO[str], table: Table) -> None:
        self._columns = table.columns
        self._writer = csv.writer(file, lineterminator="\r\n")
        self._writer.writerow([column.name for column in table.columns])

    def rows(self, rows: Iterable[Row]) -> None:
        """More rows."""
        self._writer.writerows([written(cell, column) for cell, column in zip(row, self._columns, strict=True)] for row in rows)


def written(cell: Cell, column: Column) -> str:
    """A cell as it stands in the file."""
    if cell is None:
        return ""
    if column.kind == "time" and isinstance(cell, float | int):
        return iso(cell)
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return repr(cell)
    return harmless(cell if isinstance(cell, str) else flat(cell))


def flat(cell: Mapping[str, object] | Sequence[object]) -> str:
    """`new 2; answered 5`, `swearing 12 (1 undone)`, `1 2 3`."""
    if isinstance(cell, Mapping):
        return "; ".join(f"{name} {_inner(value)}" for name, value in cell.items())
    numbers = all(one is None or isinstance(one, int | float) for one in cell)
    return (" " if numbers else "; ").join("-" if one is None else str(one) for one in cell)


def _inner(value: object) -> str:
    if isinstance(value, Mapping):
        undone = value.get("undone")
        return f"{value.get('acts')}" + (f" ({undone} undone)" if undone else "")
    return str(value)


def harmless(text: str) -> str:
    """No formula. NUL and lone surrogates, which no file of text can hold, become `\\ufffd` and `?`.

    >>> harmless("=1+1"), harmless("  @SUM(A1)"), harmless("a=b")
    ("'=1+1", "'  @SUM(A1)", 'a=b')
    """
    clean = text.replace("\0", "\ufffd").encode("utf-8", "replace").decode() if "\0" in text or not text.isascii() else text
    return "'" + clean if _runs(clean) else clean


def _runs(text: str) -> bool:
    """Would a spreadsheet run it? Apostrophes in front do not count, so that taking one away always gives the text back."""
    for char in text:
        if char in _SIGNS:
            return True
        if char != "'" and unicodedata.category(char) not in _INVISIBLE:
            return False
    return False


def iso(at: float) -> str:
    """`2026-03-01T14:00:05.250Z`; a time no calendar has is left empty."""
    try:
        moment = datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
