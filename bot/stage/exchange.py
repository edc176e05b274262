"""One request's way through the stage: understood, delayed, limited, applied or not, answered or not, put into the journal.

Assumes a platform with `who`, `kind` and `apply`. The order is that of a real platform behind a proxy: half of the latency, then
the effect, then the other half, then the answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import formatdate
from math import ceil
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from bot.stage.faults import AFTER, Order
from bot.stage.journal import Record
from bot.stage.limits import RateLimit
from bot.stage.parts import Parts
from bot.stage.spoil import HTML, spoilt, with_repeated_rows, with_wrong_types
from bot.stage.wire import Answer, Call, dumps, error, printed

_GONE_WRONG = (500, 502, 503, 504)
_CHUNK = b"[" + b" " * 65_535


class Answers(Protocol):
    """A platform behind the wire."""

    def who(self, headers: Mapping[str, str]) -> str:
        """The token's id, empty without a valid one."""
        ...

    def kind(self, call: Call) -> str:
        """The group of calls that this one belongs to."""
        ...

    def apply(self, call: Call) -> Answer:
        """Does it."""
        ...


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request as it came: its call, when, and the fate that awaits it."""

    request: web.Request
    call: Call
    at: float
    fate: Order | None

    @property
    def fault(self) -> str:
        """The fault's name, empty for a lucky call."""
        return self.fate.fault if self.fate else ""


