"""What the handlers of the API may use: the store, and for each channel the few powers that app hands in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

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

    def health(self) -> Mapping[str, Any]:
        """Ages of reads, budget, backlog, last errors: plain JSON values."""
        ...

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """Takes a delivery; HTTP status and a reason."""
        ...


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
    metrics: Callable[[], bytes] | None = None
    on_act: Callable[[str, str, str], Awaitable[None]] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
