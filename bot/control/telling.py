"""From what a runner has judged and saved to what readers of the feed are told.

Runs inside the runner's turn, so it only notes references; the writing out happens when somebody reads. E-mail addresses are left
out: who needs one asks for the decision.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.control.broadcast import Broadcast, told
from bot.control.views import decision_view, decision_without_address, event_view, message_view, without_address
from bot.domain.actions import AskService, Entry, SetEvent, SetMessageStatus
from bot.domain.decisions import Decision
from bot.domain.signals import EntrySettled, EventRead, Message, MessageRead, Signal, StatusChanged
from bot.engine.situation import Step
from bot.ports import DecisionRow, MessageRow, OutboxRow

ENTRIES = 5000
"""Acts under way that are remembered until they are settled."""
SECTIONS = frozenset({"poll", "question", "quiz", "capture", "offer", "waiting", "due", "dropped", "skipped", "item"})
"""Kinds of the engine's memory that a producer's screen shows (engine/engagement/board.py)."""


@dataclass(slots=True)
class Channelled:
    """What one channel's runner tells: it has the runner's `told`."""

    teller: Teller
    channel: str

    def saw(self, signal: Signal, step: Step) -> None:
        """A signal was judged and saved."""
        self.teller.saw(self.channel, signal, step)

    def acted(self, row: OutboxRow, state: str, error: str) -> None:
        """An act has ended."""
        self.teller.acted(row, state, error)


class Teller:
    """`now` gives the time of what has none of its own."""

    def __init__(self, broadcast: Broadcast, now: Callable[[], float]) -> None:
        self._broadcast = broadcast
        self._now = now
        self._under_way: OrderedDict[str, Entry] = OrderedDict()
        self.errors: Counter[tuple[str, str]] = Counter()
        """(channel, rule) → how often it raised."""
        self.changed: dict[tuple[str, str], None] = {}
        """(channel, event) whose engagement changed since somebody looked, the first one first."""

    def of(self, channel: str) -> Channelled:
        """For one runner."""
        return Channelled(self, channel)

    def saw(self, channel: str, signal: Signal, step: Step) -> None:
        """A signal was judged and saved."""
        message = signal.message if isinstance(signal, MessageRead) else None
        if message is not None:
            self._message(message, step.decisions[0] if step.decisions else None)
        elif isinstance(signal, EntrySettled):
            self._settled(signal.key, signal.state, signal.error)
        elif isinstance(signal, StatusChanged):
            self._status_changed(signal)
        elif isinstance(signal, EventRead):
            self._tell("event", lambda: event_view(channel, signal.state).model_dump_json())
        self._brought(channel, message, step)
        if isinstance(signal, EventRead) or any(key[0] in SECTIONS for key in step.changes):
            self.changed[channel, _event_of(signal)] = None

    def _brought(self, channel: str, message: Message | None, step: Step) -> None:
        for decision in step.decisions:
            self.errors.update((channel, verdict.rule) for verdict in decision.verdicts if verdict.error)
            if _is_news(decision):
                self._decision(decision, message, step)
        for entry in step.entries:
            if not isinstance(entry.action, AskService):
                self._entered(entry)
        for key in step.cancelled:
            self._settled(key, "cancelled", "")

    def _message(self, message: Message, decision: Decision | None) -> None:
        def make() -> str:
            return without_address(message_view(MessageRow(message, decision))).model_dump_json()

        self._tell("message", make)

    def _decision(self, decision: Decision, message: Message | None, step: Step) -> None:
        def make() -> str:
            entries = tuple(OutboxRow(entry, "pending") for entry in step.entries if entry.decision == decision.id)
            return decision_without_address(decision_view(DecisionRow(decision, message, entries))).model_dump_json()

        self._tell("decision", make)

    def _status_changed(self, signal: StatusChanged) -> None:
        shown = {name: getattr(signal, name) for name in ("event", "ref", "surface", "status", "before")}
        self._tell("status_changed", lambda: told(shown))

    def _entered(self, entry: Entry) -> None:
        self._under_way[entry.key] = entry
        if len(self._under_way) > ENTRIES:
            self._under_way.popitem(last=False)
        self._act(entry, "pending")

    def acted(self, row: OutboxRow, state: str, error: str) -> None:
        """The relay has settled an act."""
        self._under_way.pop(row.entry.key, None)
        if not isinstance(row.entry.action, AskService):  # what people want to know is the decision that comes of it
            self._act(row.entry, state, error)

    def _settled(self, key: str, state: str, error: str) -> None:
        """What the store took back or let expire; the relay's outcomes were told already."""
        entry = self._under_way.pop(key, None)
        if entry is not None:
            self._act(entry, state, error)

    def _act(self, entry: Entry, state: str, error: str = "") -> None:
        at = self._now()
        self._tell("act", lambda: told(act_json(entry, state, error, at)))

    def _tell(self, kind: str, make: Callable[[], str]) -> None:
        self._broadcast.tell(kind, make)


def act_json(entry: Entry, state: str, error: str, at: float) -> dict[str, Any]:
    """An act and its state. `ref` and `status` say which message is to become what."""
    action = entry.action
    shown = {"key": entry.key, "event": entry.event, "kind": action.kind, "state": state, "error": error, "at": at}
    shown |= {"cause": entry.cause, "decision": entry.decision, "ref": "", "status": "", "text": ""}
    if isinstance(action, SetMessageStatus):
        return shown | {"ref": action.ref, "status": action.status}
    if isinstance(action, SetEvent):
        return shown | {"text": ", ".join(f"{name}: {value}" for name, value in action.changes.items())}
    return shown | {"text": str(getattr(action, "text", "") or getattr(action, "question", ""))}


def _is_news(decision: Decision) -> bool:
    """Did anything happen? Most lines of a chat bring nothing but the line."""
    acted = decision.outcome != "none" or decision.actions or decision.verdicts or decision.suggested
    return bool(acted) or decision.who != "rules" or bool(decision.note)


def _event_of(signal: Signal) -> str:
    if isinstance(signal, MessageRead):
        return signal.message.event
    if isinstance(signal, EventRead):
        return signal.state.event
    return signal.event or ""
