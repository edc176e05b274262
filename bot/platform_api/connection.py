"""Bytes out, bytes in: the only file that holds a connection. aiohttp does the talking.

Redirects are not followed, cookies not kept, environment proxies not used: credentials go to the configured host and nowhere else.
Answers are unpacked here and not by aiohttp, so that the cap holds for what comes out of a packed answer too.
Raises what aiohttp, ssl and the system raise, and ValueError for an answer that is too large or damaged; `http` maps all of it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import SimpleNamespace
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from bot.domain.errors import NotSent
from bot.platform_api.auth import Auth
from bot.platform_api.call import Call

KEEP_ALIVE = 4.0
"""Seconds an idle connection is kept. Many servers close theirs after 5, and a post that meets a closing one is unclear."""


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
class Raw:
    """An answer as it came, unpacked, of any status."""

    status: int
    body: bytes
    date: str | None
    retry_after: str | None
    location: str | None


class ConnectionBroken(aiohttp.ClientError):
    """A connection broke. aiohttp would silently send a GET again; that call would be missing in the budget."""


async def _only_once(
    request: aiohttp.ClientRequest, handler: Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]
) -> aiohttp.ClientResponse:
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise ConnectionBroken(str(error) or type(error).__name__) from None


class Connection:
    """Keep-alive connections to one host."""

    def __init__(self, base: URL, auth: Auth, limits: Limits) -> None:
        self._base = base
        self._auth = auth
        self._limits = limits
        self._session: aiohttp.ClientSession | None = None
        self.permit: Callable[[], bool] = lambda: True
        """Asked when a connection is there and the next thing would be to write to it: may this process still act?"""

    async def close(self) -> None:
        """Closes them."""
        if self._session is not None:
            await self._session.close()

    async def talk(self, call: Call, trace: dict[str, bool]) -> Raw:
        """Sends the call, reads the whole answer. `trace` is filled once a connection is there: bytes may leave from then on."""
        total = self._limits.act if call.changes else self._limits.read
        async with self._open().request(
            call.method,
            self._url(call),
            data=_encoded(call),
            headers=self._headers(call),
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=total, connect=self._limits.connect, sock_connect=self._limits.connect),
            trace_request_ctx=(call, trace),
        ) as response:
            body = await self._read(response)
            head = response.headers
            return Raw(response.status, body, head.get("Date"), head.get("Retry-After"), head.get("Location"))

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        """The body, unpacked; raises ValueError as soon as it is larger than the cap (A11)."""
        parts = bytearray()
        async for chunk in response.content.iter_any():
            parts += chunk
            if len(parts) > self._limits.answer:
                raise ValueError(f"the answer is larger than {self._limits.answer} bytes")
        return _unpacked(bytes(parts), response.headers.get("Content-Encoding", ""), self._limits.answer)

    async def _connected(self, _session: aiohttp.ClientSession, context: SimpleNamespace, _params: object) -> None:
        call, trace = context.trace_request_ctx
        if call.changes and not self.permit():
            raise NotSent("the lease of this replica has run out; another one acts for this account")
        trace["connected"] = True

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            trace = aiohttp.TraceConfig()
            trace.on_connection_create_end.append(self._connected)
            trace.on_connection_reuseconn.append(self._connected)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._limits.connections, keepalive_timeout=KEEP_ALIVE, ttl_dns_cache=60),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                middlewares=(_only_once,),
                trace_configs=[trace],
            )
        return self._session

    def _url(self, call: Call) -> URL:
        text = str(self._base).rstrip("/") + call.path
        url = URL(f"{text}?{urlencode(call.query)}" if call.query else text, encoded=True)
        if url.origin() != self._base.origin():
            raise ValueError("the path leads to another host; credentials stay here")
        return url

    def _headers(self, call: Call) -> dict[str, str]:
        headers = {**self._auth.headers, "Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "usher-bot"}
        if call.body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded" if call.form else "application/json"
        elif call.method in ("POST", "PATCH", "PUT"):
            # aiohttp would claim application/octet-stream for the empty body, which a contract-checking proxy may refuse.
            headers["Content-Type"] = "application/json"
        return headers


def _encoded(call: Call) -> bytes | None:
    if call.body is None:
        return None
    if call.form:
        return urlencode([(key, value) for key, value in call.body.items()], doseq=True).encode("ascii")
    return json.dumps(call.body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


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
