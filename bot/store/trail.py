"""The audit trail: who did what, when, to what; never texts or addresses. Each line is chained to the one before it.

`mac = HMAC-SHA-256(secret of this state, prev ‖ line)`: a line that was altered, taken out or put between shows. The secret lies in
the same state, so the chain does not stop somebody who may write there and knows how; for that each line's mac is in the log too.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.store.database import Tx
from bot.store.part import Part
from bot.store.rows import to_exact_json, to_json

_log = structlog.get_logger("audit")


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line. `sound`: it is as it was written and follows the line before it; None: written before lines were chained."""

    seq: int
    at: float
    channel: str
    who: str
    action: str
    target: str
    data: str
    sound: bool | None


async def note(tx: Tx, at: float, channel: str, who: str, action: str, target: str, data: Mapping[str, Any]) -> None:
    """Adds a line, within the transaction of what it tells."""
    values = {"at": at, "channel": channel, "who": who, "action": action, "target": target, "data": to_json(dict(data))}
    key, last = await tx.one("chain_secret"), await tx.one("last_mac")
    prev = str(last[0]) if last else ""
    mac = _mac(str(key[0]) if key else "", prev, list(values.values()))
    await tx.run("add_audit", **values, prev=prev, mac=mac)
    _log.info("audit.line", who=who, action=action, channel=channel, mac=mac)


def _mac(key: str, prev: str, values: Sequence[Any]) -> str:
    return hmac.new(key.encode(), to_exact_json([prev, *values]).encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


class Trail(Part):
    """Reading the trail."""

    __slots__ = ()

    async def audit_lines(self, after: int = 0, limit: int = 500) -> Sequence[AuditLine]:
        """The next lines behind the number `after`, each checked."""

        async def work(tx: Tx) -> Sequence[AuditLine]:
            secret = await tx.one("secret_of", name="audit")
            key, before = str(secret[0]) if secret else "", await _mac_before(tx, after)
            found = []
            for row in await tx.all("audit_after", after=after, limit=limit):
                seq, at, channel, who, action, target, data, prev, mac = row
                sound = hmac.compare_digest(_mac(key, prev, row[1:7]), mac) and before in (None, prev) if mac else None
                found.append(AuditLine(seq, at, channel, who, action, target, data, sound))
                before = mac
            return found

        return await self.db.read(work)


async def _mac_before(tx: Tx, after: int) -> str | None:
    """The mac that the first line of a page must follow; None if lines before it are gone."""
    rows = await tx.all("audit_after", after=after - 1, limit=1) if after else []
    return rows[0][8] if rows and rows[0][0] == after else None
