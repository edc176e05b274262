"""A whole bot beside the tests: stage, SQLite file, rule files and listener run in a thread, because the clients here block."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app import App
from bot.clock import Clock
from bot.config import User
from bot.stage import Stage
from tests.app.house import EVENT, RULES, a_stage, settings, settled, write_rules

TOKENS = {"viewer": "fake-viewer", "moderator": "fake-moderator", "admin": "fake-admin"}
USERS = tuple(User.model_validate({"name": role, "role": role, "token": SecretStr(token)}) for role, token in TOKENS.items())


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def data(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Living:
    """A running bot, seen from outside."""

    url: str
    chat: str
    """Reference of a chat message that stands."""
    hidden: str
    """Reference of a chat message that a rule hid."""
    stage: Callable[[Callable[[Stage], Any]], Any]
    """Has something done on the stage, in its own thread, and gives what came of it."""

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        *,
        role: str = "admin",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request on a connection of its own; `role` "" sends no token. A body is JSON unless `headers` say otherwise."""
        sent = {"Authorization": f"Bearer {TOKENS[role]}"} if role else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, sent | dict(headers or {}))
            answer = connection.getresponse()
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def api(self, method: str, path: str, body: Any = None, role: str = "admin") -> Reply:
        """A call as it should be."""
        return self.ask(method, f"/api/v1/{path}", None if body is None else json.dumps(body), role=role)

    def raw(self, sent: bytes, *, within: float = 5.0) -> bytes:
        """Exactly these bytes; everything that comes back until the server closes or is silent."""
        got = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=within) as line:
            line.sendall(sent)
            try:
                while part := line.recv(65536):
                    got += part
            except (TimeoutError, ConnectionResetError):
                return got
        return got


@dataclass(frozen=True, slots=True)
class _Wanted:
    folder: Path
    rules: str
    control: Mapping[str, Any]
    judged: int


@contextmanager
def living_bot(folder: Path, *, judged: int = 2, rules: str = RULES, **control: Any) -> Iterator[Living]:
    """Starts it, hands it over, ends it; what fails in its thread fails here. `control` changes that section."""
    up: list[Living] = []
    failed: list[BaseException] = []
    told, end = threading.Event(), threading.Event()

    def run() -> None:
        try:
            asyncio.run(_live(_Wanted(folder, rules, control, judged), up, told, end))
        except BaseException as error:
            failed.append(error)
        finally:
            told.set()

    thread = threading.Thread(target=run, name="living bot")
    thread.start()
    try:
        told.wait(30)
        if up:
            yield up[0]
    finally:
        end.set()
        thread.join(30)
        if failed:
            raise failed[0]


def _through(stage: Stage) -> Callable[[Callable[[Stage], Any]], Any]:
    loop = asyncio.get_running_loop()

    def on_stage(do: Callable[[Stage], Any]) -> Any:
        async def doing() -> Any:
            return do(stage)

        return asyncio.run_coroutine_threadsafe(doing(), loop).result(10)

    return on_stage


async def _live(wanted: _Wanted, up: list[Living], told: threading.Event, end: threading.Event) -> None:
    folder = wanted.folder
    async with a_stage() as stage:
        write_rules(folder / "rules", wanted.rules)
        config = settings(stage.url, folder)
        changed = config.control.model_copy(update={"users": USERS} | dict(wanted.control))
        app = App(config.model_copy(update={"control": changed}), Clock())
        await app.start()
        try:
            chat = stage.door.say(EVENT, "hello there", "Ann")
            hidden = stage.door.say(EVENT, "oh heck", "Bo")
            await settled(app, wanted.judged)
            up.append(Living(app.url, chat.ref, hidden.ref, _through(stage)))
            told.set()
            await asyncio.to_thread(end.wait)
        finally:
            await app.stop()
