"""The door for webhooks: verified on the raw bytes, stored before the answer, once each (T2, reliability 3.8).

After a right signature nothing is answered with 4xx for content we dislike, because that would be sent again for days: it is kept
aside, counted, and said. Verifying and decoding are the platform's own business and are handed in; the listener (control/server)
limits size and time before the body is read, and this limits them once more. A webhook is never acted on by itself: it makes the
bot look, so a forged, old or reordered one can do no harm (B-31, B-32).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from bot.domain.errors import StoreFull
from bot.domain.signals import WebhookCame
from bot.ports import Bell, Clock, IntakeStore

log = structlog.get_logger("intake.webhooks")

SIGNATURE = "X-Beestreamed-Signature"
MOST_BYTES = 64 * 1024
MOST_WAITING = 2000
FUTURE = 300.0
"""Seconds ahead of our clock that a delivery may be dated (reliability D6)."""
Verify = Callable[[bytes, str | None], bool]
Decode = Callable[[bytes], tuple[str, WebhookCame]]


@dataclass(slots=True)
class WebhookStats:
    """Counts since the start."""

    stored: int = 0
    known: int = 0
    forged: int = 0
    quarantined: int = 0
    stale: int = 0
    """Older than webhook_max_age: taken as a hint to look, no more."""
    refused: int = 0
    """Turned away because too many waited, or the store was full (503)."""
    last_at: float | None = None
    """Wall time of the last genuine one: silence is told by comparing it with what reading brings (F13)."""


class WebhookDoor:
    """One channel's door. `look` makes discovery and feeds look at an event ("" for all) at once."""

    def __init__(
        self,
        channel: str,
        store: IntakeStore,
        clock: Clock,
        *,
        verify: Verify,
        decode: Decode,
        wake: Bell,
        look: Callable[[str], None],
        max_age: float | None = None,
    ) -> None:
        self._channel = channel
        self._store = store
        self._clock = clock
        self._verify = verify
        self._decode = decode
        self._wake = wake
        self._look = look
        self._max_age = max_age
        self._waiting = 0
        self.stats = WebhookStats()

    async def receive(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """The HTTP status to answer with, and why. 503 goes out with Retry-After. Raises only what ends the store."""
        if len(body) > MOST_BYTES:
            return 413, f"at most {MOST_BYTES} bytes"
        if not self._verify(body, headers.get(SIGNATURE)):
            self._forged()
            return 401, "the signature is missing or wrong"
        if headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
            return 415, "send the body as it is, without compression"
        if self._waiting >= MOST_WAITING:
            self.stats.refused += 1
            return 503, "too many deliveries wait; send it again"
        self._waiting += 1
        try:
            return await self._keep(body)
        except StoreFull as error:
            self.stats.refused += 1
            log.warning("webhook.store_full", channel=self._channel, error=str(error))
            return 503, "cannot be stored at the moment; send it again"
        finally:
            self._waiting -= 1

    def _forged(self) -> None:
        """Only a counter; the log tells the 1st, 2nd, 4th, 8th …, so that a flood of forgeries does not fill the disk."""
        self.stats.forged += 1
        if self.stats.forged & (self.stats.forged - 1) == 0:
            log.warning("webhook.forged", channel=self._channel, times=self.stats.forged)

    async def _keep(self, body: bytes) -> tuple[int, str]:
        now = self._clock.now()
        self.stats.last_at = now
        try:
            delivery, signal = self._decode(body)
        except Exception as error:  # a signed body may hold anything; whatever decoding makes of it, it is kept and answered
            return await self._quarantine(f"sha256:{hashlib.sha256(body).hexdigest()}", body, str(error), now)
        doubt = self._doubt(signal, now)
        fresh = await self._store.save_webhook(self._channel, delivery, None if doubt else signal, body, now, doubt)
        if not fresh:
            self.stats.known += 1
            return 200, "known"
        self.stats.stored += 1
        self._wake.set()
        if signal.type.startswith("event.") or signal.event:
            self._look(signal.event or "")
        return 200, "stored"

    async def _quarantine(self, delivery: str, body: bytes, problem: str, now: float) -> tuple[int, str]:
        if not await self._store.save_webhook(self._channel, delivery, None, body, now, problem):
            self.stats.known += 1
            return 200, "known"
        self.stats.quarantined += 1
        log.warning("webhook.quarantined", channel=self._channel, problem=problem)
        return 200, "kept aside"

    def _doubt(self, signal: WebhookCame, now: float) -> str:
        """Why its date makes it a hint to look and nothing more; empty when it does not."""
        if signal.sent is None:
            return ""
        if signal.sent - now > FUTURE:
            self.stats.quarantined += 1
            log.warning("webhook.from_the_future", channel=self._channel, seconds=round(signal.sent - now))
            return "dated in the future: a clock is wrong, here or there"
        if self._max_age is not None and now - signal.sent > self._max_age:
            self.stats.stale += 1
            return "older than webhook_max_age: only a hint to look"
        return ""
