"""A channel for which another replica acts, as people here may touch it.

What can be seen stands in the database; what was remembered is read from there each time. What has to happen where the owner is
goes through the database too: acts through the inbox, pauses through their rows, and a word (NOTIFY) so that the owner looks at
once. A word that is lost costs the owner's next tick, a second.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from bot.app.channel import ChannelParts
from bot.app.lease import Share
from bot.clock import Clock
from bot.config import Channel, Config
from bot.domain.errors import StoreError
from bot.engine.undo_plan import UndoPlan
from bot.engine.why import Why
from bot.ports.replicas import ReplicaLine
from bot.store import Store

log = structlog.get_logger("app")

PAUSED_WITHIN = 20.0
"""Seconds that a pause waits for what the owner has on its way."""
_LOOK = 0.05
BESIDE = ("last_save", "in_shadow", "livestreams")
"""What the owner tells beside its health."""
Seen = Callable[[str], tuple[float, str]]
"""By channel: when its owner told of it, and what (JSON)."""


class Elsewhere(ChannelParts):
    """Built like a channel that runs here, and never run. `seen` gives what the owner last told of it."""

    def __init__(
        self, channel: Channel, config: Config, store: Store, clock: Clock, *, share: Share, line: ReplicaLine, seen: Seen
    ) -> None:
        super().__init__(channel, config, store, clock, share=share)
        self._line = line
        self._seen = seen
        self._telling: set[asyncio.Task[None]] = set()

    def ring(self) -> None:
        """The owner's runner and relay wake."""
        self._tell(f"ring {self.name}")

    def look_now(self, event: str = "") -> None:
        """The owner looks at once."""
        self._tell(f"look {self.name} {event}")

    async def quiesce(self, event: str, what: str) -> None:
        """Waits until nothing of the scope is on its way at the owner: the pause is stored already, nothing new is claimed."""
        deadline = self.clock.monotonic() + PAUSED_WITHIN
        while await self._line.sending(self.name, event, what):
            if self.clock.monotonic() > deadline:
                log.error("pause.call_did_not_end", channel=self.name, event_ref=event)
                return
            await self.clock.sleep(_LOOK)

    async def plan_undo(self, event: str, data: Mapping[str, Any]) -> UndoPlan:
        """From what the database holds."""
        await self._remember_anew()
        return await super().plan_undo(event, data)

    async def offers(self, event: str, rule: str = "") -> list[dict[str, Any]]:
        """From what the database holds."""
        await self._remember_anew()
        return await super().offers(event, rule)

    async def why(self, event: str, decision: str, rule: str) -> Why | None:
        """From what the database holds."""
        await self._remember_anew()
        return await super().why(event, decision, rule)

    async def board(self, event: str) -> dict[str, Any]:
        """From what the database holds."""
        await self._remember_anew()
        return await super().board(event)

    @property
    def last_save(self) -> Mapping[str, Any]:
        """As the owner foretold it."""
        return dict(self._told.get("last_save", {}))

    @property
    def in_shadow(self) -> Sequence[str]:
        """Rules that the owner began in shadow."""
        return tuple(self._told.get("in_shadow", ()))

    def confirmed(self, rules: Sequence[str]) -> None:
        """The owner is told."""
        self._tell(f"confirmed {self.name} {' '.join(rules)}")

    @property
    def livestreams(self) -> Sequence[Mapping[str, Any]]:
        """As the owner last saw them."""
        return list(self._told.get("livestreams", super().livestreams))

    def unready(self) -> list[str]:
        """The owner's business."""
        return []

    def health(self) -> Mapping[str, Any]:
        """What the owner last told, and how long ago."""
        at, _ = self._seen(self.name)
        told = {name: value for name, value in self._told.items() if name not in BESIDE}
        return {**super().health(), **told, "replica": self.where | {"seen": round(self.clock.now() - at, 1) if at else None}}

    @property
    def _told(self) -> dict[str, Any]:
        body = self._seen(self.name)[1]
        return dict(json.loads(body)) if body else {}

    @property
    def where(self) -> dict[str, Any]:
        """Who acts for it."""
        return dict(self.share.where(self.name)) if self.share is not None else {}

    async def _remember_anew(self) -> None:
        """The owner goes on meanwhile: nothing that was remembered here is true any more."""
        self.runner.know(await self.store.events(self.name))
        async with self.runner.standing_still():
            log.debug("elsewhere.read_anew", channel=self.name)

    def _tell(self, word: str) -> None:
        task = asyncio.get_running_loop().create_task(self._say(word))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _say(self, word: str) -> None:
        try:
            await self._line.tell(word)
        except StoreError as error:
            log.warning("replica.not_told", word=word, error=str(error))
