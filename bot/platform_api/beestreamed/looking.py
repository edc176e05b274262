"""Looking whether an act whose answer was lost was applied after all: ports.Performs.look_for (reliability 3.3).

All pages are read. The one shortcut: once the pages are seen to run towards older messages, a page that is wholly older than the
attempt ends the walk; the order is proven each time, never assumed (B-07, B-09).
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from contextlib import aclosing

from bot.domain.actions import Action, CreatePoll, PostMessage
from bot.domain.signals import Author, Message
from bot.platform_api.beestreamed.counting import Counting
from bot.platform_api.beestreamed.reading import Kinds, Reading
from bot.platform_api.beestreamed.rows import Rows
from bot.platform_api.beestreamed.values import Poll
from bot.platform_api.beestreamed.walking import walk
from bot.platform_api.http import Transport

PAGE = 100
MOST_PAGES = 2000
MARGIN = 30.0
"""Seconds: what whole-second times and two clocks may differ by beyond the measured offset."""


class Looking:
    """Finds what equals an action."""

    def __init__(self, transport: Transport, reading: Reading, counting: Counting, bot: Author, kinds: Kinds) -> None:
        self._transport = transport
        self._reading = reading
        self._counting = counting
        self._bot = bot
        self._kinds = kinds

    async def look_for(self, event: str, action: Action, since: float, known: Sequence[str]) -> Sequence[str]:
        """Refs of what equals `action`, made since then (our clock) and not among `known`, oldest first."""
        match action:
            case PostMessage():
                return await self._posts(event, action, since, known)
            case CreatePoll():
                return await self._polls(event, action, since, known)
            case _:
                return []

    def _cutoff(self, since: float) -> float:
        """The moment on the platform's clock before which nothing can be the act in question.

        Asked after a page has come: only then the offset holds for a clock that has just been set.
        """
        return since + (self._transport.clock_offset.seconds or 0.0) - MARGIN

    async def _posts(self, event: str, action: PostMessage, since: float, known: Sequence[str]) -> Sequence[str]:
        rows = await self._recent(event, since)
        cutoff = self._cutoff(since)
        same = [row for row in rows if row.ref not in known and self._is_ours(row, action.text) and _is_since(row.created, cutoff)]
        for row in same:
            self._kinds.remember_posted(row.ref)
        return [row.ref for row in sorted(same, key=_age)]

    def _is_ours(self, row: Message, words: str) -> bool:
        # Rows of the reduced level hold no e-mail (B-03): there the name has to do.
        ours = row.own or (not row.author.email and row.author.name == self._bot.name)
        return ours and _plain(row.text) == _plain(words)

    async def _recent(self, event: str, since: float) -> Sequence[Message]:
        async def fetch(page: int) -> Rows[Message]:
            got = await self._reading.read_messages(event, "chat", limit=PAGE, page=page, control=True)
            return Rows(got.rows, got.received)

        found: list[Message] = []
        async with aclosing(walk(fetch, lambda row: row.ref, most=MOST_PAGES, what="chat messages")) as pages:
            async for fresh in pages:
                if _is_wholly_older(fresh, found, self._cutoff(since)):
                    break
                found.extend(fresh)
        return found

    async def _polls(self, event: str, action: CreatePoll, since: float, known: Sequence[str]) -> Sequence[str]:
        polls = await self._counting.polls(event)
        cutoff = self._cutoff(since)
        same = [poll for poll in polls if poll.ref not in known and _is_same(poll, action) and _is_since(poll.created, cutoff)]
        return [poll.ref for poll in sorted(same, key=lambda poll: poll.created or 0.0)]


def _is_wholly_older(fresh: Sequence[Message], before: Sequence[Message], cutoff: float) -> bool:
    """Whether this page, and so every later one, is from before the attempt: proven by times *and* by falling ids."""
    if not fresh or not before:
        return False
    numbers = [row.number for row in (*fresh, *before) if row.number is not None]
    times = [row.created for row in fresh if row.created is not None]
    if len(numbers) < len(fresh) + len(before) or len(times) < len(fresh):
        return False
    return max(times) < cutoff and max(numbers[: len(fresh)]) < min(numbers[len(fresh) :])


def _is_same(poll: Poll, action: CreatePoll) -> bool:
    return _plain(poll.question) == _plain(action.question) and [*map(_plain, poll.options)] == [*map(_plain, action.options)]


def _is_since(created: float | None, cutoff: float) -> bool:
    return created is None or created >= cutoff


def _age(row: Message) -> tuple[float, float]:
    return (row.created or 0.0, float(row.number or 0))


def _plain(words: str) -> str:
    """For comparing: the platform may escape or respace what it stores (B-50)."""
    return " ".join(html.unescape(words).split())
