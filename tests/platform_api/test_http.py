"""The transport over real HTTP: what each answer and each way of failing becomes, and what never leaves."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import traceback
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.clock import Clock
from bot.domain.errors import BadAnswer, NoRight, NotSent, PlatformError, Refused, Throttled, Unclear, UsageError
from bot.platform_api.auth import basic, bearer, custom
from bot.platform_api.budget import Budget
from bot.platform_api.call import Call
from bot.platform_api.connection import Limits
from bot.platform_api.http import Transport
from tests.platform_api.server import Asked, Platform, dropped

TOKEN, SECRET = "planted-token-id", "planted-secret"
PATIENT = Limits(connect=10, read=10, act=10)
"""For answers that come: a machine that stands still for a second fails no test."""
QUICK = Limits(connect=10, read=0.3, act=0.4)
"""For answers that never come."""
READ = Call("GET chat", "GET", "/x")
ACT = Call("PATCH message", "PATCH", "/x", body={"status": "hidden"}, kind="act")


def transport(url: str, *, limits: Limits = PATIENT, per_minute: int = 6000, probe: Call | None = None) -> Transport:
    return Transport(url, basic(TOKEN, SECRET), Clock(), Budget(per_minute), limits=limits, probe=probe)


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    async with Platform() as platform:
        yield platform


async def failure(url: str, call: Call, limits: Limits = PATIENT) -> PlatformError:
    async with transport(url, limits=limits) as sender:
        with pytest.raises(PlatformError) as caught:
            await sender.send(call)
    return caught.value


async def test_an_answer_carries_its_times(platform: Platform) -> None:
    platform.answers["GET /x"] = {"a": 1}
    async with transport(platform.url) as sender:
        answer = await sender.send(READ)
        assert answer.payload == {"a": 1}
        assert answer.asked <= answer.arrived
        assert answer.platform_now == pytest.approx(answer.arrived, abs=2)
        assert sender.clock_offset.seconds == pytest.approx(0, abs=1.1)
        assert sender.usage().total == 1


async def test_how_a_call_is_written(platform: Platform) -> None:
    platform.answers.update({"GET /a%2Fb": 1, "POST /form": 1, "POST /json": 1})
    async with transport(platform.url) as sender:
        await sender.send(Call("x", "GET", "/a%2Fb", (("q", "a b&c"), ("qa", "true"))))
        await sender.send(Call("x", "POST", "/form", body={"m": "a&b é", "o": ["1", "2"]}, form=True))
        await sender.send(Call("x", "POST", "/json", body={"m": "é\ud800", "on": True}))
    read, form, text = platform.asked
    assert (read.path, read.query) == ("/a%2Fb", {"q": "a b&c", "qa": "true"})
    assert read.headers["Authorization"].startswith("Basic ")
    assert "Content-Type" not in read.headers
    assert form.body == b"m=a%26b+%C3%A9&o=1&o=2"
    assert form.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert text.body == '{"m":"é?","on":true}'.encode()
    assert text.headers["Content-Type"] == "application/json"


async def test_a_base_url_keeps_its_path_and_gets_none_added(platform: Platform) -> None:
    platform.answers["GET /proxy/v4/x"] = {}
    async with transport(f"{platform.url}/proxy/v4/") as sender:
        assert (await sender.send(READ)).payload == {}


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [(bearer("planted-bearer"), "Authorization", "Bearer planted-bearer"), (custom("Key", "planted-key"), "Key", "planted-key")],
)
async def test_other_platforms_credentials(platform: Platform, auth: Any, header: str, value: str) -> None:
    platform.answers["GET /x"] = {}
    async with Transport(platform.url, auth, Clock(), Budget(60)) as sender:
        await sender.send(READ)
    assert platform.asked[0].headers[header] == value


@pytest.mark.parametrize("status", [200, 201, 202, 299])
async def test_any_2xx_is_success(platform: Platform, status: int) -> None:
    platform.answers["PATCH /x"] = web.json_response({"rows": 1}, status=status)
    async with transport(platform.url) as sender:
        assert (await sender.send(ACT)).status == status


async def test_204_has_no_payload(platform: Platform) -> None:
    platform.answers["PATCH /x"] = web.Response(status=204)
    async with transport(platform.url) as sender:
        assert (await sender.send(ACT)).payload is None


@pytest.mark.parametrize(
    ("status", "read", "act"),
    [(400, Refused, Refused), (401, NoRight, NoRight), (403, NoRight, NoRight), (404, Refused, Refused), (500, BadAnswer, Unclear)],
)
async def test_refusals(platform: Platform, status: int, read: type[PlatformError], act: type[PlatformError]) -> None:
    for key in ("GET /x", "PATCH /x"):
        platform.answers[key] = web.json_response({"error": "machine_word", "status": status}, status=status)
    for call, expected in ((READ, read), (ACT, act)):
        error = await failure(platform.url, call)
        assert type(error) is expected
        assert (error.status, error.code) == (status, "machine_word")
        platform.answers["PATCH /x"] = web.json_response({"error": "machine_word"}, status=status)


@pytest.mark.parametrize(
    "body",
    [b"<html>gateway" + b"x" * 5000, b"", b'{"a": ', b"\xff\xfe", b"[" * 100_000],
    ids=["html", "empty", "cut", "bytes", "deep"],
)
async def test_a_2xx_without_json_is_no_success(platform: Platform, body: bytes) -> None:
    async def answer(_asked: Asked, _request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type="text/html")

    platform.every = answer
    assert type(await failure(platform.url, READ)) is BadAnswer
    error = await failure(platform.url, ACT)
    assert type(error) is Unclear
    assert len(str(error)) < 400


async def test_the_connection_breaks(platform: Platform) -> None:
    platform.answers.update({"GET /x": lambda _a, request: dropped(request), "PATCH /x": lambda _a, request: dropped(request)})
    assert type(await failure(platform.url, READ)) is BadAnswer
    assert type(await failure(platform.url, ACT)) is Unclear
    # each was sent once: a silent second GET would be missing in the budget
    assert [asked.method for asked in platform.asked] == ["GET", "PATCH"]


async def test_an_answer_that_stops_in_the_middle(platform: Platform) -> None:
    async def answer(_asked: Asked, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b'{"a": 1')
        return dropped(request)

    platform.every = answer
    assert type(await failure(platform.url, READ)) is BadAnswer
    assert type(await failure(platform.url, ACT)) is Unclear


async def test_an_answer_that_takes_too_long(platform: Platform) -> None:
    async def trickle(_asked: Asked, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(40):
            await response.write(b" ")
            await asyncio.sleep(0.05)
        return response

    platform.every = trickle
    error = await failure(platform.url, READ, QUICK)
    assert type(error) is BadAnswer
    assert "time" in str(error)
    assert type(await failure(platform.url, ACT, QUICK)) is Unclear


@pytest.mark.parametrize("packed", [False, True])
async def test_an_endless_answer_ends_at_the_cap(platform: Platform, packed: bool) -> None:
    machine = zlib.compressobj(wbits=31)
    chunk = b"0" * 65536

    async def endless(_asked: Asked, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Encoding": "gzip"} if packed else {})
        await response.prepare(request)
        for _ in range(64):
            await response.write(machine.compress(chunk) + machine.flush(zlib.Z_SYNC_FLUSH) if packed else chunk)
        if packed:
            await response.write(machine.flush())
        await response.write_eof()
        return response

    platform.every = endless
    error = await failure(platform.url, READ, Limits(answer=1024 * 1024))
    assert type(error) is BadAnswer
    assert "larger than" in str(error)


@pytest.mark.parametrize(
    ("body", "encoding", "well"),
    [
        (gzip.compress(b'{"a":1}', mtime=0), "gzip", True),
        (zlib.compress(b'{"a":1}'), "deflate", True),
        (gzip.compress(b'{"a":1}', mtime=0)[:-9], "gzip", False),
        (b"no gzip at all", "gzip", False),
        (b'{"a":1}', "br", False),
    ],
)
async def test_packed_answers(platform: Platform, body: bytes, encoding: str, well: bool) -> None:
    platform.answers["GET /x"] = web.Response(body=body, headers={"Content-Encoding": encoding})
    async with transport(platform.url) as sender:
        if well:
            assert (await sender.send(READ)).payload == {"a": 1}
        else:
            with pytest.raises(BadAnswer):
                await sender.send(READ)


async def test_a_redirect_is_not_followed_and_nothing_is_taken_there(platform: Platform) -> None:
    async with Platform() as elsewhere:
        target = f"{elsewhere.url}/steal?signed=planted"
        for status in (301, 302, 303, 307, 308):
            platform.answers["PATCH /x"] = platform.answers["GET /x"] = web.Response(status=status, headers={"Location": target})
            error = await failure(platform.url, READ)
            assert type(error) is Refused
            assert "base_url" in str(error)
            assert "planted" not in str(error)
        assert elsewhere.asked == []


async def test_a_path_cannot_lead_to_another_host(platform: Platform) -> None:
    async with Platform() as elsewhere:
        error = await failure(platform.url, Call("GET chat", "GET", f"@{elsewhere.url.removeprefix('http://')}/x"))
        assert type(error) is NotSent
        assert "credentials stay here" in str(error)
        assert platform.asked == elsewhere.asked == []


async def test_no_secret_comes_out_of_a_garbled_answer() -> None:
    async def garble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {SECRET} {TOKEN}\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(garble, "127.0.0.1", 0)
    async with server:
        error = await failure(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", ACT)
    assert type(error) is Unclear
    assert "planted" not in str(error)


async def test_refused_and_unresolvable_are_not_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        for call in (READ, ACT):
            assert type(await failure(f"http://127.0.0.1:{port}", call)) is NotSent
    error = await failure("http://host.invalid", ACT, Limits())
    assert type(error) is NotSent


async def test_no_connection_in_time_is_not_sent() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        fillers = [socket.socket() for _ in range(8)]
        try:
            for filler in fillers:  # fill the backlog: from then on a connection is never taken up
                filler.setblocking(False)
                filler.connect_ex(deaf.getsockname())
            error = await failure(f"http://127.0.0.1:{deaf.getsockname()[1]}", ACT, Limits(connect=0.2, act=5.0))
        finally:
            for filler in fillers:
                filler.close()
    assert type(error) is NotSent


async def test_no_tls_on_the_other_side_is_not_sent(platform: Platform) -> None:
    for call in (READ, ACT):
        assert type(await failure(platform.url.replace("http:", "https:"), call)) is NotSent


async def test_a_certificate_nobody_signed_is_refused_and_there_is_no_switch() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ADH-AES256-GCM-SHA384:@SECLEVEL=0")  # a server that cannot prove who it is at all
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    server = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0, ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        error = await failure(f"https://127.0.0.1:{port}", ACT)
    assert type(error) is NotSent


@pytest.mark.parametrize(("header", "wait"), [("7", 7.0), ("junk", None), (None, None), ("315360000", 600.0)])
async def test_429_slows_everything_down(platform: Platform, header: str | None, wait: float | None) -> None:
    headers = {} if header is None else {"Retry-After": header}
    platform.answers["GET /x"] = web.json_response({"message": "slow down"}, status=429, headers=headers)
    async with transport(platform.url) as sender:
        with pytest.raises(Throttled) as caught:
            await sender.send(READ)
        assert caught.value.retry_after == wait
        assert sender.usage().limit == pytest.approx(3000, rel=0.01)
        assert sender.usage().refused == 1
        assert sender.health() == {"read": "closed", "act": "closed"}
        if wait is not None:
            with pytest.raises(Throttled):
                await sender.send(ACT)
            assert len(platform.asked) == 1


async def test_the_read_breaker_opens_alone_and_says_when_it_tries_again(platform: Platform) -> None:
    platform.answers.update({"GET /x": web.Response(status=502), "PATCH /x": {"rows": 1}})

    async def answer(asked: Asked, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"rows": 1}) if asked.method == "PATCH" else web.Response(status=502)

    platform.every = answer
    async with transport(platform.url) as sender:
        for _ in range(5):
            with pytest.raises(BadAnswer):
                await sender.send(READ)
        with pytest.raises(NotSent, match="next try"):
            await sender.send(READ)
        assert len(platform.sent("GET")) == 5
        assert (await sender.send(ACT)).payload == {"rows": 1}
        assert sender.health() == {"read": "open", "act": "closed"}


async def test_after_failed_acts_a_read_finds_out_whether_the_platform_is_back(platform: Platform) -> None:
    state = {"well": False}

    async def answer(asked: Asked, _request: web.Request) -> web.StreamResponse:
        return web.json_response({}) if state["well"] else web.Response(status=503)

    platform.every = answer
    clock = Clock(speed=100)
    probe = Call("GET events", "GET", "/probe", kind="control")
    async with Transport(platform.url, basic(TOKEN, SECRET), clock, Budget(6000), limits=PATIENT, probe=probe) as sender:
        for _ in range(5):
            with pytest.raises(Unclear):
                await sender.send(ACT)
        with pytest.raises(NotSent):
            await sender.send(ACT)
        await clock.sleep(7.0)
        with pytest.raises(BadAnswer):  # the probe failed: nothing was written
            await sender.send(ACT)
        state["well"] = True
        await clock.sleep(14.0)
        await sender.send(ACT)
    assert [asked.method for asked in platform.asked[5:]] == ["GET", "GET", "PATCH"]


async def test_4xx_never_opens_a_breaker(platform: Platform) -> None:
    async with transport(platform.url) as sender:
        for _ in range(25):
            with pytest.raises(Refused):
                await sender.send(READ)
        assert sender.health()["read"] == "closed"


async def test_a_closed_transport_sends_nothing(platform: Platform) -> None:
    sender = transport(platform.url)
    await sender.close()
    with pytest.raises(NotSent, match="closed"):
        await sender.send(READ)


async def test_cancelling_goes_through(platform: Platform) -> None:
    async def never(_asked: Asked, _request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response()

    platform.every = never
    async with transport(platform.url, limits=Limits()) as sender:
        task = asyncio.create_task(sender.send(READ))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_cookies_are_not_kept(platform: Platform) -> None:
    platform.answers["GET /x"] = web.json_response({}, headers={"Set-Cookie": "a=b"})
    async with transport(platform.url) as sender:
        await sender.send(READ)
        platform.answers["GET /x"] = {}
        await sender.send(READ)
    assert "Cookie" not in platform.asked[1].headers


async def test_no_secret_comes_out_of_an_error_a_traceback_or_a_repr(platform: Platform) -> None:
    said = f'{{"message": "bad token {SECRET} of {TOKEN}", "stream_key": "planted-stream-key"}}'

    async def answer(asked: Asked, _request: web.Request) -> web.StreamResponse:
        shown = f"{said} {asked.headers['Authorization']}"
        return web.Response(status=500, text=said) if asked.method == "GET" else web.Response(status=200, text=shown)

    platform.every = answer
    for call in (READ, ACT):
        error = await failure(platform.url, call)
        told = "".join(traceback.format_exception(error)) + repr(error)
        assert "planted" not in told
        context = error.__context__
        while context is not None:  # nor in what log formatters find behind it
            assert "planted" not in repr(context)
            context = context.__context__
    sender = transport(platform.url)
    assert "planted" not in repr(sender) + repr(vars(sender))
    await sender.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.test",
        "ftp://x.test",
        "http://",
        "http://u:planted@x.test",
        "https://x.test/?a=1",
        "https://x.test/#a",
        "http://[",
    ],
)
def test_a_bad_base_url_is_told_in_one_line(url: str) -> None:
    with pytest.raises(UsageError, match="base_url") as caught:
        transport(url)
    assert "planted" not in str(caught.value)
