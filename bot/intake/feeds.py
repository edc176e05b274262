"""Reads all feeds of one channel, a few at a time, for as long as it runs. What a page brings is stored with the cursor that covers it.

Assumes to be the only reader of its channel. It never ends by itself but for a store that can no longer be trusted: what the platform
does wrong is counted, shown in `health`, and tried again. It sends nothing and judges nothing; it rings the runner's bell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.config import Channel
from bot.domain.errors import PlatformError, Refused, StoreFull, UsherError
from bot.domain.signals import Message, Surface
from bot.intake import cursor as reading
from bot.intake.cursor import Query, Took
from bot.intake.feed import SAVE_AGAIN, Feed, FeedHealth, FeedKey, after_refusal, failure, page_digest
from bot.intake.pacing import Intervals, Pacing
from bot.intake.posted import Offset, posted_at
from bot.intake.walk import Mark
from bot.ports import Bell, Clock, FeedCursor, IntakeStore, Page, ReadsMessages

log = structlog.get_logger("intake.feeds")

AT_ONCE = 8
"""Reads in flight for one channel."""
QA_PATIENCE = 1.5
"""A silent Q&A is read so many times slower than a silent chat: a question is not public before it is approved."""
SURFACES: tuple[Surface, ...] = ("chat", "qa")
_LONGEST_REST = 1.0


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading needs of the outside. `rate` is how many calls a second reading may plan with now; `luck` is in [0, 1)."""

    messages: ReadsMessages
    store: IntakeStore
    clock: Clock
    bell: Bell
    rate: Callable[[], float]
    luck: Callable[[], float] = lambda: 0.5


