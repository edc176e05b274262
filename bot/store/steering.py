"""T9 and the audit: what people do. A pause is in force when its transaction is; the claim looks at it each time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.signals import EventState, PersonAct, Signal
from bot.ports import Pause
from bot.store.database import Tx
from bot.store.part import AUDIT_ONLY, Part
from bot.store.rows import event_json, signal_row
from bot.store.trail import note


class Steering(Part):
    """The writing half of ports.ControlStore."""

    __slots__ = ()

    async def pause(self, pause: Pause) -> None:
        """T9. What is on its way already is the relay's business (outbox/relay.py: `quiesce`)."""

        async def work(tx: Tx) -> None:
            await tx.run(
                "keep_pause",
                channel=pause.channel,
                event=pause.event,
                what=pause.what,
                until=pause.until,
                who=pause.who,
                at=pause.at,
            )
            told = {"event": pause.event, "what": pause.what, "until": pause.until}
            await note(tx, pause.at, pause.channel, pause.who, "pause", pause.event, told)

        await self.db.write(work, pause.channel)

    async def resume(self, channel: str, event: str, waiting: str, who: str, at: float) -> int:
        """T9. Ends the pauses of the scope; "drop" takes back what waited because of them."""

        async def work(tx: Tx) -> int:
            stopped = await tx.all("stopped_entries", channel=channel, event=event, at=at) if waiting == "drop" else []
            for of_channel, key, of_event, _ in stopped:
                await self._finish(tx, of_channel, [(key, of_event)], "cancelled", f"dropped by {who} on resume")
            await tx.run("end_pauses", channel=channel, event=event)
            await note(tx, at, channel, who, "resume", event, {"waiting": waiting, "dropped": len(stopped)})
            return len(stopped)

        return await self.db.write(work, channel)

    async def put_act(self, channel: str, act: Signal, at: float) -> int:
        """A person's act as a signal and in the audit; returns its inbox number."""

        async def work(tx: Tx) -> int:
            row = await tx.one("add_act", **signal_row(channel, act, at))
            if isinstance(act, PersonAct):
                await note(tx, at, channel, act.who, act.verb, act.target, {"event": act.event})
            return int(row[0]) if row else 0

        return await self.db.write(work, channel)

    async def put_event_state(self, channel: str, event: str, at: float) -> None:
        """Marks an event as followed by hand."""

        async def work(tx: Tx) -> None:
            await tx.run("follow_event", channel=channel, event=event, body=event_json(EventState(event)), at=at)

        await self.db.write(work, channel)

    async def audit(self, who: str, action: str, target: str, at: float, data: Mapping[str, Any] | None = None) -> None:
        """One line of the audit trail (no message texts)."""

        async def work(tx: Tx) -> None:
            await note(tx, at, "", who, action, target, data or {})

        await self.db.write(work, AUDIT_ONLY)
