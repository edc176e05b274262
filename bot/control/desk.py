"""What the handlers of the API may use: the store, and for each channel the few powers that app hands in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.control.alarms import Alarms
from bot.control.broadcast import Broadcast
from bot.control.metrics import Metrics
from bot.control.notes import Notes
from bot.control.presence import Presence
from bot.control.telling import Teller
from bot.engine.undo_plan import UndoPlan
from bot.engine.why import Why
from bot.ports import Clock, ControlStore
from bot.ports.report import ReportFile
from bot.ruleset.model import Ruleset
from bot.ruleset.problems import Problem


class ChannelPowers(Protocol):
    """One channel's parts, as far as people may touch them."""

    @property
    def name(self) -> str:
        """The channel's name in the configuration."""
        ...

    @property
    def ruleset(self) -> Ruleset:
        """The rules in force."""
        ...

    @property
    def rule_problems(self) -> Sequence[Problem]:
        """What is wrong in the rule files now."""
        ...

    @property
    def rules_since(self) -> float:
        """Since when the rules in force are in force."""
        ...

    @property
    def rules_folder(self) -> str:
        """Where the rule files are."""
        ...

    @property
    def rules_pending(self) -> str:
        """Why a read rule set waits for a confirmation; empty if none does."""
        ...

    async def reload_rules(self, *, confirm: bool = False) -> None:
        """Reads the folder now; `confirm` accepts what the shrink guard holds back."""
        ...

    def ring(self) -> None:
        """Wakes runner and relay."""
        ...

    def look_now(self, event: str = "") -> None:
        """Makes the feeds of an event due at once."""
        ...

    async def quiesce(self, event: str, what: str) -> None:
        """Waits until no send that a pause covers is in flight."""
        ...

    async def plan_undo(self, event: str, data: Mapping[str, Any]) -> UndoPlan:
        """What an undo of many acts would come to."""
        ...

    async def offers(self, event: str, rule: str = "") -> list[dict[str, Any]]:
        """What suggesting rules have waiting for a person."""
        ...

    async def why(self, event: str, decision: str, rule: str) -> Why | None:
        """Why a rule acted on a message, or did not."""
        ...

    @property
    def last_save(self) -> Mapping[str, Any]:
        """What the newest save changed (engine/foretell.py)."""
        ...

    @property
    def in_shadow(self) -> Sequence[str]:
        """Rules that the newest save began in shadow."""
        ...

    def confirmed(self, rules: Sequence[str]) -> None:
        """Somebody has looked at what these rules of the newest save would do."""
        ...

    async def foretell_files(self) -> Mapping[str, Any]:
        """What the files on disk would change; UsageError if they cannot be used."""
        ...

    async def report(self, event: str, *, format: str = "html", names: str = "", table: str = "") -> ReportFile:
        """The event's report; UsageError for what does not exist."""
        ...

    async def board(self, event: str) -> dict[str, Any]:
        """The event's engagement as values (engine/engagement/board.py)."""
        ...

    @property
    def livestreams(self) -> Sequence[Mapping[str, Any]]:
        """The configured livestreams as last seen: plain JSON values without secrets."""
        ...

    def health(self) -> Mapping[str, Any]:
        """Ages of reads, budget, backlog, last errors: plain JSON values."""
        ...

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """Takes a delivery; HTTP status and a reason."""
        ...


@dataclass(slots=True)
class Live:
    """What is told to the readers of the feed, and what is known of them. Made before the channels: their runners tell it."""

    broadcast: Broadcast
    teller: Teller
    alarms: Alarms
    presence: Presence
    notes: Notes
    metrics: Metrics

    @classmethod
    def begun(cls, clock: Clock) -> Live:
        """A new run."""
        broadcast = Broadcast(secrets.token_hex(4))
        return cls(broadcast, Teller(broadcast, clock.now), Alarms(broadcast, clock.now), Presence(), Notes(), Metrics(clock.now))


@dataclass(slots=True)
class Desk:
    """Everything behind the listener."""

    store: ControlStore
    channels: Mapping[str, ChannelPowers]
    clock: Clock
    version: str
    mode: str
    started: float
    is_ready: Callable[[], Sequence[str]]
    """Reasons why it is not ready; empty when it is."""
    live: Live
    replicas: Callable[[], Sequence[Mapping[str, Any]]] = lambda: ()
    """Who shares the channels, where several processes do."""

    @property
    def broadcast(self) -> Broadcast:
        """To all readers of the feed."""
        return self.live.broadcast

    @property
    def teller(self) -> Teller:
        """What the runners tell."""
        return self.live.teller

    @property
    def presence(self) -> Presence:
        """Who is at what."""
        return self.live.presence
