"""Polls and their votes, read: lists, details, entries, and the count over all entries (B-39)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal

from bot.domain.errors import BadAnswer
from bot.platform_api.beestreamed import wire_more
from bot.platform_api.beestreamed.calls import Writing
from bot.platform_api.beestreamed.rows import Rows, decode_rows, one_object
from bot.platform_api.beestreamed.tally import Base, identity, proven_base, tally
from bot.platform_api.beestreamed.values import Poll, PollEntry
from bot.platform_api.beestreamed.walking import walk
from bot.platform_api.http import Transport
from bot.platform_api.oddities import BadRow, Oddities

PAGE = 100
MOST_REMEMBERED = 10_000
MOST_PAGES = 5000
"""Half a million votes at 100 a page; at a cap of 7 still 35,000."""


class Counting:
    """Reads polls over one transport. `base` fixes the option index base; "auto" finds it from the entries."""

    def __init__(self, transport: Transport, writing: Writing, base: Literal["auto", 0, 1], oddities: Oddities) -> None:
        self._transport = transport
        self._writing = writing
        self._base: Base | None = None if base == "auto" else base
        self._fixed = base != "auto"
        self._events: dict[str, str] = {}
        self._oddities = oddities

    async def polls(self, event: str) -> Sequence[Poll]:
        """All polls of an event."""
        return [poll async for page in self.poll_pages(event) for poll in page]

    async def poll_pages(self, event: str) -> AsyncIterator[tuple[Poll, ...]]:
        """All polls of an event, page by page."""

        async def fetch(page: int) -> Rows[Poll]:
            query = {"maxResults": PAGE, "page": page if page > 1 else None}
            answer = await self._transport.send(self._writing.get("polls", query, kind="control", event=event))
            return decode_rows(answer.payload, lambda row: wire_more.poll(row, event), "poll", self._oddities)

        async for rows in walk(fetch, lambda poll: poll.ref, most=200, what="polls"):
            for poll in rows:
                self.remember(poll.ref, event)
            yield rows

    def remember(self, poll: str, event: str) -> None:
        """Which event a poll belongs to: `poll.deleted` will not say (B-29)."""
        self._events[poll] = event
        while len(self._events) > MOST_REMEMBERED:
            del self._events[next(iter(self._events))]

    def event_of(self, poll: str) -> str | None:
        """The event of a poll that was listed, made or announced since the start."""
        return self._events.get(poll)

    async def poll(self, event: str, poll: str) -> Poll:
        """One poll."""
        answer = await self._transport.send(self._writing.get("poll", kind="control", event=event, poll=poll))
        try:
            return wire_more.poll(one_object(answer.payload, "a poll"), event)
        except BadRow as reason:
            raise BadAnswer(f"GET poll: {reason}") from None

    async def entries(self, event: str, poll: str) -> Sequence[PollEntry]:
        """All votes of a poll, each once, in the order of their ids."""

        async def fetch(page: int) -> Rows[PollEntry]:
            query = {"maxResults": PAGE, "page": page if page > 1 else None}
            answer = await self._transport.send(self._writing.get("entries", query, kind="control", event=event, poll=poll))
            return decode_rows(answer.payload, wire_more.poll_entry, "poll entry", self._oddities)

        found = [entry async for rows in walk(fetch, identity, most=MOST_PAGES, what="poll entries") for entry in rows]
        if any(entry.number is None for entry in found):
            self._oddities.note("a poll entry has no id: equal votes without a name cannot be told apart")
        return sorted(found, key=lambda entry: entry.number or 0)

    async def count(
        self, event: str, poll: str, options: Sequence[str], *, ballots: bool = False, votes: bool = False
    ) -> dict[str, Any]:
        """Counts all entries; see tally.tally for the result."""
        entries = await self.entries(event, poll)
        return tally(entries, len(options), self._learn_base(entries, len(options)), ballots=ballots, votes=votes)

    def _learn_base(self, entries: Sequence[PollEntry], options: int) -> Base | None:
        """What one poll proves holds for all of the account's."""
        proven = proven_base(entries, options)
        if proven is None or self._fixed:
            return self._base
        if self._base is not None and self._base != proven:
            self._oddities.note("polls prove both option index bases; set option_index_base")
        self._base = proven
        return proven
