"""Reads the chat and Q&A of every followed event: who is next says pacing, what to ask says the cursor, here is only the doing.

Each feed has one read in flight. Rows and the cursor that covers them are stored in one transaction (T1); only then is the cursor
moved here, so a failed read or a crash loses nothing. What the platform does wrong is counted, shown in `health`, and tried again;
only a store that can no longer be trusted ends the reading.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import structlog

from bot.config import Bot, Channel
from bot.domain.errors import PlatformError, Refused, StoreFull, UsherError
from bot.domain.signals import EventState, Message, Surface
from bot.intake import cursor as reading
from bot.intake.cursor import Query, Took
from bot.intake.feed import SAVE_AGAIN, SHOWN, Feed, FeedKey, after_refusal, failure, page_digest
from bot.intake.indexing import Reading
from bot.intake.pacing import TRAFFIC, Intervals, Pacing
from bot.intake.posted import Offset, posted_at
from bot.intake.walk import Mark
from bot.ports import Bell, Clock, FeedCursor, IntakeStore, Page, ReadsMessages

log = structlog.get_logger("intake.feeds")

AT_ONCE = 8
"""Reads in flight for one channel."""
SURFACES: tuple[tuple[Surface, float], ...] = (("chat", 1.0), ("qa", 1.5))
"""A silent Q&A may wait half as long again: nobody sees a question before it is approved."""
_LONGEST_REST = 1.0


class Feeds:
    """All feeds of one channel. `rate` gives the calls a second that reading may plan with; `luck`, in [0, 1), spreads tries."""

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
        luck: Callable[[], float] = lambda: 0.5,
    ) -> None:
        self._channel = channel
        self._bot = (bot.name, bot.email)
        self._reader = reader
        self._store = store
        self._clock = clock
        self._wake = wake
        self._rate = rate
        self._luck = luck
        self._pacing: Pacing[FeedKey] = Pacing(Intervals(channel.fastest_read, channel.slowest_read, channel.idle_read), rate())
        self._feeds: dict[FeedKey, Feed] = {}
        self._reads: set[asyncio.Task[None]] = set()
        self._kick = asyncio.Event()
        self._stopping = False
        self._blocked_until = 0.0
        self._denied = False
        self._fatal: UsherError | None = None
        self.error = ""
        """What keeps the whole channel from being read; empty when nothing does."""
        self.offset = Offset()
        """The platform's clock minus ours."""
        self._learned: Reading = "unknown"
        """What indexStart means on this account, as far as some list has shown it (B-09)."""

    # ── what is read ──

    def follow(self, state: EventState) -> None:
        """Reads an event's feeds from now on, at the pace that its state asks for."""
        for surface, patience in SURFACES:
            key = FeedKey(state.event, surface)
            self._feeds.setdefault(key, Feed(key, self._channel.page_size))
            closed = self._clock.monotonic() if surface == "chat" and state.chat is False else None
            self._pacing.add(key, live=state.phase in ("on_air", "playback"), patience=patience, closed=closed)
        self._kick.set()

    def unfollow(self, event: str) -> None:
        """Reads them no longer; the cursors stay stored."""
        for surface, _ in SURFACES:
            self._feeds.pop(FeedKey(event, surface), None)
            self._pacing.remove(FeedKey(event, surface))

    def look_now(self, event: str = "") -> None:
        """Makes the feeds of an event (all for "") due at once."""
        for key in self._feeds:
            if event in ("", key.event):
                self._pacing.due(key)
        self._kick.set()

    def health(self, now: float) -> list[dict[str, Any]]:
        """One plain mapping a feed, for status. `now` is wall time; ages and intervals are seconds."""
        return [self._told(feed, now) for feed in self._feeds.values()]

    def _told(self, feed: Feed, now: float) -> dict[str, Any]:
        return {
            "event": feed.key.event,
            "surface": feed.key.surface,
            "age": None if feed.read_at is None else max(0.0, now - feed.read_at),
            "error": feed.error or self.error,
            "index_start": feed.cursor.reading,
            "complete": feed.cursor.attached,
            "note": feed.note,
            "reads": feed.reads,
            "rows": feed.rows,
            "skipped": feed.skipped,
            "rate": round(self._pacing.learned(feed.key), 3),
            "interval": round(self._pacing.interval(feed.key, self._clock.monotonic()), 3),
        }

    # ── the loop ──

    async def run(self) -> None:
        """Until `stop`. Raises StoreBroken or Superseded when there is no going on."""
        while not self._stopping:
            if self._fatal is not None:
                raise self._fatal
            await self._rest(self._start_one())

    async def stop(self) -> None:
        """Drops the reads in flight: what was not stored is read again another time."""
        self._stopping = True
        self._kick.set()
        for read in self._reads:
            read.cancel()
        await asyncio.gather(*self._reads, return_exceptions=True)

    def _start_one(self) -> float:
        """Starts the read whose turn it is; returns the seconds until the next look."""
        self._kick.clear()
        now = self._clock.monotonic()
        if len(self._reads) >= (1 if self._denied else AT_ONCE):
            return _LONGEST_REST
        if now < self._blocked_until:
            return self._blocked_until - now
        self._pacing.allow(self._rate())
        choice = self._pacing.choose(now)
        if choice.feed is None:
            return choice.wait
        read = asyncio.create_task(self._read(self._feeds[choice.feed], self._pacing.begin(choice.feed, now), now))
        self._reads.add(read)
        read.add_done_callback(self._finished)
        return 0.0

    def _finished(self, read: asyncio.Task[None]) -> None:
        self._reads.discard(read)
        self._kick.set()

    async def _rest(self, seconds: float) -> None:
        """Until something happens, or so long."""
        if seconds <= 0.0:
            await asyncio.sleep(0)
            return
        await self._clock.rest(min(seconds, _LONGEST_REST), self._kick)

    # ── one read ──

    async def _read(self, feed: Feed, since: float | None, now: float) -> None:
        asked = Query(feed.limit)
        try:
            if not feed.loaded:
                await self._load(feed)
            feed.cursor = reading.assume(feed.cursor, self._learned)
            asked = reading.query(feed.cursor, feed.limit, now)
            page = await self._reader.read_messages(
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
        stored = await self._store.load_cursor(self._channel.name, feed.key.event, feed.key.surface)
        try:
            feed.cursor = reading.from_json(stored)
        except ValueError as error:
            log.warning("feed.cursor_damaged", event_ref=feed.key.event, surface=feed.key.surface, error=str(error))
            feed.note = "the stored cursor was damaged; the feed was read anew"
        feed.loaded = True

    async def _take(self, feed: Feed, asked: Query, page: Page, since: float | None, now: float) -> None:
        arrived = self._clock.now()
        if page.asked > arrived:  # the clock was set back meanwhile (D2)
            page = replace(page, asked=arrived - (self._clock.monotonic() - now))
        if page.platform_now is not None:
            self.offset = self.offset.seen(page.platform_now, page.asked, arrived)
        if feed.cursor.walk is None:
            feed.left_at = page.asked
        attached = feed.cursor.attached and feed.cursor.walk is None
        marks = [Mark(row.number, row.ref) for row in page.rows]
        cursor, took = reading.take(feed.cursor, asked, marks, page.received, now)
        unseen = any(row.ref not in feed.shown for row in page.rows)
        rows = self._dated(feed, page.rows, arrived, feed.covered_at if attached else None)
        new = await self._save(feed, cursor, rows, page.asked, unseen=unseen)
        feed.cursor = cursor
        self._note(feed, page, took, arrived)
        # Old rows of a list that is read for the first time are no traffic.
        fresh = sum(1 for row in rows if row.ref in new and arrived - (row.posted or arrived) < TRAFFIC)
        newest = bool(new) or reading.looks_at_newest(cursor, asked)
        self._pacing.end(
            feed.key, self._clock.monotonic(), since=since if attached else None, rows=fresh, more=took.more, newest=newest
        )
        if cursor.sure and not cursor.assumed:
            self._learned = cursor.reading

    def _dated(self, feed: Feed, rows: Sequence[Message], arrived: float, unseen_at: float | None) -> list[Message]:
        """With the moments at which they were read and posted. Most rows of a page were there the last time: they keep theirs."""
        dated = []
        for row in rows:
            pair = feed.shown.pop(row.ref, None)
            if pair is None or not (pair[0] is row or pair[0] == row):
                pair = (row, self._moments(row, arrived, unseen_at))
            feed.shown[row.ref] = pair
            dated.append(pair[1])
        while len(feed.shown) > SHOWN:
            del feed.shown[next(iter(feed.shown))]
        return dated

    def _moments(self, row: Message, arrived: float, unseen_at: float | None) -> Message:
        read = row.read or arrived
        return replace(row, read=read, posted=posted_at(row, self.offset, read, unseen_at))

    async def _save(
        self, feed: Feed, cursor: reading.Cursor, rows: Sequence[Message], asked: float, *, unseen: bool
    ) -> frozenset[str]:
        """T1, unless the page says what the one before said. Returns the refs that were new."""
        now, page = self._clock.monotonic(), page_digest(rows, cursor)
        if page == feed.page and now - feed.stored_at < SAVE_AGAIN:
            return frozenset()
        value = FeedCursor(feed.key.event, feed.key.surface, reading.to_json(cursor))
        taken = await self._store.save_page(self._channel.name, value, rows, asked, self._bot, unseen=unseen)
        feed.page, feed.stored_at = page, now
        feed.rows += len(taken.new)
        if taken.new or taken.changed:
            self._wake.set()
        return frozenset(taken.new)

    def _note(self, feed: Feed, page: Page, took: Took, arrived: float) -> None:
        if feed.error:
            log.info("feed.recovered", event_ref=feed.key.event, surface=feed.key.surface, after=feed.failures)
        feed.read_at, feed.error, feed.failures = arrived, "", 0
        self.error, self._denied = "", False
        feed.reads += 1
        feed.skipped += page.received - len(page.rows)
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
        told = failure(error, feed.failures + 1, self._luck())
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
