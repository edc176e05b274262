"""The transport over real HTTP: what each answer and each way of failing becomes, and what never leaves."""

from __future__ import annotations

import asyncio
import gzip
import traceback
import zlib
from typing import Any

import pytest
from aiohttp import web

from bot.clock import Clock
from bot.domain.errors import BadAnswer, NoRight, NotSent, PlatformError, Refused, Unclear, UsageError
from bot.platform_api.auth import bearer, custom
from bot.platform_api.budget import Budget
from bot.platform_api.call import Call
from bot.platform_api.connection import Limits
from bot.platform_api.http import Transport
from tests.platform_api.server import Asked, Platform, dropped
from tests.platform_api.transports import ACT, QUICK, READ, SECRET, TOKEN, failure, transport


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