class Feeds:
    """`follow` events, `run`, look at `health`."""

    def __init__(self, channel: Channel, bot: tuple[str, str], reader: Reader) -> None:
        self._channel = channel
        self._bot = bot
        self._reader = reader
        self._clock = reader.clock
        intervals = Intervals(channel.fastest_read, channel.slowest_read, channel.idle_read)
        self._pacing: Pacing[FeedKey] = Pacing(intervals, reader.rate())
        self._feeds: dict[FeedKey, Feed] = {}
        self._reads: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._blocked_until = 0.0
        self._denied = False
        self._fatal: UsherError | None = None
        self.error = ""
        """What keeps the whole channel from being read; empty when nothing does."""
        self.offset = Offset()
        """The platform's clock minus ours."""
        self.new_messages = 0

    # ── what others say ──

    def follow(self, event: str, *, live: bool) -> None:
        """Reads this event's chat and Q&A from now on, or at another pace."""
        for surface in SURFACES:
            key = FeedKey(event, surface)
            self._feeds.setdefault(key, Feed(key, self._channel.page_size))
            self._pacing.add(key, live=live, patience=QA_PATIENCE if surface == "qa" else 1.0)
        self._wake.set()

    def leave(self, event: str) -> None:
        """No longer. The stored cursors stay."""
        for surface in SURFACES:
            self._feeds.pop(FeedKey(event, surface), None)
            self._pacing.remove(FeedKey(event, surface))

    def due(self, event: str = "") -> None:
        """Something happened in this event ("" = in any): its feeds are read at once."""
        for key in self._feeds:
            if event in ("", key.event):
                self._pacing.due(key)
        self._wake.set()

    def health(self) -> Sequence[FeedHealth]:
        """Every feed as it is now."""
        now = self._clock.now()
        return [
            FeedHealth(
                event=key.event,
                surface=key.surface,
                reading=feed.cursor.reading,
                complete=feed.cursor.attached,
                age=None if feed.read_at is None else max(0.0, now - feed.read_at),
                interval=self._pacing.interval(key, self._clock.monotonic()),
                rate=self._pacing.learned(key),
                error=feed.error,
                rows_bad=feed.rows_bad,
                note=feed.note,
            )
            for key, feed in self._feeds.items()
        ]

    # ── the loop ──

    async def run(self) -> None:
        """Until cancelled. Raises StoreBroken or Superseded when there is no going on."""
        try:
            while True:
                if self._fatal is not None:
                    raise self._fatal
                await self._rest(self._start_one())
        finally:
            for read in self._reads:
                read.cancel()
            await asyncio.gather(*self._reads, return_exceptions=True)

    def _start_one(self) -> float:
        """Starts the read whose turn it is; returns the seconds until the next look."""
        self._wake.clear()
        now = self._clock.monotonic()
        if len(self._reads) >= (1 if self._denied else AT_ONCE):
            return _LONGEST_REST
        if now < self._blocked_until:
            return self._blocked_until - now
        self._pacing.allow(self._reader.rate())
        choice = self._pacing.choose(now)
        if choice.feed is None:
            return choice.wait
        read = asyncio.create_task(self._read(self._feeds[choice.feed], self._pacing.begin(choice.feed, now), now))
        self._reads.add(read)
        read.add_done_callback(self._finished)
        return 0.0

    def _finished(self, read: asyncio.Task[None]) -> None:
        self._reads.discard(read)
        self._wake.set()

    async def _rest(self, seconds: float) -> None:
        """Until something happens, or so long."""
        if seconds <= 0.0:
            await asyncio.sleep(0)
            return
        waits = [
            asyncio.ensure_future(self._clock.sleep(min(seconds, _LONGEST_REST))),
            asyncio.ensure_future(self._wake.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    # ── one read ──

    async def _read(self, feed: Feed, since: float | None, now: float) -> None:
        asked = Query(feed.limit)
        try:
            if not feed.loaded:
                await self._load(feed)
            asked = reading.query(feed.cursor, feed.limit, now)
            page = await self._reader.messages.read_messages(
                feed.key.event, feed.key.surface, limit=asked.limit, page=asked.page, index_start=asked.index_start
            )
            await self._take(feed, asked, page, since, now)
        except PlatformError as error:
            self._platform_failed(feed, asked, error)
        except StoreFull as error:
            # The cursor has not moved: the same rows will come again.
            self._wait(feed, _LONGEST_REST, f"the store cannot be written: {error}", everybody=True)
        except UsherError as error:
            self._fatal = error
        except Exception as error:  # a fault of ours must not end the reading of all feeds
            log.exception("feed.failed", event_ref=feed.key.event, surface=feed.key.surface)
            self._wait(feed, 5.0, f"{type(error).__name__}: {error}")

    async def _load(self, feed: Feed) -> None:
        stored = await self._reader.store.load_cursor(self._channel.name, feed.key.event, feed.key.surface)
        try:
            feed.cursor = reading.from_json(stored)
        except ValueError as error:
            log.warning("feed.cursor_damaged", event_ref=feed.key.event, surface=feed.key.surface, error=str(error))
            feed.note = "the stored cursor was damaged; the feed was read anew"
        feed.loaded = True

    async def _take(self, feed: Feed, asked: Query, page: Page, since: float | None, now: float) -> None:
        arrived = self._clock.now()
        if page.platform_now is not None:
            self.offset = self.offset.seen(page.platform_now, page.asked, arrived)
        if feed.cursor.walk is None:
            feed.left_at = page.asked
        attached = feed.cursor.attached and feed.cursor.walk is None
        marks = [Mark(row.number, row.ref) for row in page.rows]
        cursor, took = reading.take(feed.cursor, asked, marks, page.received, now)
        rows = [self._dated(feed, row, arrived, attached) for row in page.rows]
        new = await self._save(feed, cursor, rows, page.asked)
        feed.cursor = cursor
        self._note(feed, page, took, arrived)
        counted = new if attached else 0
        self._pacing.end(feed.key, self._clock.monotonic(), since=since if attached else None, rows=counted, more=took.more)

    def _dated(self, feed: Feed, row: Message, arrived: float, attached: bool) -> Message:
        read = row.read or arrived
        return replace(row, read=read, posted=posted_at(row, self.offset, read, feed.covered_at if attached else None))

    async def _save(self, feed: Feed, cursor: reading.Cursor, rows: Sequence[Message], asked: float) -> int:
        """T1, unless the page says what the one before said. Returns how many rows were new."""
        now, page = self._clock.monotonic(), page_digest(rows, cursor)
        if page == feed.page and now - feed.stored_at < SAVE_AGAIN:
            return 0
        value = FeedCursor(feed.key.event, feed.key.surface, reading.to_json(cursor))
        taken = await self._reader.store.save_page(self._channel.name, value, rows, asked, self._bot)
        feed.page, feed.stored_at = page, now
        self.new_messages += len(taken.new)
        if taken.new or taken.changed:
            self._reader.bell.set()
        return len(taken.new)

    def _note(self, feed: Feed, page: Page, took: Took, arrived: float) -> None:
        if feed.error:
            log.info("feed.recovered", event_ref=feed.key.event, surface=feed.key.surface, after=feed.failures)
        feed.read_at, feed.error, feed.failures = arrived, "", 0
        self.error, self._denied = "", False
        feed.rows_bad += page.received - len(page.rows)
        if took.covers:
            feed.covered_at = feed.left_at
        if took.note:
            feed.note = took.note
            log.info("feed.note", event_ref=feed.key.event, surface=feed.key.surface, note=took.note)

    # ── what goes wrong ──

    def _platform_failed(self, feed: Feed, asked: Query, error: PlatformError) -> None:
        if isinstance(error, Refused) and after_refusal(feed, asked, error):
            feed.note = f"the platform refuses this question ({error.status}); asking in another way"
            log.warning("feed.refused", event_ref=feed.key.event, surface=feed.key.surface, error=str(error))
            self._pacing.failed(feed.key, self._clock.monotonic() + self._channel.fastest_read)
            return
        told = failure(error, feed.failures + 1, self._reader.luck())
        self._denied = self._denied or told.denied
        self._wait(feed, told.wait, self._in_words(feed, error), everybody=told.everybody)

    def _in_words(self, feed: Feed, error: PlatformError) -> str:
        if isinstance(error, Refused) and error.status in (404, 410):
            return f"the platform knows no event '{feed.key.event}'; check follow in config.toml ({error})"
        return str(error)

    def _wait(self, feed: Feed, seconds: float, text: str, *, everybody: bool = False) -> None:
        feed.failures += 1
        if text != feed.error:
            log.warning("feed.error", event_ref=feed.key.event, surface=feed.key.surface, error=text, again_in=round(seconds, 1))
        feed.error = text
        until = self._clock.monotonic() + seconds
        self._pacing.failed(feed.key, until)
        if everybody:
            self.error, self._blocked_until = text, max(self._blocked_until, until)
