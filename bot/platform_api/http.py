"""The one transport: every call to every platform goes through `Transport.send`, and nothing else opens a connection.

It holds the time-outs, the budget's gate, the circuit breakers, the cap on answers, the rule that credentials never leave the
configured host (redirects are not followed), and the redaction of whatever it says. It repeats nothing: retries live in the outbox,
and the next read is a read's retry. What an answer means is the platform client's business.

Time-outs are real seconds; everything else counts in the handed-in clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from yarl import URL

from bot.domain.errors import BadAnswer, NotSent, PlatformError, Refused, Throttled, Unclear, UsageError
from bot.platform_api import faults, payload
from bot.platform_api.auth import Auth
from bot.platform_api.breaker import Breaker
from bot.platform_api.budget import Budget, Usage
from bot.platform_api.call import Answer, Call
from bot.platform_api.connection import Connection, Limits, Raw
from bot.platform_api.gate import Gate
from bot.platform_api.platform_clock import ClockOffset, http_date, retry_after
from bot.platform_api.redact import Redactor
from bot.ports import Clock


class Transport:
    """One account of one platform. `await close()` it, or use it as an async context manager."""

    def __init__(
        self,
        base_url: str,
        auth: Auth,
        clock: Clock,
        budget: Budget,
        *,
        limits: Limits | None = None,
        probe: Call | None = None,
        secrets: Iterable[str] = (),
        jitter: Callable[[], float] = lambda: 0.5,
        words: faults.Words = faults.error_words,
    ) -> None:
        self.base = _checked(base_url)
        self.gate = Gate(budget, clock)
        self.clock_offset = ClockOffset()
        self.redactor = Redactor((*auth.secrets, *secrets))
        self.answers: Counter[tuple[str, str]] = Counter()
        """(kind, HTTP status or "none") → how many calls ended so."""
        self._clock = clock
        self._connection = Connection(self.base, auth, limits or Limits())
        self._probe = probe
        self._breakers = {False: Breaker(jitter), True: Breaker(jitter)}
        self._words = words
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"Transport({self.base.host})"

    async def close(self) -> None:
        """Closes the connections; calls after this raise NotSent."""
        self._closed = True
        await self.gate.close()
        await self._connection.close()

    def act_only_while(self, permit: Callable[[], bool]) -> None:
        """Calls that change something are not sent (NotSent) once `permit` says no: it is asked right before the first byte."""
        self._connection.permit = permit

    def usage(self) -> Usage:
        """Calls used against the budget."""
        return self.gate.usage()

    def health(self) -> Mapping[str, str]:
        """State of the two circuit breakers: closed, open or probing."""
        return {"read": self._breakers[False].state, "act": self._breakers[True].state}

    async def send(self, call: Call) -> Answer:
        """Makes the call once.

        Raises NotSent (nothing left us), Throttled, NoRight, Refused; for calls that change something Unclear (may have been
        applied), for reads BadAnswer. Texts hold no secrets.
        """
        await self._pass_breaker(call)
        return await self._attempt(call)

    async def _pass_breaker(self, call: Call) -> None:
        breaker = self._breakers[call.changes]
        word = breaker.ask(self._clock.monotonic())
        if word == "wait":
            left = breaker.wait(self._clock.monotonic())
            raise NotSent(f"{call.name}: the platform keeps failing; next try in {left:.0f} s")
        if word == "probe" and call.changes and self._probe is not None:
            # Whether the platform is back is found out by a read, never by an act (reliability 3.6).
            await self._attempt(self._probe, breaker)
            breaker.succeeded(self._clock.monotonic(), probed_by_read=True)

    async def _attempt(self, call: Call, breaker: Breaker | None = None) -> Answer:
        """One call through the gate; what it teaches goes to the breaker."""
        breaker = breaker or self._breakers[call.changes]
        try:
            await self.gate.slot(call.kind, call.priority, call.whose)
        except BaseException:
            breaker.abandoned(self._clock.monotonic())
            raise
        try:
            answer = await self._exchange(call)
        except (Throttled, Refused) as error:
            self._told(breaker, error)
            raise
        except PlatformError as error:
            if error.status in (401, 403):
                self._told(breaker, error)
            else:
                breaker.failed(self._clock.monotonic())
            raise
        except BaseException:
            breaker.abandoned(self._clock.monotonic())
            raise
        breaker.succeeded(self._clock.monotonic())
        return answer

    def _told(self, breaker: Breaker, error: PlatformError) -> None:
        """The platform answered: no failure of its own, whatever it said. A 429 says nothing at all about its health."""
        now = self._clock.monotonic()
        if isinstance(error, Throttled):
            breaker.abandoned(now)
        else:
            breaker.succeeded(now)

    async def _exchange(self, call: Call) -> Answer:
        asked, sent = self._clock.now(), self._clock.monotonic()
        raw = await self._request(call)
        self.answers[call.kind, str(raw.status)] += 1
        arrived = self._clock.now()
        date = http_date(raw.date)
        if date is not None:
            self.clock_offset.saw(date, asked, arrived)
        value, problem = _json_of(raw)
        if not 200 <= raw.status < 300:
            raise self._refusal(call, raw, value, sent)
        self.gate.accepted(sent)
        if problem:
            text = self.redactor.text(f"{call.name}: the answer is no JSON ({problem})")
            raise (Unclear if call.changes else BadAnswer)(text, status=raw.status)
        return Answer(raw.status, value, asked, arrived, date)

    def _refusal(self, call: Call, raw: Raw, value: Any, sent: float) -> PlatformError:
        if 300 <= raw.status < 400:
            return Refused(f"{call.name}: {raw.status}, redirected to {_host(raw.location)}; correct base_url", status=raw.status)
        wait = retry_after(raw.retry_after, raw.date)
        body = self.redactor.text(raw.body[:1000].decode("utf-8", "replace"))
        error = faults.from_status(raw.status, value, body, changes=call.changes, wait=wait, call=call.name, words=self._words)
        if isinstance(error, Throttled):
            self.gate.refused(sent, wait)
        else:
            self.gate.accepted(sent)
        error.args = (self.redactor.text(str(error)),)
        return error

    async def _request(self, call: Call) -> Raw:
        """Bytes out, bytes in. A foreign exception ends here; it is raised anew so that it drags no request along."""
        if self._closed:
            raise NotSent(f"{call.name}: the connection to the platform is closed")
        trace: dict[str, bool] = {}
        try:
            return await self._connection.talk(call, trace)
        except faults.FOREIGN as error:
            self.answers[call.kind, "none"] += 1
            failure = faults.from_exception(error, changes=call.changes, connected=bool(trace), call=call.name)
        failure.args = (self.redactor.text(str(failure)),)
        raise failure


def _checked(base_url: str) -> URL:
    """The base URL, or UsageError with what to write instead."""
    try:
        url = URL(base_url)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host or url.query_string or url.fragment:
        raise UsageError("base_url must be an address like https://api.example.com, without ? and #")
    if url.user or url.password:
        raise UsageError("base_url must not hold a user or password; credentials have settings of their own")
    return url


def _json_of(raw: Raw) -> tuple[Any, str]:
    """(value, what is wrong with it)."""
    if not raw.body and raw.status == 204:
        return None, ""
    try:
        return payload.decode(raw.body), ""
    except ValueError as error:
        start = " ".join(raw.body[:800].decode("utf-8", "replace").split())
        return None, f"{error}; it begins: {payload.clean_text(start, 200)}" if start else "it is empty"


def _host(location: str | None) -> str:
    """Only the host: the rest of a redirect may carry what was asked."""
    try:
        return URL(location or "").host or "a place on the same host"
    except ValueError:
        return "an unreadable address"
