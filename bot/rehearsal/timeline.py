"""What the running order came to, told so that two rehearsals of the same show give the same bytes.

Times are those of the plan, from the event's beginning: by how much this machine was late is no property of the show. What no
clock foretold stands under what brought it about; what the audience brought about comes last, by name. Left out is what hangs on
seconds: how often a command was answered, how often something was tried, counts on the way, numbers in reasons, and warnings that
a poll closes soon. Pure but for `read`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.actions import Action, CallWebhook, CountPoll, CreatePoll, PostMessage, SendAlert, SetEvent, SetPoll, SetStream
from bot.engine.engagement.turn import EntryKey
from bot.ports import ReportAct, ReportStore

Remembered = Mapping[tuple[str, ...], Any]
KINDS = ("fired", "skipped", "dropped", "poll", "quiz")
PAGE = 500
_AFTER = re.compile(r"(?:after )?([a-z]+:[a-z0-9_.-]+) [a-z]+")
_POLL = {"create": 0, "open": 1, "close": 2}
_LAST = 1000
_NEVER = float("inf")
Path = tuple[tuple[float, str, int], ...]


@dataclass(slots=True)
class _Group:
    """One start of one item."""

    item: str
    run: int
    why: str = ""
    plan: float | None = None
    cause: str = ""
    at: float = _NEVER
    lines: list[tuple[int, str]] = field(default_factory=list)
    """Each with its place; equal ones stay in the order in which they came."""


async def read(store: ReportStore, channel: str, event: str) -> str:
    """The timeline of an event out of its state."""
    acts: list[ReportAct] = []
    while page := await store.report_acts(channel, event, acts[-1].seq if acts else 0, PAGE):
        acts += page
    return timeline(acts, {kind: await store.report_remembered(channel, event, kind) for kind in KINDS})


def timeline(acts: Sequence[ReportAct], remembered: Mapping[str, Remembered]) -> str:
    """Acts in the order in which they were asked for, and what the engine remembers of each of KINDS."""
    told = _Told()
    for (_kind, item, _occurrence), value in remembered.get("fired", {}).items():
        told.start(item, value)
    for _name, record in remembered.get("poll", {}).items():
        group = told.group(f"poll:{record['id']}", int(record["run"]))
        group.cause, group.at = str(record["cause"]), min(group.at, record["asked"])
    for act in acts:
        told.act(act)
    for _name, record in sorted(remembered.get("poll", {}).items()):
        told.group(f"poll:{record['id']}", int(record["run"])).lines += [(_LAST, line) for line in _ended(record)]
    for (_kind, key), value in sorted(remembered.get("dropped", {}).items()):
        told.drop(key, value)
    for (_kind, item, _occurrence), value in remembered.get("skipped", {}).items():
        told.skip(item, value)
    return "".join(f"{line}\n" for line in told.rows())


class _Told:
    """Groups, filled from several sides."""

    def __init__(self) -> None:
        self.groups: dict[tuple[str, int], _Group] = {}
        self.skipped = 0

    def group(self, item: str, run: int) -> _Group:
        return self.groups.setdefault((item, run), _Group(item, run))

    def start(self, item: str, value: Mapping[str, Any]) -> None:
        group = self.group(item, int(value["n"]))
        group.why, group.plan, group.at = str(value["why"]), value["plan"], float(value["at"])

    def act(self, act: ReportAct) -> None:
        key = EntryKey.read(act.key)
        if key is None or isinstance(act.action, CountPoll) or key.step.startswith("warning"):
            return
        item = key.item.replace(".", ":", 1) if key.kind in ("say", "alert") else f"{key.kind}:{key.item}"
        used = item.startswith("command:")
        if used and act.state != "done":
            return
        text = "answers" if used and key.kind == "say" else _text(act.action)
        line = (_place(key.step), text if act.state == "done" else f"{text} ({act.state})")
        lines = self.group(item, 0 if used else key.run).lines
        if line not in lines:
            lines.append(line)

    def drop(self, key: str, value: Mapping[str, Any]) -> None:
        """Lines of moderation (warnings to a person, replies) are none of the running order."""
        found = EntryKey.read(key) if value.get("what", "engagement") == "engagement" else None
        if found is not None and "text" in value and not found.step.startswith("warning"):
            item = found.item.replace(".", ":", 1) if found.kind == "say" else f"{found.kind}:{found.item}"
            line = f"does not say “{value['text']}”: {_reason(value['why'])}"
            if not item.startswith("command:"):
                self.group(item, found.run).lines.append((_place(found.step), line))
        elif key.startswith("announcement:"):
            self.group(str(value.get("source", key)), 0).lines.append((0, f"is not said: {_reason(value['why'])}"))

    def skip(self, item: str, value: Mapping[str, Any]) -> None:
        self.skipped += 1
        group = self.group(item, -self.skipped)
        group.plan, group.lines = value["plan"], [(0, f"does not start: {_reason(value['why'])}")]

    def rows(self) -> Iterator[str]:
        placed = [(self._path(group, ()), group) for group in self.groups.values()]
        for path, group in sorted(placed, key=lambda one: (one[0], one[1].run)):  # a start and a skip may have one place
            when = _clock(path[0][0]) if len(path) == 1 else " " * 8
            why = group.why or (f"by {group.cause}" if group.cause else "")
            yield f"{when}  {'  ' * (len(path) - 1)}{group.item}{f'  ({why})' if why else ''}"
            lines = sorted(group.lines, key=lambda line: line[0])
            yield from (f"{' ' * 12}{'  ' * (len(path) - 1)}{line}" for _place, line in lines)

    def _path(self, group: _Group, seen: tuple[str, ...]) -> Path:
        own = (group.plan if group.plan is not None else _NEVER, group.item, abs(group.run))
        parent = self._parent(group) if group.plan is None and group.item not in seen else None
        if parent is not None:
            return (*self._path(parent, (*seen, group.item)), own)
        return ((0.0 if group.why == "status live" else own[0], *own[1:]),)

    def _parent(self, group: _Group) -> _Group | None:
        """The last start, before this one, of what brought it about."""
        after = _AFTER.fullmatch(group.why)
        item = after[1] if after is not None else group.cause
        fitting = [one for one in self.groups.values() if one.item == item and one.at <= group.at and one is not group]
        return max(fitting, key=lambda one: one.at, default=None)


def _place(step: str) -> int:
    """Steps of `do:` have numbers; a poll's have names."""
    return int(step) if step.isdecimal() else _POLL.get(step.rstrip("0123456789"), _LAST - 1)


