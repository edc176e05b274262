"""Reads the chat and Q&A of every followed event: who is next says pacing, what to ask says the cursor, here is only the doing.

Each feed has one read in flight; the next is planned after it ended. A failed read leaves the cursor where it was. Rows and the
cursor that covers them are stored in one transaction (T1); only then is the cursor moved here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from bot.config import Bot, Channel
from bot.domain.errors import NoRight, PlatformError, Refused, StoreFull, Throttled
from bot.domain.signals import EventState, Message, Surface
from bot.intake import cursor as reading
from bot.intake.cursor import Cursor
from bot.intake.pacing import Intervals, Pacing
from bot.intake.posted import Skew, posted
from bot.intake.walk import Mark
from bot.ports import Bell, Clock, FeedCursor, IntakeStore, Page, ReadsMessages

log = structlog.get_logger("intake")

Feed = tuple[str, Surface]
AT_ONCE = 8
"""Reads on their way at most, over all feeds of the channel."""
SURFACES: tuple[tuple[Surface, float], ...] = (("chat", 1.0), ("qa", 1.5))
"""A silent Q&A may wait half as long again: questions are fewer, and nobody sees them before they are approved."""
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 15.0
_NO_RIGHT, _GONE = 60.0, 30.0
_NOT_UNDERSTOOD = frozenset({400, 410, 422})


@dataclass(slots=True)
class FeedState:
    """What is known of one feed; `read_at` and `asked` are wall time, `error` the last failure in words ("" if it went well)."""

    cursor: Cursor = field(default_factory=Cursor)
    loaded: bool = False
    read_at: float | None = None
    asked: float | None = None
    error: str = ""
    failures: int = 0
    reads: int = 0
    rows: int = 0
    skipped: int = 0
    """Rows that came and could not be used."""


class Feeds:
    """All feeds of one channel. `rate` gives the calls a second that reading may plan with."""

    def __init__(
        self,
        channel: Channel,
        bot: Bot,
        reader: ReadsMessages,
        store: IntakeStore,
        clock: Clock,
        *,
        wake: Bell,
        rate: Callable[[], float],
    ) -> None:
        self._channel = channel
        self._bot = (bot.name, bot.email)
        self._reader = reader
        self._store = store
        self._clock = clock
        self._wake = wake
        self._rate = rate
        self._pacing: Pacing[Feed] = Pacing(Intervals(channel.fastest_read, channel.slowest_read, channel.idle_read), rate())
        self._states: dict[Feed, FeedState] = {}
        self._skew = Skew()
        self._kick = asyncio.Event()
        self._reads: set[asyncio.Task[None]] = set()
        self._stopping = False

    # ── what is read ──

    def follow(self, state: EventState) -> None:
        """Reads an event's feeds from now on, at the pace that its state asks for."""
        for surface, patience in SURFACES:
            feed = (state.event, surface)
            self._states.setdefault(feed, FeedState())
            self._pacing.add(feed, live=state.phase in {"on_air", "playback"}, patience=patience)
        self._kick.set()

    def unfollow(self, event: str) -> None:
        """Reads them no longer; the cursors stay stored."""
        for surface, _ in SURFACES:
            self._pacing.remove((event, surface))

    def look_now(self, event: str = "") -> None:
        """Makes the feeds of an event (all for "") due at once."""
        for feed in list(self._pacing):
            if not event or feed[0] == event:
                self._pacing.due(feed)
        self._kick.set()

    def health(self, now: float) -> list[dict[str, Any]]:
        """One plain mapping a feed, for status."""
        return [self._told(feed, now) for feed in self._pacing]

    def _told(self, feed: Feed, now: float) -> dict[str, Any]:
        state = self._states[feed]
        return {
            "event": feed[0],
            "surface": feed[1],
            "age": None if state.read_at is None else max(0.0, now - state.read_at),
            "error": state.error,
            "index_start": state.cursor.reading,
            "reads": state.reads,
            "rows": state.rows,
            "skipped": state.skipped,
            "rate": round(self._pacing.learned(feed), 3),
        }

    # ── reading ──

    async def run(self) -> None:
        """Until `stop`."""
        while not self._stopping:
            self._kick.clear()
            self._pacing.allow(self._rate())
            now = self._clock.monotonic()
            choice = self._pacing.choose(now)
            if choice.feed is not None and len(self._reads) < AT_ONCE:
                self._begin(choice.feed, now)
            else:
                await self._rest(1.0 if choice.feed is not None else min(choice.wait, 1.0))

    async def stop(self) -> None:
        """Lets the reads in flight end (they are bounded by the transport)."""
        self._stopping = True
        self._kick.set()
        for task in self._reads:
            task.cancel()
        await asyncio.gather(*self._reads, return_exceptions=True)

    def _begin(self, feed: Feed, now: float) -> None:
        before = self._pacing.begin(feed, now)
        task = asyncio.create_task(self._read(feed, before), name=f"read {feed[0]} {feed[1]}")
        self._reads.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._reads.discard(task)
        self._kick.set()
        if not task.cancelled() and task.exception() is not None:
            log.error("feed.failed", exc_info=task.exception())

    async def _rest(self, seconds: float) -> None:
        """Until something happens, or the time is over."""
        sleep = asyncio.ensure_future(self._clock.sleep(seconds))
        kick = asyncio.ensure_future(self._kick.wait())
        try:
            await asyncio.wait({sleep, kick}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            kick.cancel()

    async def _read(self, feed: Feed, before: float | None) -> None:
        state = self._states[feed]
        try:
            await self._load(feed, state)
            new, more = await self._one_page(feed, state)
        except (PlatformError, StoreFull) as error:
            self._failed(feed, state, error)
        except BaseException:
            # A bug in here must not silence a feed for ever: it is tried again, and the task's failure is logged.
            self._pacing.failed(feed, self._clock.monotonic() + _LONGEST_WAIT)
            raise
        else:
            state.error, state.failures = "", 0
            self._pacing.end(feed, self._clock.monotonic(), since=before, rows=new, more=more)

    async def _load(self, feed: Feed, state: FeedState) -> None:
        if state.loaded:
            return
        try:
            state.cursor = reading.from_json(await self._store.load_cursor(self._channel.name, *feed))
        except ValueError as error:
            log.warning("feed.cursor_damaged", event_ref=feed[0], surface=feed[1], error=str(error))
        state.loaded = True

    async def _one_page(self, feed: Feed, state: FeedState) -> tuple[int, bool]:
        now = self._clock.monotonic()
        asked = reading.query(state.cursor, self._channel.page_size, now)
        try:
            page = await self._reader.read_messages(
                feed[0], feed[1], limit=asked.limit, page=asked.page, index_start=asked.index_start
            )
        except Refused as error:
            if error.status in _NOT_UNDERSTOOD:
                state.cursor = reading.rejected(state.cursor, asked)
            raise
        moved, took = reading.take(state.cursor, asked, [Mark(row.number, row.ref) for row in page.rows], page.received, now)
        if took.note:
            log.info("feed.reading", event_ref=feed[0], surface=feed[1], note=took.note)
        place = FeedCursor(feed[0], feed[1], reading.to_json(moved))
        brought = await self._store.save_page(self._channel.name, place, self._dated(page, state), page.asked, self._bot)
        state.cursor = moved
        self._note(state, page, len(brought.new), covers=took.covers)
        if brought.new or brought.changed:
            self._wake.set()
        return len(brought.new), took.more

    def _note(self, state: FeedState, page: Page, new: int, *, covers: bool) -> None:
        state.read_at = self._clock.now()
        state.reads += 1
        state.rows += new
        state.skipped += page.received - len(page.rows)
        if covers:
            state.asked = page.asked

    def _dated(self, page: Page, state: FeedState) -> Sequence[Message]:
        arrived = self._clock.now()
        self._skew = self._skew.learn(page.platform_now, page.asked, arrived)
        return [replace(row, posted=posted(row.created, self._skew, state.asked, row.read or arrived)) for row in page.rows]

    def _failed(self, feed: Feed, state: FeedState, error: Exception) -> None:
        state.failures += 1
        state.error = str(error)
        wait = min(_FIRST_WAIT * 2 ** (state.failures - 1), _LONGEST_WAIT)
        if isinstance(error, NoRight):
            wait = _NO_RIGHT
        elif isinstance(error, Throttled):
            wait = max(wait, error.retry_after or 0.0)
        elif isinstance(error, Refused) and error.status not in _NOT_UNDERSTOOD:
            wait = _GONE
        if state.failures in {1, 5} or state.failures % 50 == 0:
            log.warning("feed.read_failed", event_ref=feed[0], surface=feed[1], error=str(error), times=state.failures, wait=wait)
        self._pacing.failed(feed, self._clock.monotonic() + wait)