class Exchange:
    """Serves every path of a platform."""

    def __init__(self, parts: Parts, platform: Answers, prefix: str = "") -> None:
        self._parts = parts
        self._platform = platform
        self._prefix = prefix
        self._limits: dict[str, RateLimit] = {}
        self._late: set[asyncio.Task[None]] = set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The aiohttp handler."""
        parts = self._parts
        call = await self._understood(request)
        now = parts.clock.now()
        parts.journal.arrived(call.who, now)
        came = Arrived(request, call, now, parts.desk.fate(call.method, request.path))
        latency = parts.desk.latency()
        if latency:
            await parts.clock.sleep(latency / 2)
        response = await self._answered(came)
        if latency:
            await parts.clock.sleep(latency / 2)
        return response

    async def close(self) -> None:
        """Drops what would have been applied later."""
        for task in list(self._late):
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)

    async def _answered(self, came: Arrived) -> web.StreamResponse:
        if (wait := self._refused_for(came.call)) is not None:
            return self._limited(came, wait, "")
        fault = came.fault
        if fault == "429" and came.fate is not None:
            return self._limited(came, 1.0, came.fate.retry_after)
        if fault == "refused" and came.fate is not None:
            return self._refused(came, came.fate.status)
        if fault in ("5xx_before", "html_error"):
            return self._broken(came, applied=False)
        if fault in ("drop_before", "silent_before"):
            self._record(came, 0, applied=False)
            return await self._unanswered(came)
        if fault == "redirect":
            self._record(came, 302, applied=False)
            return web.Response(status=302, headers={**self._headers(), "Location": self._parts.desk.faults.redirect_to})
        if fault == "late":
            self._apply_later(came)
            return await self._unanswered(came)
        return await self._applied(came)

    async def _applied(self, came: Arrived) -> web.StreamResponse:
        dice = self._parts.desk.random
        call = replace(came.call, shift=dice.choice((-3, -2, 2, 3))) if came.fault == "page_shift" else came.call
        answer = self._platform.apply(call)
        if came.fault in ("5xx_after", "drop_after", "silent_after"):
            return await self._lost(came, answer)
        self._record(came, answer.status, applied=answer.status < 400)
        if came.fault == "duplicate_rows":
            answer = with_repeated_rows(answer, dice)
        elif came.fault == "wrong_types":
            answer = with_wrong_types(answer, dice)
        body, kind = printed(answer, self._parts.switches)
        if came.fault in ("endless", "trickle"):
            return await self._stream(came, body)
        if came.fault in AFTER:
            body, kind = spoilt(came.fault, body, dice) or (body, kind)
        return web.Response(status=answer.status, body=body, content_type=kind, headers={**self._headers(), **answer.headers})

    async def _lost(self, came: Arrived, answer: Answer) -> web.StreamResponse:
        if came.fault == "5xx_after":
            return self._broken(came, applied=answer.status < 400)
        self._record(came, 0, applied=answer.status < 400)
        return await self._unanswered(came)

    def _broken(self, came: Arrived, *, applied: bool) -> web.Response:
        dice = self._parts.desk.random
        status = dice.choice(_GONE_WRONG)
        self._record(came, status, applied=applied)
        if came.fault == "html_error" or dice.random() < 0.5:
            return web.Response(status=status, body=HTML, content_type="text/html", headers=self._headers())
        body = dumps({"message": "Internal server error.", "status": status})
        return web.Response(status=status, body=body, content_type="application/json", headers=self._headers())

    def _refused_for(self, call: Call) -> float | None:
        switches = self._parts.switches
        limit = self._limits.setdefault(call.who, RateLimit())
        return limit.refuses(self._parts.clock.monotonic(), switches.b01_limit_per_minute, switches.b01_window)

    def _limited(self, came: Arrived, wait: float, retry_after: str) -> web.Response:
        self._record(came, 429, applied=False)
        body, kind = printed(error(429, "Too many requests.", "too_many_requests"), self._parts.switches)
        text = retry_after or self._retry_after(wait)
        headers = {**self._headers(), **({"Retry-After": text} if text else {})}
        return web.Response(status=429, body=body, content_type=kind, headers=headers)

    def _refused(self, came: Arrived, status: int) -> web.Response:
        self._record(came, status, applied=False)
        body, kind = printed(error(status, "Refused on order.", "refused"), self._parts.switches)
        return web.Response(status=status, body=body, content_type=kind, headers=self._headers())

    def _retry_after(self, wait: float) -> str:
        moment = self._parts.clock.now() + self._parts.desk.faults.clock_skew + max(1.0, wait)
        texts = {
            "none": "",
            "seconds": str(max(1, ceil(wait))),
            "date": formatdate(moment, usegmt=True),
            "junk": "in a while",
            "ten_years": "315360000",
        }
        return texts[self._parts.switches.b01_retry_after]

    async def _unanswered(self, came: Arrived) -> web.Response:
        """Cuts the connection, or holds it in silence until the client leaves."""
        transport = came.request.transport
        stopping = self._parts.stopping
        if came.fault.startswith("silent"):
            while transport is not None and not transport.is_closing() and not stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), 0.05)
        if transport is not None:
            transport.abort()
        return web.Response()

    async def _stream(self, came: Arrived, body: bytes) -> web.StreamResponse:
        """A body without end, or the right one a byte at a time."""
        response = web.StreamResponse(headers={**self._headers(), "Content-Type": "application/json"})
        await response.prepare(came.request)
        with contextlib.suppress(ConnectionError):  # the client has had enough: what the fault is for
            if came.fault == "endless":
                for _ in range(self._parts.desk.faults.endless_bytes // len(_CHUNK)):
                    await response.write(_CHUNK)
            else:
                await self._trickle(response, body)
            await response.write_eof()
        return response

    async def _trickle(self, response: web.StreamResponse, body: bytes) -> None:
        for at in range(len(body)):
            if self._parts.stopping.is_set():
                return
            await response.write(body[at : at + 1])
            await self._parts.clock.sleep(0.5)

    def _apply_later(self, came: Arrived) -> None:
        task = asyncio.get_running_loop().create_task(self._late_effect(came))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _late_effect(self, came: Arrived) -> None:
        desk = self._parts.desk
        ordered = came.fate.seconds if came.fate else None
        await self._parts.clock.sleep(desk.random.uniform(0, desk.faults.late_seconds) if ordered is None else ordered)
        answer = self._platform.apply(came.call)
        self._record(came, 0, applied=answer.status < 400)

    def _record(self, came: Arrived, status: int, *, applied: bool) -> None:
        call, clock = came.call, self._parts.clock
        fields = dict(call.json_fields or call.fields) if call.method != "GET" else None
        request = came.request
        record = Record(
            came.at, call.method, request.path, request.query_string, call.who, status, applied, came.fault, fields,
            clock.now() if applied else None,
        )  # fmt: skip
        self._parts.journal.add(record, self._platform.kind(call))

    def _headers(self) -> dict[str, str]:
        now = self._parts.clock.now() + self._parts.desk.faults.clock_skew
        return {"Date": formatdate(now, usegmt=True), "Server": "stage"}

    async def _understood(self, request: web.Request) -> Call:
        body = await request.read()
        path = tuple(unquote(part) for part in request.rel_url.raw_path.removeprefix(self._prefix).strip("/").split("/"))
        as_json = request.content_type == "application/json"
        fields = _json_fields(body) if as_json else dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        read = self._parts.switches.b05_body in ("both", "json" if as_json else "form")
        return Call(
            method=request.method,
            path=path,
            query=dict(request.query),
            fields=fields if read else {},
            json_fields=fields if as_json else {},
            who=self._platform.who(request.headers),
            has_body=bool(body),
        )


def _json_fields(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body) if body else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
