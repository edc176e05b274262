"""What a command asks of the running daemon: a row that waits, and its answer. The lock on the state stays with the daemon."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.ports import Request
from bot.store.database import Tx
from bot.store.part import AUDIT_ONLY, Part
from bot.store.rows import to_json


class Requests(Part):
    """The requests of ports.PrivacyStore."""

    __slots__ = ()

    async def put_request(self, channel: str, kind: str, body: Mapping[str, Any], who: str, at: float) -> int:
        """Asks; returns the request's number."""
        values = {"channel": channel, "kind": kind, "body": to_json(dict(body)), "who": who, "at": at}

        async def work(tx: Tx) -> int:
            row = await tx.one("add_request", **values)
            return int(row[0]) if row else 0

        return await self.db.write(work, AUDIT_ONLY)

    async def requests(self, channel: str) -> Sequence[Request]:
        """What waits, oldest first."""

        async def work(tx: Tx) -> Sequence[Request]:
            rows = await tx.all("waiting_requests", channel=channel)
            return [Request(id_, of, kind, json.loads(body), who, at) for id_, of, kind, body, who, at in rows]

        return await self.db.look(work)

    async def answer(self, request: int, state: str, answer: Mapping[str, Any]) -> None:
        """Done or failed; what was asked is nowhere any more."""

        async def work(tx: Tx) -> None:
            await tx.run("answer_request", id=request, state=state, answer=to_json(dict(answer)))

        await self.db.write(work, AUDIT_ONLY)
        await self.db.tidy()

    async def answer_to(self, request: int) -> tuple[str, Mapping[str, Any]]:
        """State and answer; ("", {}) if there is no such request."""

        async def work(tx: Tx) -> tuple[str, Mapping[str, Any]]:
            row = await tx.one("request_by_id", id=request)
            return ("", {}) if row is None else (str(row[0]), json.loads(row[1]))

        return await self.db.read(work)

    async def withdraw(self, request: int) -> bool:
        """False if somebody has it already."""

        async def work(tx: Tx) -> bool:
            return await tx.run("withdraw_request", id=request) == 1

        return await self.db.write(work, AUDIT_ONLY)
