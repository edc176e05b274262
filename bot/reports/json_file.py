"""Tables as JSON, written as they come: an array of objects, one a line; the summary is one object. Keys are the columns."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO

from bot.reports.csv_file import iso
from bot.reports.tables import Cell, Column, Row, Table

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "), allow_nan=False)


class JsonFile:
    """One table. `close` must be called."""

    def __init__(self, file: IO[str], table: Table) -> None:
        self._file = file
        self._columns = table.columns
        self._single = table.name == "summary"
        self._first = True
        if not self._single:
            file.write("[")

    def rows(self, rows: Iterable[Row]) -> None:
        """More rows."""
        for row in rows:
            found = {column.name: _cell(cell, column) for cell, column in zip(row, self._columns, strict=True)}
            self._file.write(("" if self._first else ",") + ("" if self._single else "\n") + _ENCODER.encode(found))
            self._first = False

    def close(self) -> None:
        """Ends the array."""
        self._file.write("\n" if self._single else "\n]\n")


def _cell(cell: Cell, column: Column) -> Cell:
    if column.kind == "time" and isinstance(cell, float | int):
        return iso(cell) or None
    return cell.encode("utf-8", "replace").decode() if isinstance(cell, str) and not cell.isascii() else cell
