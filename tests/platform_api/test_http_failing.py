"""The transport when nothing answers, and when the platform refuses or keeps failing: 429, breakers, no connection, no trust."""

from __future__ import annotations

import asyncio
import socket
import ssl

import pytest
from aiohttp import web

from bot.clock import Clock
from bot.domain.errors import BadAnswer, NotSent, Refused, Throttled, Unclear
from bot.platform_api.auth import basic
from bot.platform_api.budget import Budget
from bot.platform_api.call import Call
from bot.platform_api.connection import Limits
from bot.platform_api.http import Transport
from tests.platform_api.server import Asked, Platform
from tests.platform_api.transports import ACT, PATIENT, READ, SECRET, TOKEN, failure, transport


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