def _text(action: Action) -> str:
    match action:
        case PostMessage(text=text):
            return f"says “{text}”"
        case CreatePoll(question=question, options=options):
            return f"asks “{question}” {' | '.join(options)}"
        case SetPoll(open=opens):
            return "opens" if opens else "closes"
        case SetEvent(changes=changes):
            return f"switches {', '.join(f'{name}={value}' for name, value in sorted(changes.items()))}"
        case SetStream(stream=stream, on=on):
            return f"{'starts' if on else 'stops'} the stream {stream}"
        case SendAlert(text=text):
            return f"alerts “{text}”"
        case CallWebhook(url=url):
            return f"calls {url}"
        case _:
            return action.kind.replace("_", " ")


def _ended(record: Mapping[str, Any]) -> Iterator[str]:
    results = record["results"]
    if results is not None:
        counted = ", ".join(f"{option} {count}" for option, count in zip(record["options"], results["counts"], strict=True))
        yield f"counts {counted}"
    if record["state"] not in ("closed", "archived"):
        yield f"is {record['state']}{': ' + _reason(record['why']) if record['why'] else ''}"


def _reason(why: str) -> str:
    """Without the numbers, which tell of this machine."""
    return "it is too late" if "late (misfire_grace" in why else why.split(":", maxsplit=1)[0].split(" (", maxsplit=1)[0]


def _clock(seconds: float) -> str:
    if seconds == _NEVER:
        return " " * 8
    whole = abs(int(seconds))
    return f"{'-' if seconds < 0 else '+'}{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
