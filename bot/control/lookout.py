"""Looks at what nobody announces and tells the readers of the feed: ages of reads each second, what changed in the engagement and
in the rules at most twice a second. Costs nothing while nobody reads.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import structlog

from bot.control.broadcast import told
from bot.control.desk import ChannelPowers, Desk
from bot.control.standing import pulse_of
from bot.control.upcoming import upcoming_of
from bot.control.views import pause_view
from bot.domain.errors import UsherError
from bot.ports import Pause

log = structlog.get_logger("control")

EVERY = 0.5
"""Seconds between two looks; by the real clock, for people look at it."""
SECTIONS = ("polls", "quizzes", "captures", "questions", "offers")
_AT_ONCE = 50
"""Events whose engagement is looked at in one go."""


class Lookout:
    """Behind one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._shown: dict[tuple[str, str, str], str] = {}
        self._rules: dict[str, Any] = {}
        self._people = ""

    async def run(self) -> None:
        """Until cancelled. What goes wrong is logged, and the next look tries again."""
        beat = False
        while True:
            await asyncio.sleep(EVERY)
            if not self._desk.broadcast.is_heard:
                continue
            beat = not beat
            try:
                await self.look(pulse=beat)
            except UsherError as error:
                log.warning("control.lookout_failed", error=str(error))
            except Exception:  # the page shows old values then; the bot itself is not touched
                log.exception("control.lookout_failed")

    async def look(self, *, pulse: bool = True) -> None:
        """Tells what changed, and how everything stands."""
        await self._engagement()
        self._changed_rules()
        self._presence()
        if pulse:
            line = told(await pulse_json(self._desk))
            self._desk.broadcast.whisper("pulse", lambda: line)

    async def _engagement(self) -> None:
        changed = self._desk.teller.changed
        for channel, event in list(changed)[:_AT_ONCE]:
            del changed[channel, event]
            powers = self._desk.channels.get(channel)
            if powers is not None:
                await self._board(powers, event)

    async def _board(self, channel: ChannelPowers, event: str) -> None:
        board = await channel.board(event)
        named = {"channel": channel.name, "event": event}
        for section in SECTIONS:
            self._section(section, named, {section: board[section]})
        self._section("upcoming", named, upcoming_of(board, self._desk.clock.now()))

    def _section(self, kind: str, named: dict[str, str], data: dict[str, Any]) -> None:
        line = told(named | data)
        key = (kind, named["channel"], named["event"])
        if self._shown.get(key) != line:
            self._shown[key] = line
            self._desk.broadcast.tell(kind, lambda: line)

    def _changed_rules(self) -> None:
        for name, channel in self._desk.channels.items():
            now = _rules_mark(channel)
            if self._rules.setdefault(name, now) != now:
                self._rules[name] = now
                self._desk.broadcast.tell("rules", partial(told, {"channel": name}))

    def _presence(self) -> None:
        line = told({"people": people_json(self._desk)})
        if line != self._people:
            self._people = line
            self._desk.broadcast.whisper("presence", lambda: line)


def _rules_mark(channel: ChannelPowers) -> tuple[Any, ...]:
    problems = tuple((one.file, one.line, one.text) for one in channel.rule_problems)
    return channel.ruleset.hash, problems, channel.rules_pending, tuple(channel.in_shadow)


def people_json(desk: Desk) -> list[dict[str, Any]]:
    """Who is here, and who is at what."""
    readers = [(reader.name, reader.role) for reader in desk.broadcast.readers]
    names = ("name", "role", "on", "since", "pages")
    return [{name: getattr(one, name) for name in names} for one in desk.presence.people(readers, desk.clock.now())]


async def pulse_json(desk: Desk) -> dict[str, Any]:
    """How everything stands at this moment, in short."""
    pauses = await pauses_in_force(desk)
    return {
        "now": desk.clock.now(),
        "ready": not desk.is_ready(),
        "paused": bool(pauses),
        "pauses": [pause_view(pause).model_dump() for pause in pauses],
        "readers": len(desk.broadcast.readers),
        "channels": [pulse_of(name, channel.health(), await desk.store.backlog(name)) for name, channel in desk.channels.items()],
    }


async def pauses_in_force(desk: Desk) -> list[Pause]:
    """Those that stop something now."""
    now = desk.clock.now()
    return [pause for pause in await desk.store.pauses() if pause.until is None or pause.until > now]
