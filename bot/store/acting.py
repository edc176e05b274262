"""T4, T5 and T6: the outbox's side. The claim is one statement that itself looks at pauses, expiry, due time and epoch.

Which outcomes become an EntrySettled signal: every final one, except a status change that went well. Those are the bulk of a
raid, the engine learns nothing from them, and the next read verifies them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.errors import Superseded
from bot.domain.signals import EntrySettled
from bot.ports import OutboxRow
from bot.store.database import CommitLost, Row, Tx
from bot.store.part import FINAL, Part
from bot.store.rows import read_entry, to_json


class Acting(Part):
    """ports.OutboxStore."""

    __slots__ = ()

    async def waiting(self, channel: str, now: float, limit: int) -> Sequence[OutboxRow]:
        """Pending entries whose time has come, and unknown ones; unknown posts and polls know our other ones in `baseline`.

        Those past their time end first: they may keep others waiting.
        """
        await self._give_back(channel)

        async def work(tx: Tx) -> Sequence[OutboxRow] | None:
            waits, past = await tx.one("outbox_waits", channel=channel, now=now) or (False, False)
            if past:
                return None
            if not waits:
                return ()
            rows = [read_entry(row) for row in await tx.all("waiting_entries", channel=channel, now=now, limit=limit)]
            return [await _with_own_posts(tx, channel, row) for row in rows]

        while (found := await self.db.look(work)) is None:
            await self.expire(channel, now)
        return found

    async def hides_waiting(self, channel: str, now: float) -> Mapping[str, int]:
        """Event → messages that wait to be hidden; paused scopes left out."""

        async def work(tx: Tx) -> Mapping[str, int]:
            return {str(event): int(count) for event, count in await tx.all("hides_waiting", channel=channel, now=now)}

        return await self.db.look(work)

    async def claim(self, channel: str, key: str, now: float, baseline: Sequence[str] = ()) -> bool:
        """T4. The baseline of the first try stays. Raises Superseded if a newer start owns the channel.

        A claim that nobody can tell whether it was kept is not sent; `waiting` gives the entry back.
        """
        epoch = self.epochs.get(channel, 0)

        async def work(tx: Tx) -> bool:
            found = to_json(list(baseline))
            if await tx.run("claim_entry", channel=channel, key=key, now=now, epoch=epoch, baseline=found):
                return True
            await self._still_ours(tx, channel)
            return False

        try:
            return await self.db.write(work, channel)
        except CommitLost:
            self.doubtful.setdefault(channel, {})[key] = now
            raise

    async def _give_back(self, channel: str) -> None:
        """Claims of ours that were kept although we were told otherwise: surely not sent."""
        doubtful = self.doubtful.get(channel)
        if not doubtful:
            return
        epoch = self.epochs.get(channel, 0)
        rows = [{"channel": channel, "key": key, "sent_at": at, "epoch": epoch} for key, at in doubtful.items()]

        async def work(tx: Tx) -> int:
            return await tx.many("give_back", rows)

        await self.db.write(work, channel)
        for row in rows:
            doubtful.pop(str(row["key"]), None)

    async def settle(
        self,
        channel: str,
        key: str,
        state: str,
        *,
        at: float,
        remote: str = "",
        result: Mapping[str, Any] | None = None,
        error: str = "",
        not_before: float | None = None,
    ) -> None:
        """T5/T6. An entry that has ended stays as it ended. `result` may hold `changed: false` (B-14)."""

        async def work(tx: Tx) -> None:
            await self._still_ours(tx, channel)
            row = await tx.one("entry_for_settling", channel=channel, key=key)
            if row is None or row[-1] in FINAL:
                return
            told = dict(result or {})
            await tx.run(
                "settle_entry",
                channel=channel,
                key=key,
                state=state,
                final=int(state in FINAL),
                at=at,
                remote=remote,
                result=to_json(told),
                changed=int(told.get("changed", True)),
                error=error,
                not_before=not_before,
            )
            await self._follow_up(tx, channel, key, state, row, at)
            if _worth_telling(state, row):
                answer = {"remote": remote, **told} if remote else told
                answer = {name: value for name, value in answer.items() if name != "votes"}  # the report's; nobody decides by them
                await self._tell(tx, channel, [EntrySettled(row[0], key, state, answer, error)])

        await self.db.write(work, channel)

    async def _follow_up(self, tx: Tx, channel: str, key: str, state: str, row: Row, at: float) -> None:
        _, _, ref, surface, status, _ = row
        if ref and state == "done":
            await tx.run("status_sent", channel=channel, surface=surface, ref=ref, status=status, at=at)
        elif ref and state not in FINAL:
            await self._cancel_overtaken(tx, channel, [ref])

    async def expire(self, channel: str, now: float) -> int:
        """Pending entries past their time end as `expired`."""

        async def work(tx: Tx) -> int:
            rows = await tx.all("past_entries", channel=channel, now=now)
            await self._finish(
                tx, channel, [(key, event) for key, event, _ in rows], "expired", "its time was over before it was sent"
            )
            return len(rows)

        return await self.db.write(work, channel)

    async def begin(self, channel: str, now: float) -> int:
        """Takes the channel over: epoch + 1; what was being sent is unknown."""

        async def work(tx: Tx) -> int:
            row = await tx.one("next_epoch", channel=channel, at=now)
            if row is None:
                raise Superseded(f"channel {channel} is assigned to another replica")
            await tx.run("orphans_unknown", channel=channel, at=now)
            return int(row[0])

        epoch = await self.db.write(work, channel)
        self.epochs[channel] = epoch
        return epoch


def _worth_telling(state: str, row: Row) -> bool:
    return state in FINAL and not (state == "done" and row[1] == "set_message_status")


async def _with_own_posts(tx: Tx, channel: str, row: OutboxRow) -> OutboxRow:
    kind = row.entry.action.kind
    if row.state != "unknown" or kind not in {"post_message", "create_poll"}:
        return row
    found = await tx.all("own_posts", channel=channel, event=row.entry.event, kind=kind, key=row.entry.key)
    known = dict.fromkeys([*row.baseline, *(remote for (remote,) in found)])
    return replace(row, baseline=tuple(known))
