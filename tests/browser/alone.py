"""A page that nobody drives, for whoever weighs one.

Playwright follows the network of each of its pages, and for that the browser keeps a copy of every answer in the page's process:
megabytes a minute at a busy desk, which no moderator's browser has. Here Chromium is started by itself and asked over plain
debugging sessions, only for what keeps nothing: figures, values, complaints.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.browser.bring import ARGS, chromium

SIZE = {"width": 1280, "height": 860, "deviceScaleFactor": 1, "mobile": False}
GIVEN_UP = 60.0


@dataclass(slots=True)
class Wire:
    """A debugging session (chromedevtools.github.io/devtools-protocol). `said` is everything that the page complained about."""

    _socket: aiohttp.ClientWebSocketResponse
    said: list[str] = field(default_factory=list)
    _asked: int = 0

    async def ask(self, method: str, **given: Any) -> dict[str, Any]:
        """One question, and its answer."""
        self._asked += 1
        await self._socket.send_json({"id": self._asked, "method": method, "params": given})
        while (told := await self._socket.receive_json(timeout=GIVEN_UP)).get("id") != self._asked:
            self.said.extend(_complaint(told["method"], told["params"]))
        if "error" in told:
            raise RuntimeError(f"{method}: {told['error']['message']}")
        result: dict[str, Any] = told["result"]
        return result

    async def value(self, expression: str) -> Any:
        """What an expression comes to in the page; of a promise what it resolves with."""
        told = await self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in told:
            raise RuntimeError(told["exceptionDetails"]["text"])
        return told["result"].get("value")


def _complaint(event: str, told: dict[str, Any]) -> list[str]:
    if event == "Runtime.exceptionThrown":
        return [told["exceptionDetails"]["text"]]
    if event == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning"):
        return [str(one.get("value")) for one in told["args"]]
    if event == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
        return [told["entry"]["text"]]
    return []


@asynccontextmanager
async def alone() -> AsyncIterator[tuple[Wire, Wire]]:
    """Starts Chromium without a window. Gives an empty page and the browser itself."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        process = await asyncio.create_subprocess_exec(
            *_command(home), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            async with aiohttp.ClientSession(await _address(Path(home))) as session:
                yield await _page(session), await _wire(session, "/json/version")
        finally:
            process.kill()
            await process.wait()


def _command(home: str) -> list[str]:
    return [
        chromium() or "chromium",
        "--headless=new",
        *ARGS,
        "--remote-debugging-port=0",
        f"--user-data-dir={home}",
        "about:blank",
    ]


async def _address(home: Path) -> str:
    """The browser writes its port into its folder."""
    told = home / "DevToolsActivePort"
    async with asyncio.timeout(GIVEN_UP):
        while not (told.exists() and told.read_text(encoding="ascii")):
            await asyncio.sleep(0.05)
    return f"http://127.0.0.1:{told.read_text(encoding='ascii').split()[0]}"


async def _page(session: aiohttp.ClientSession) -> Wire:
    wire = await _wire(session, "/json/list")
    for domain in ("Runtime", "Log", "Performance"):
        await wire.ask(f"{domain}.enable")
    await wire.ask("Emulation.setDeviceMetricsOverride", **SIZE)
    return wire


async def _wire(session: aiohttp.ClientSession, where: str) -> Wire:
    async with session.get(where) as answer:
        told = await answer.json(content_type=None)
    one = next(each for each in told if each["type"] == "page") if isinstance(told, list) else told
    return Wire(await session.ws_connect(one["webSocketDebuggerUrl"], max_msg_size=0))
