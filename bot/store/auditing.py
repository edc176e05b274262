"""Who did what, how much waits, and how much there was a minute. Only reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.ports import AuditRow, Minute
from bot.store.database import Tx
from bot.store.part import Part

_NONE = Minute(0)
_OUTCOMES = {"hide": "hidden", "hold": "held", "approve": "approved", "archive": "archived"}


class Auditing(Part):
    """A further reading part of ports.ControlStore."""

    __slots__ = ()

    async def audit_trail(
        self, *, who: str = "", action: str = "", since: float = 0.0, before: int = 0, limit: int = 100
    ) -> Sequence[AuditRow]:
        """Newest first. `before` is an AuditRow.seq."""

        async def work(tx: Tx) -> Sequence[AuditRow]:
            rows = await tx.all("audit_trail", who=who, action=action, since=since, before=before, limit=limit)
            return [AuditRow(row[0], row[1], row[2], row[3], row[4], row[5], json.loads(row[6])) for row in rows]

        return await self.db.read(work)

    async def backlog(self, channel: str) -> tuple[int, int]:
        """(signals, acts) that wait; cheap enough to be asked each second."""

        async def work(tx: Tx) -> tuple[int, int]:
            inbox = await tx.one("count_inbox", channel=channel, event="")
            outbox = await tx.one("count_open_entries", channel=channel)
            return int(inbox[0]) if inbox else 0, int(outbox[0]) if outbox else 0

        return await self.db.read(work)

    async def undone_rules(self, channel: str) -> Mapping[str, int]:
        """How many decisions of each rule were taken back."""

        async def work(tx: Tx) -> Mapping[str, int]:
            return dict(await tx.all("count_undone_rules", channel=channel))

        return await self.db.read(work)

    async def trends(self, channel: str, event: str, since: float) -> Sequence[Minute]:
        """Minutes in which anything happened, oldest first."""

        async def work(tx: Tx) -> Sequence[Minute]:
            found: dict[int, Minute] = {}
            for minute, surface, count in await tx.all("messages_a_minute", channel=channel, event=event, since=since):
                name = "questions" if surface == "qa" else "messages"
                found[minute] = _more(found.get(minute, replace(_NONE, minute=minute)), name, count)
            for minute, outcome, by_people, count in await tx.all("decisions_a_minute", channel=channel, event=event, since=since):
                at = found.get(minute, replace(_NONE, minute=minute))
                at = _more(at, _OUTCOMES.get(outcome, ""), count)
                found[minute] = _more(at, "by_people" if by_people else "", count)
            return [found[minute] for minute in sorted(found)]

        return await self.db.read(work)


def _more(minute: Minute, name: str, count: int) -> Minute:
    return replace(minute, **{name: getattr(minute, name) + count}) if name else minute
