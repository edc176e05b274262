"""T8: rule sets that went live, whole, so that a restart with a broken file still runs (reliability 3.10)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.store.database import Tx
from bot.store.part import Part
from bot.store.rows import to_json
from bot.store.trail import note


class Revisions(Part):
    """ports.RuleRevisionStore."""

    __slots__ = ()

    async def save_revision(self, channel: str, sha: str, files: Mapping[str, str], by: str, at: float) -> None:
        """Remembers a rule set that went live; the newest one again is no news."""

        async def work(tx: Tx) -> None:
            newest = await tx.one("newest_revision", channel=channel)
            if newest is not None and newest[0] == sha:
                return
            await tx.run("add_revision", channel=channel, sha=sha, files=to_json(dict(files)), by=by, at=at)
            await note(tx, at, channel, by, "rules", sha, {})

        await self.db.write(work, channel)

    async def last_revision(self, channel: str) -> tuple[str, Mapping[str, str]] | None:
        """Hash and files of the newest."""

        async def work(tx: Tx) -> tuple[str, Mapping[str, str]] | None:
            row = await tx.one("newest_revision", channel=channel)
            return None if row is None else (row[0], json.loads(row[1]))

        return await self.db.look(work)

    async def newest_shas(self) -> Mapping[str, str]:
        """The newest hash of every channel."""

        return dict(await self._rows("newest_shas"))

    async def revision(self, channel: str, sha: str) -> Mapping[str, str] | None:
        """The files of the rule set that made an old decision."""

        async def work(tx: Tx) -> Mapping[str, str] | None:
            row = await tx.one("revision_by_sha", channel=channel, sha=sha)
            return None if row is None else json.loads(row[0])

        return await self.db.look(work)
