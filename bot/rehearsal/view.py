"""What a rehearsal prints: lines that tell a newcomer what is happening, and the summary at the end.

Pure but for the console it is given; every text of an attendee passes `logs.plain` first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.domain.actions import CountPoll, CreatePoll, Entry, PostMessage, SetEvent, SetMessageStatus, SetPoll
from bot.domain.decisions import Decision
from bot.domain.signals import EntrySettled, EventRead, Message, MessageRead, Signal
from bot.engine.situation import Step
from bot.logs import plain

_STYLE = {"hide": "bold red", "hold": "yellow", "archive": "red", "approve": "green", "none": ""}
_WORD = {"hide": "HIDE", "hold": "HOLD", "archive": "ARCHIVE", "approve": "APPROVE", "none": ""}
_BAR = 24
_SOON = 30.0
"""Seconds after which an act that was not settled is none that will be: nothing was left to do for it."""
_PHASE = {
    "before": "has not begun",
    "on_air": "is live",
    "playback": "plays a recording",
    "over": "is over",
    "unknown": "is in an unknown state",
}


def clock_text(seconds: float) -> str:
    """`3:07` for 187 seconds."""
    minutes, secs = divmod(max(0, int(seconds)), 60)
    return f"{minutes:>3}:{secs:02}"


def message_line(at: float, message: Message, decision: Decision | None) -> Text:
    """One message with what became of it: time, surface, name, text, and the rule and match when one acted."""
    line = Text(f"{clock_text(at)} {'Q' if message.surface == 'qa' else ' '} ")
    line.append(f"{_cut(plain(message.author.name) or '?', 16):<16} ", style="cyan")
    line.append(_shown(message, decision))
    if decision is not None:
        line.append(_why(decision))
    return line


def _shown(message: Message, decision: Decision | None) -> Text:
    text = Text(_cut(plain(message.text), 72))
    if decision is not None and decision.outcome in {"hide", "archive"}:
        text.stylize("strike")
    return text


def _why(decision: Decision) -> Text:
    if decision.outcome == "none":
        also = [f"{verdict.rule} suggests" for verdict in decision.suggested]
        also += [f"flag: {verdict.rule}" for verdict in decision.verdicts]
        return Text(f"   ({', '.join(also)})", style="dim") if also else Text()
    why = Text(f"   {_WORD[decision.outcome]}", style=_STYLE[decision.outcome])
    why.append(f" {', '.join(decision.rules) or decision.who}", style="bold")
    if decision.reason:
        why.append(f" ({decision.reason})", style="dim")
    found = ", ".join(f'"{_cut(plain(match.text), 24)}"' for match in decision.matches[:3])
    if found:
        why.append(f" {found}", style="magenta")
    return why


def poll_bars(question: str, options: Sequence[str], result: Mapping[str, Any]) -> list[Text]:
    """A poll's result as bars with numbers."""
    counts = [int(count) for count in result.get("counts", [])]
    total = sum(counts)
    lines = [Text(f'POLL "{plain(question)}"', style="bold blue")]
    for option, count in zip(options, counts, strict=False):
        share = count / total if total else 0.0
        lines.append(Text(f"         {_cut(plain(option), 20):<20} {'█' * round(share * _BAR):<{_BAR}} {count:>4}  {share:4.0%}"))
    lines.append(Text(f"         {total} votes by {result.get('voters', total)} people", style="dim"))
    return lines


@dataclass(slots=True)
class View:
    """Prints what happens. `start` is the moment of 0:00 on the rehearsal's clock."""

    console: Console
    start: float
    quiet: bool = False
    """Only what the bot does, not every message (headless)."""
    polls: dict[str, CreatePoll] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    asked: dict[str, Entry] = field(default_factory=dict)
    """Entries that wait for the platform's answer, by key."""
    now: Callable[[], float] = lambda: 0.0
    several: bool = False
    """More than one event is played: every message says in which."""
    judged: int = 0
    """How many lines of the audience."""

    def done_with(self, said: int) -> bool:
        """Whether so many lines of the audience are judged and nothing that came due a moment ago waits for an answer."""
        now = self.now()
        return self.judged >= said and not any(0 <= now - max(one.created, one.not_before) < _SOON for one in self.asked.values())

    def saw(self, signal: Signal, step: Step) -> None:
        """A signal that was judged and saved, and what came of it."""
        for entry in step.entries:
            self.asked[entry.key] = entry
        for key in step.cancelled:
            self.asked.pop(key, None)
        if isinstance(signal, MessageRead):
            self.judged += not signal.message.own
            self.message(signal.message, step.decisions[0] if step.decisions else None)
        elif isinstance(signal, EventRead):
            self.event(signal, self.now())
        elif isinstance(signal, EntrySettled):
            self.settled(self.asked.pop(signal.key, None), signal, self.now())

    def message(self, message: Message, decision: Decision | None) -> None:
        """A judged message."""
        if message.own or (self.quiet and (decision is None or decision.outcome == "none")):
            return  # what the bot says is printed when it is sent
        line = message_line(message.read - self.start, message, decision)
        if self.several:
            line.append(f"   in {plain(message.event)}", style="dim")
        self.console.print(line, soft_wrap=True)

    def event(self, signal: EventRead, at: float) -> None:
        """The event changed its state."""
        before, now = signal.before, signal.state
        if before is None or before.phase != now.phase:
            self._say(at, f"EVENT {now.title or now.event} {_PHASE[now.phase]}", "bold blue")

    def settled(self, entry: Entry | None, signal: EntrySettled, at: float) -> None:
        """The platform answered (`entry` is what was asked)."""
        action = entry.action if entry else None
        if signal.state not in {"done", "gone"}:
            self._say(at, f"FAILED {signal.key}: {signal.state} {signal.error}", "bold red")
        elif isinstance(action, CreatePoll):
            self.polls[str(signal.result.get("remote") or signal.result.get("poll") or signal.key)] = action
        elif isinstance(action, SetPoll):
            question = self._question(action.poll)
            self._say(at, f'POLL "{question}" is {"open" if action.open else "closed"}', "bold blue")
        elif isinstance(action, CountPoll):
            for line in poll_bars(self._question(action.poll), action.options, signal.result):
                self.console.print(Text(f"{clock_text(at - self.start)}   ").append(line), soft_wrap=True)
        elif isinstance(action, PostMessage):
            self._say(at, f"USHER says: {plain(action.text)}", "bold cyan")
        elif isinstance(action, SetEvent):
            self._say(at, f"EVENT set {', '.join(f'{name}={value}' for name, value in action.changes.items())}", "blue")
        elif isinstance(action, SetMessageStatus):
            self.counts[action.status] = self.counts.get(action.status, 0) + 1

    def _question(self, ref: str) -> str:
        poll = self.polls.get(ref)
        return plain(poll.question) if poll else ref

    def note(self, text: str, at: float) -> None:
        """Anything else worth a line."""
        self._say(at, text, "dim")

    def _say(self, at: float, text: str, style: str) -> None:
        self.console.print(Text(f"{clock_text(at - self.start)}   ").append(text, style=style), soft_wrap=True)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
