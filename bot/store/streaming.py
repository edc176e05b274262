"""Livestreams as last seen at each event."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

from bot.ports import StreamFigures, StreamRecord, StreamStatus
from bot.store.database import Row, Tx
from bot.store.part import Part
from bot.store.rows import to_json


class Streaming(Part):
    """ports.StreamStore."""

    __slots__ = ()

    async def keep_stream(self, channel: str, record: StreamRecord, at: float) -> None:
        """Replaces what was known of this livestream at this event."""
        values = asdict(record) | {"body": to_json(asdict(record.figures)), "at": at}
        del values["figures"]
        wanted = None if record.wanted is None else int(record.wanted)

        async def work(tx: Tx) -> None:
            await tx.run("keep_stream", channel=channel, **(values | {"wanted": wanted}))

        await self.db.write(work, channel)

    async def streams_of(self, channel: str, event: str) -> Sequence[StreamRecord]:
        """Those of an event, by name."""

        async def work(tx: Tx) -> Sequence[StreamRecord]:
            return [_read(row) for row in await tx.all("streams_of", channel=channel, event=event)]

        return await self.db.read(work)

    async def all_streams(self, channel: str) -> Sequence[StreamRecord]:
        """Those of all events, the one seen last at the end."""

        async def work(tx: Tx) -> Sequence[StreamRecord]:
            return [_read(row) for row in await tx.all("all_streams", channel=channel)]

        return await self.db.read(work)


def _read(row: Row) -> StreamRecord:
    event, name, platform, status, note, wanted, started, ended, dropped, drops, lost, body, _at = row
    return StreamRecord(
        event=event,
        name=name,
        platform=platform,
        status=cast(StreamStatus, status),
        note=note,
        wanted=None if wanted is None else bool(wanted),
        started=started,
        ended=ended,
        dropped=dropped,
        drops=drops,
        lost=lost,
        figures=StreamFigures(**json.loads(body)),
    )
