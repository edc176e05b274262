"""Reading chat, Q&A and events: ports.ReadsMessages and ports.ReadsEvents.

Order, `row_num` and short pages mean nothing here (B-07, B-08, B-11): a page is what it is; the feed reader concludes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any

from bot.domain.errors import BadAnswer, NoRight
from bot.domain.signals import Author, EventState, Message, Surface
from bot.platform_api.beestreamed import wire
from bot.platform_api.beestreamed.calls import Writing
from bot.platform_api.beestreamed.rows import Rows, decode_rows, one_object, unwrapped
from bot.platform_api.beestreamed.walking import walk
from bot.platform_api.call import Answer
from bot.platform_api.http import Transport
from bot.platform_api.oddities import Oddities, Row
from bot.ports import Page

EVENT_PAGE = 100
MOST_EVENT_PAGES = 500


class Kinds:
    """Which surface a ref was read from: chat and Q&A share one path for changes, and neither may get the other's status (B-19)."""

    def __init__(self, most: int = 20_000) -> None:
        self._kinds: OrderedDict[str, Surface] = OrderedDict()
        self._posted: OrderedDict[str, None] = OrderedDict()
        self._most = most

    def of(self, ref: str) -> Surface | None:
        """The surface it was last read from, None if it was not seen lately."""
        return self._kinds.get(ref)

    def remember(self, refs: Sequence[str], surface: Surface) -> None:
        """These were read there."""
        for ref in refs:
            self._kinds[ref] = surface
            self._kinds.move_to_end(ref)
        while len(self._kinds) > self._most:
            self._kinds.popitem(last=False)

    def remember_posted(self, ref: str, surface: Surface = "chat") -> None:
        """We made this one ourselves (B-43)."""
        self._posted[ref] = None
        while len(self._posted) > self._most:
            self._posted.popitem(last=False)
        self.remember((ref,), surface)

    @property
    def posted(self) -> OrderedDict[str, None]:
        """Refs of our own posts."""
        return self._posted


class Familiar:
    """Rows as they were decoded when they came first: a live chat's newest page comes several times a second, mostly with rows that
    were there before. More than about a hundred full feeds are decoded anew each time."""

    def __init__(self, most: int = 10_000) -> None:
        self._known: OrderedDict[tuple[str, str, str], tuple[tuple[Any, ...], Message]] = OrderedDict()
        self._most = most

    def message(self, row: Row, event: str, surface: Surface, decode: Callable[[], Message]) -> Message:
        """The message of the same row of this list, or `decode`. Raises what that raises."""
        name = wire.ref_of(row, surface)
        if not isinstance(name, str):
            return decode()
        key, words = (event, surface, name), wire.words_of(row)
        known = self._known.get(key)
        if known is not None and known[0] == words:
            self._known.move_to_end(key)
            return known[1]
        made = decode()
        self._known[key] = (words, made)
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return made


class Reading:
    """Reads pages and events over one transport. `zone` is for naive start times."""

    def __init__(self, transport: Transport, writing: Writing, bot: Author, zone: tzinfo, kinds: Kinds, oddities: Oddities) -> None:
        self._transport = transport
        self._writing = writing
        self._bot = bot
        self._zone = zone
        self._kinds = kinds
        self._oddities = oddities
        self._familiar = Familiar()
        self.full_level: bool | None = None
        """Whether the token sees full rows (B-03); None until a row was seen."""

    async def read_messages(
        self, event: str, surface: Surface, *, limit: int, page: int = 1, index_start: int | None = None, control: bool = False
    ) -> Page:
        """One page as it comes. Raises BadAnswer when it is no list, or when the flag `qa` is evidently ignored (B-06)."""
        query = {"qa": surface == "qa", "maxResults": limit, "page": page if page != 1 else None, "indexStart": index_start}
        call = self._writing.get("chat", query, kind="control" if control else "read", event=event)
        answer = await self._transport.send(call)
        rows = decode_rows(answer.payload, lambda row: self._message(row, event, surface, answer), surface, self._oddities)
        self._learn(answer, rows.good, surface)
        return Page(rows.good, rows.received, answer.asked, answer.platform_now)

    def _message(self, row: Row, event: str, surface: Surface, answer: Answer) -> Message:
        def decoded() -> Message:
            return wire.message(row, event=event, surface=surface, read=answer.arrived, posted=self._kinds.posted, bot=self._bot)

        found = self._familiar.message(row, event, surface, decoded)
        # The answer that names our post may come after the list that shows it.
        return decoded() if not found.own and found.ref in self._kinds.posted else found

    def _learn(self, answer: Answer, rows: Sequence[Message], surface: Surface) -> None:
        first = next((row for row in unwrapped(answer.payload) if isinstance(row, dict)), None)
        if first is not None:
            self.full_level = wire.is_full_level(first)
        if surface == "qa" and rows and all(self._kinds.of(row.ref) == "chat" for row in rows):
            raise BadAnswer('the Q&A list holds nothing but chat messages: the flag qa seems to be ignored; set query_true = "1"')
        if len({row.ref for row in rows}) != len(rows):
            self._oddities.note(f"{surface} page: two rows share a ref")
        self._kinds.remember([row.ref for row in rows], surface)

    async def read_event(self, event: str) -> EventState:
        """One event's state. Raises NoRight when the answer is the public's one (B-48)."""
        answer = await self._transport.send(self._writing.get("event", event=event))
        row = one_object(answer.payload, "an event")
        if not row.get("event_ref"):
            if not any(str(key).startswith("event_") for key in row):
                raise BadAnswer("GET event: the answer holds no event")
            raise NoRight("GET event: the answer is the public one; the token does not belong to this event's account")
        return self._event(row, asked=event)

    async def list_events(self, status: str | None = None) -> Sequence[EventState]:
        """All events of the account, or those of one status.

        `live` also returns events held live by hand where the platform lists them under `live`; `force_live` is no filter value
        there, so for that one all events are read.
        """
        query = {"maxResults": EVENT_PAGE, "status": status if status != "force_live" else None}

        async def fetch(page: int) -> Rows[EventState]:
            call = self._writing.get("events", {**query, "page": page if page > 1 else None})
            answer = await self._transport.send(call)
            return decode_rows(answer.payload, self._event, "event", self._oddities)

        pages = walk(fetch, lambda state: state.event, most=MOST_EVENT_PAGES, what="events")
        return [state async for rows in pages for state in rows if _is_wanted(state, status)]

    async def first_events(self) -> Sequence[EventState]:
        """The first page of the account's events: for the start check."""
        call = self._writing.get("events", {"maxResults": EVENT_PAGE}, kind="control")
        answer = await self._transport.send(call)
        return decode_rows(answer.payload, self._event, "event", self._oddities).good

    def _event(self, row: Row, asked: str = "") -> EventState:
        state = wire.event_state(row, fallback=self._zone, asked=asked)
        if wire.start_is_guessed(row):
            self._oddities.note("an event's start time is naive and its zone unknown: read in the configured time_zone")
        if state.phase == "unknown":
            self._oddities.note("an event's status is none of the documented words")
        return state


def _is_wanted(state: EventState, status: str | None) -> bool:
    # The filter is applied once more: whether the platform knows it is not certain.
    return status is None or state.status == status or (status == "live" and state.phase == "on_air")
