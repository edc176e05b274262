"""What reports read, page by page, and what only reports need written down."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.ports.report import Outage, ReportAct, ReportDecision, ReportMessage, Sample
from bot.store.database import Row, Tx
from bot.store.part import Part
from bot.store.rows import read_action, read_decision, read_message


class Reporting(Part):
    """ports.report.ReportStore (with `events` and `last_revision` of other parts) and ports.report.OutageStore."""

    __slots__ = ()

    async def report_key(self, channel: str, event: str) -> str:
        """The event's secret; "" if none was drawn yet."""

        async def work(tx: Tx) -> str:
            row = await tx.one("report_key", channel=channel, event=event)
            return str(row[0]) if row is not None else ""

        return await self.db.read(work)

    async def report_people(self, channel: str, event: str) -> Sequence[tuple[str, str]]:
        """(name, e-mail) of everybody who wrote."""
        rows = await self._rows("report_people", channel=channel, event=event)
        return sorted((str(name), str(email)) for name, email in rows)

    async def report_messages(self, channel: str, event: str, after: int, limit: int) -> Sequence[ReportMessage]:
        """The next messages, each with the newest decision about it."""

        async def work(tx: Tx) -> Sequence[ReportMessage]:
            scope = {"channel": channel, "event": event, "after": after}
            rows = await tx.all("report_messages", **scope, limit=limit)
            if not rows:
                return []
            scope["last"] = rows[-1][0]
            fates = {ref: (id_, outcome, who) for ref, id_, outcome, who in await tx.all("report_fates", **scope)}
            rules: dict[str, list[str]] = {}
            for id_, rule in await tx.all("report_fate_rules", **scope):
                rules.setdefault(id_, []).append(rule)
            return [_with_fate(row, fates, rules) for row in rows]

        return await self.db.read(work)

    async def report_decisions(self, channel: str, event: str, after: int, limit: int) -> Sequence[ReportDecision]:
        """The next decisions in which a rule fired or a person acted."""

        async def work(tx: Tx) -> Sequence[ReportDecision]:
            scope = {"channel": channel, "event": event, "after": after}
            rows = await tx.all("report_decisions", **scope, limit=limit)
            if not rows:
                return []
            acts: dict[str, list[ReportAct]] = {}
            for row in await tx.all("report_decision_acts", **scope, last=rows[-1][0]):
                acts.setdefault(row[5], []).append(_act(row))
            decisions = [(seq, read_decision(body)) for seq, body in rows]
            return [ReportDecision(seq, one, tuple(acts.get(one.id, ()))) for seq, one in decisions]

        return await self.db.read(work)

    async def report_acts(self, channel: str, event: str, after: int, limit: int) -> Sequence[ReportAct]:
        """The next acts that no decision caused: those of engagement."""
        rows = await self._rows("report_acts", channel=channel, event=event, after=after, limit=limit)
        return [_act(row) for row in rows]

    async def report_undone(self, channel: str, event: str) -> Mapping[str, tuple[str, str]]:
        """Decisions that were taken back → the newest decision that did, and who made it."""
        rows = await self._rows("report_undone", channel=channel, event=event)
        return {undoes: (id_, who) for undoes, id_, who in rows}

    async def report_reversed(self, channel: str, event: str) -> Mapping[str, tuple[str, str]]:
        """Messages on which a person turned a rule's act round → the decision, and who made it."""
        rows = await self._rows("report_reversed", channel=channel, event=event)
        return {ref: (id_, who) for ref, id_, who in rows}

    async def report_remembered(self, channel: str, event: str, kind: str) -> Mapping[tuple[str, ...], Any]:
        """What the engine remembers of one kind, by its key."""
        rows = await self._rows("report_remembered", channel=channel, event=event, kind=kind)
        return {tuple(json.loads(name)): json.loads(value) for name, value in rows}

    async def report_counts(self, channel: str, event: str) -> Sequence[str]:
        """Acts that counted a poll and kept its votes, oldest first."""
        return [key for (key,) in await self._rows("report_counts", channel=channel, event=event)]

    async def report_count(self, channel: str, key: str) -> Mapping[str, Any]:
        """What such an act brought; empty if it is gone."""
        rows = await self._rows("report_count", channel=channel, key=key)
        return dict(json.loads(rows[0][0])) if rows else {}

    async def report_audience(self, channel: str, event: str) -> Sequence[Sample]:
        """The curve of viewers and signups."""
        return [Sample(*row) for row in await self._rows("report_audience", channel=channel, event=event)]

    async def report_outages(self, channel: str, event: str) -> Sequence[Outage]:
        """What did not work, oldest first."""
        return [Outage(*row) for row in await self._rows("report_outages", channel=channel, event=event)]

    # ── written down for reports ──

    async def note_audience(self, channel: str, event: str, at: float, *, viewers: int | None, signups: int | None) -> None:
        """Viewers now, signups so far; the largest of each minute is kept."""
        minute = int(at // 60)
        await self._change("note_audience", channel=channel, event=event, minute=minute, viewers=viewers, signups=signups)

    async def begin_outage(self, channel: str, event: str, outage: Outage) -> None:
        """Something does not work since `began`; one that is over already may be written down too."""
        values = {"kind": outage.kind, "began": outage.began, "ended": outage.ended, "why": outage.why}
        await self._change("begin_outage", channel=channel, event=event, **values)

    async def end_outage(self, channel: str, event: str, kind: str, at: float) -> None:
        """It works again."""
        await self._change("end_outages", channel=channel, event=event, kind=kind, at=at)

    async def open_outages(self, channel: str) -> Sequence[tuple[str, str]]:
        """(event, kind) of what is written down as not working."""
        return [(event, kind) for event, kind in await self._rows("open_outages", channel=channel)]

    async def last_alive(self, channel: str) -> float | None:
        """When the bot was last seen at work."""
        rows = await self._rows("last_alive", channel=channel)
        return float(rows[0][0]) if rows else None

    async def keep_alive(self, channel: str, at: float, new_secret: Callable[[], str]) -> None:
        """The bot is at work; events that have no secret for their reports yet get one."""

        async def work(tx: Tx) -> None:
            await tx.run("keep_alive", channel=channel, at=at)
            for (event,) in await tx.all("events_without_key", channel=channel):
                await tx.run("add_report_key", channel=channel, event=event, secret=new_secret(), at=at)

        await self.db.write(work, channel)

    async def _change(self, query: str, **values: Any) -> None:
        async def work(tx: Tx) -> int:
            return await tx.run(query, **values)

        await self.db.write(work, values["channel"])


def _with_fate(row: Row, fates: Mapping[str, tuple[str, str, str]], rules: Mapping[str, Sequence[str]]) -> ReportMessage:
    decision, outcome, who = fates.get(row[3], ("", "", ""))
    return ReportMessage(row[0], read_message(row), row[15], decision, outcome, who, tuple(sorted(rules.get(decision, ()))))


def _act(row: Row) -> ReportAct:
    seq, key, _, action, cause, decision, created, state, attempts, sent_at, settled_at, verified_at, error, remote = row
    return ReportAct(
        seq, key, read_action(action), cause, decision, created, state, attempts, sent_at, settled_at, verified_at, error, remote
    )
