"""The one transport: every call to every platform goes through `Transport.send`, and nothing else opens a connection.

It holds the time-outs, the budget's gate, the circuit breakers, the cap on answers, the rule that credentials never leave the
configured host (redirects are not followed), and the redaction of whatever it says. It repeats nothing: retries live in the outbox,
and the next read is a read's retry. What an answer means is the platform client's business.

Time-outs are real seconds; everything else counts in the handed-in clock.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace, TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from bot.domain.errors import BadAnswer, NotSent, PlatformError, Refused, Throttled, Unclear, UsageError
from bot.platform_api import faults, payload
from bot.platform_api.auth import Auth
from bot.platform_api.breaker import Breaker
from bot.platform_api.budget import Budget, Kind, Usage
from bot.platform_api.gate import Gate
from bot.platform_api.platform_clock import ClockOffset, http_date, retry_after
from bot.platform_api.redact import Redactor
from bot.ports import Clock


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may cost: real seconds and bytes."""

    connect: float = 3.0
    read: float = 10.0
    """Total for a call that changes nothing."""
    act: float = 15.0
    """Total for a call that changes something: an answer that comes late is better than not knowing."""
    answer: int = 8 * 1024 * 1024
    connections: int = 200


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `path` is percent-encoded and starts with `/`; `name` is what messages call it (no refs, no values)."""

    name: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    form: bool = False
    kind: Kind = "read"
    priority: int = 3

    @property
    def changes(self) -> bool:
        """Whether the platform is another one afterwards."""
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer. `payload` is its JSON value, None when it had no body (204)."""

    status: int
    payload: Any = field(repr=False)
    asked: float
    """Our clock when the request left."""
    arrived: float
    platform_now: float | None
    """The Date header: whole seconds of the platform's clock."""


@dataclass(frozen=True, slots=True)
class _Raw:
    status: int
    body: bytes
    date: str | None
    retry_after: str | None
    location: str | None


class _Severed(aiohttp.ClientError):
    """A connection broke. aiohttp would silently send a GET again; that call would be missing in the budget."""


async def _only_once(
    request: aiohttp.ClientRequest, handler: Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]
) -> aiohttp.ClientResponse:
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _Severed(str(error) or type(error).__name__) from None


async def _mark_connected(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: object) -> None:
    context.trace_request_ctx["connected"] = True


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
    ) -> None:
        self.base = _checked(base_url)
        self.gate = Gate(budget, clock)
        self.clock_offset = ClockOffset()
        self.redactor = Redactor((*auth.secrets, *secrets))
        self._auth = auth
        self._clock = clock
        self._limits = limits or Limits()
        self._probe = probe
        self._breakers = {False: Breaker(jitter), True: Breaker(jitter)}
        self._session: aiohttp.ClientSession | None = None
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
        if self._session is not None:
            await self._session.close()

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
            await self.gate.slot(call.kind, call.priority)
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

    def _refusal(self, call: Call, raw: _Raw, value: Any, sent: float) -> PlatformError:
        if 300 <= raw.status < 400:
            return Refused(f"{call.name}: {raw.status}, redirected to {_host(raw.location)}; correct base_url", status=raw.status)
        wait = retry_after(raw.retry_after, raw.date)
        body = self.redactor.text(raw.body[:1000].decode("utf-8", "replace"))
        error = faults.from_status(raw.status, value, body, changes=call.changes, wait=wait, call=call.name)
        if isinstance(error, Throttled):
            self.gate.refused(sent, wait)
        else:
            self.gate.accepted(sent)
        error.args = (self.redactor.text(str(error)),)
        return error

    async def _request(self, call: Call) -> _Raw:
        """Bytes out, bytes in. A foreign exception ends here; it is raised anew so that it drags no request along."""
        if self._closed:
            raise NotSent(f"{call.name}: the connection to the platform is closed")
        trace: dict[str, bool] = {}
        try:
            return await self._talk(call, trace)
        except faults.FOREIGN as error:
            failure = faults.from_exception(error, changes=call.changes, connected=bool(trace), call=call.name)
        failure.args = (self.redactor.text(str(failure)),)
        raise failure

    async def _talk(self, call: Call, trace: dict[str, bool]) -> _Raw:
        total = self._limits.act if call.changes else self._limits.read
        async with self._open().request(
            call.method,
            self._url(call),
            data=_encoded(call),
            headers=self._headers(call),
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=total, connect=self._limits.connect, sock_connect=self._limits.connect),
            trace_request_ctx=trace,
        ) as response:
            body = await self._read(response)
            head = response.headers
            return _Raw(response.status, body, head.get("Date"), head.get("Retry-After"), head.get("Location"))

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        """The body, unpacked; raises ValueError as soon as it is larger than the cap (A11)."""
        parts = bytearray()
        async for chunk in response.content.iter_any():
            parts += chunk
            if len(parts) > self._limits.answer:
                raise ValueError(f"the answer is larger than {self._limits.answer} bytes")
        return _unpacked(bytes(parts), response.headers.get("Content-Encoding", ""), self._limits.answer)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            trace = aiohttp.TraceConfig()
            trace.on_connection_create_end.append(_mark_connected)
            trace.on_connection_reuseconn.append(_mark_connected)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._limits.connections, ttl_dns_cache=60),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                middlewares=(_only_once,),
                trace_configs=[trace],
            )
        return self._session

    def _url(self, call: Call) -> URL:
        text = str(self.base).rstrip("/") + call.path
        url = URL(f"{text}?{urlencode(call.query)}" if call.query else text, encoded=True)
        if url.origin() != self.base.origin():
            raise Refused(f"{call.name}: the path leads to another host; credentials stay here")
        return url

    def _headers(self, call: Call) -> dict[str, str]:
        headers = {**self._auth.headers, "Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "usher-bot"}
        if call.body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded" if call.form else "application/json"
        return headers


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


def _encoded(call: Call) -> bytes | None:
    if call.body is None:
        return None
    if call.form:
        return urlencode([(key, value) for key, value in call.body.items()], doseq=True).encode("ascii")
    return json.dumps(call.body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _json_of(raw: _Raw) -> tuple[Any, str]:
    """(value, what is wrong with it)."""
    if not raw.body and raw.status == 204:
        return None, ""
    try:
        return payload.decode(raw.body), ""
    except ValueError as error:
        start = " ".join(raw.body[:800].decode("utf-8", "replace").split())
        return None, f"{error}; it begins: {payload.clean_text(start, 200)}" if start else "it is empty"


def _unpacked(body: bytes, encoding: str, cap: int) -> bytes:
    name = encoding.strip().lower()
    if name in ("", "identity") or not body:
        return body
    if name not in ("gzip", "x-gzip", "deflate"):
        raise ValueError("the answer is packed in a way that was not asked for")
    machine = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        plain = machine.decompress(body, cap + 1)
    except zlib.error:
        raise ValueError("the packed answer is damaged") from None
    if len(plain) > cap:
        raise ValueError(f"the answer is larger than {cap} bytes")
    if not machine.eof:
        raise ValueError("the packed answer is cut off")
    return plain


def _host(location: str | None) -> str:
    """Only the host: the rest of a redirect may carry what was asked."""
    try:
        return URL(location or "").host or "a place on the same host"
    except ValueError:
        return "an unreadable address"
