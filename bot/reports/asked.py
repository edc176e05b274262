"""Questions as the report tells them: what the team made of each, who asked the same, how long the answer took. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.ports import ReportMessage
from bot.reports.activity import moment
from bot.reports.names import Naming
from bot.reports.tables import Row

Record = Mapping[str, Any]


class Asked:
    """`records` are what the engine remembers of questions; without any the platform's status tells the state."""

    def __init__(self, records: Iterable[Record], naming: Naming) -> None:
        self._naming = naming
        self._by_ref = {str(one["ref"]): one for one in records}
        self._by_number = {one["n"]: one for one in self._by_ref.values()}
        self._askers: dict[int, set[str]] = {}
        for one in self._by_ref.values():
            self._askers.setdefault(self._top(one)["n"], set()).add(str(one["author"]))

    def row(self, row: ReportMessage) -> Row | None:
        """Of `questions`; None for what is no question."""
        message, record = row.message, self._by_ref.get(row.message.ref)
        if (message.surface != "qa" and record is None) or message.own:
            return None
        who = self._naming.person(message.author.name, message.author.email)
        answered = record["answered"] if record else None
        asked = moment(message)
        return (
            record["n"] if record else None,
            message.ref,
            message.surface,
            asked,
            who.id,
            who.name,
            self._naming.text(message.text),
            record["state"] if record else message.status,
            "deleted" if message.deleted else message.status,
            self._asked_by(record),
            record["lead"] if record else None,
            answered,
            None if answered is None else round(max(0.0, float(answered) - asked), 1),
        )

    def _asked_by(self, record: Record | None) -> int:
        return len(self._askers[self._top(record)["n"]]) if record else 1

    def _top(self, record: Record) -> Record:
        """The question that stands for the cluster."""
        seen = set()
        while record["lead"] is not None and record["lead"] in self._by_number and record["n"] not in seen:
            seen.add(record["n"])
            record = self._by_number[record["lead"]]
        return record
