"""Many readers of the feed in a process of their own, so that they take nothing from the bot: `python -m tests.control.reading`.

Prints one JSON line once a line comes in: for each reader how many messages came, how late the latest was, and
how many were told to be lost. The first `stalled` ones read nothing until the end.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sys
import time

_READ = re.compile(rb'"read":([0-9.]+)')
_LOST = re.compile(rb'event: gap\ndata: \{"missed":(\d+)\}')


class Page:
    """One reader."""

    def __init__(self, stalled: bool) -> None:
        self.stalled = stalled
        self.messages = 0
        self.latest = 0.0
        self.lost = 0
        self._rest = b""

    async def read(self, port: int, token: str, ready: asyncio.Event, wake: asyncio.Event) -> None:
        """Until the bot closes the line or we are cancelled."""
        line = socket.socket()
        if self.stalled:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
        line.setblocking(False)
        await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
        reader, writer = await asyncio.open_connection(sock=line, limit=16 * 1024)
        head = f"GET /api/v1/feed HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n"
        writer.write(head.encode())
        await reader.readuntil(b"event: hello")
        ready.set()
        if self.stalled:
            await wake.wait()
        while part := await reader.read(64 * 1024):
            self._take(part)

    def _take(self, part: bytes) -> None:
        now = time.time()
        whole, _, self._rest = (self._rest + part).rpartition(b"\n\n")
        for event in whole.split(b"\n\n"):
            if b"event: message\n" in event:
                self.messages += 1
                if found := _READ.search(event):
                    self.latest = max(self.latest, now - float(found[1]))
        self.lost += sum(int(count) for count in _LOST.findall(whole))


async def main(port: int, token: str, readers: int, stalled: int) -> None:
    """Says `ready` when all listen, ends with the next line of input."""
    wake, pages = asyncio.Event(), [Page(number < stalled) for number in range(readers)]
    marks = [asyncio.Event() for _ in pages]
    tasks = [asyncio.create_task(page.read(port, token, mark, wake)) for page, mark in zip(pages, marks, strict=True)]
    for mark in marks:
        await mark.wait()
    print("ready", flush=True)  # noqa: T201 - it is how the test is told
    await asyncio.to_thread(sys.stdin.readline)
    told = [(page.stalled, page.messages, page.latest) for page in pages]
    wake.set()
    await asyncio.sleep(3.0)
    found = [(*one, page.lost, page.messages) for one, page in zip(told, pages, strict=True)]
    print(json.dumps(found), flush=True)  # noqa: T201
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
