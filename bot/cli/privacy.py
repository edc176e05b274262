"""`usher export`, `usher forget`, `usher audit`: a person's data, out or gone, and who did what.

All work beside a running daemon and without one.
"""

from __future__ import annotations

import asyncio
import getpass
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.settings import load_config
from bot.clock import Clock
from bot.config import Config
from bot.domain.errors import StateInUse, StoreError, UsageError
from bot.logs import plain, start_logging
from bot.reports import write_again
from bot.store import Store, open_alone, open_beside, open_for_reading

_Config = Annotated[Path | None, typer.Option("--config", help="The configuration file (default config.toml).")]
_WAIT = 60.0
"""Seconds that the running daemon is given."""
_SHARED_WAIT = 15.0
"""Seconds after which no replica has the channel."""
_LOOK = 0.2
_PAGE = 500


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(export)
    app.command()(forget)
    app.command()(audit)


def export(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    out: Annotated[Path | None, typer.Option(help="File to write (default: standard output).")] = None,
    config: _Config = None,
) -> None:
    """Everything that is held about a person, as JSON. Exit code 1: nothing."""
    settings = load_config(config)
    found = _run(_export(settings, _address(email)))
    text = json.dumps(found, ensure_ascii=False, indent=2)
    try:
        out.write_text(text + "\n", encoding="utf-8") if out is not None else print(text)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror or error}") from None
    if not any(any(one["counts"].values()) for one in found["channels"]):
        raise typer.Exit(1)


def forget(email: Annotated[str, typer.Argument(help="The person's e-mail address.")], config: _Config = None) -> None:
    """Take a person out of everything that is held, for good. Exit code 1: nothing was held, or it could not be done now."""
    settings = load_config(config)
    address = _address(email)
    done = _run(_forget(settings, address))
    for channel, counts in done.items():
        told = ", ".join(f"{number} {what}" for what, number in counts.items() if number) or "nothing was held"
        print(f"{channel}: {told}")
    print("kept: that messages were there, when, their status and the rules that acted; no text, no person; a line in the audit")
    print("not reached: the platform itself, backups older than now, report files that were handed out")
    if not any(any(counts.values()) for counts in done.values()):
        raise typer.Exit(1)


def audit(config: _Config = None) -> None:
    """Who did what, and whether the trail was altered (exit code 1)."""
    settings = load_config(config)
    lines = _run(_audit(settings))
    for line in lines:
        mark = {True: " ", False: "!", None: "?"}[line.sound]
        print(plain(f"{mark} {line.at:.3f} {line.channel or '-'} {line.who} {line.action} {line.target} {line.data}"))
    broken = sum(line.sound is False for line in lines)
    print(f"{len(lines)} lines, {broken} altered or out of place")
    if broken:
        raise typer.Exit(1)


def _run(work: Any) -> Any:
    start_logging(json_lines=False, level="warning")
    try:
        return asyncio.run(work)
    except StoreError as error:
        raise UsageError(str(error)) from None


def _address(email: str) -> str:
    if "@" not in email or not email.strip():
        raise UsageError(f"'{email}' is no e-mail address: people are known by theirs")
    return email.strip()


async def _export(config: Config, email: str) -> dict[str, Any]:
    store = await open_for_reading(config.store.url, Clock())
    try:
        found = [{"channel": one.name, **await store.export_person(one.name, email)} for one in config.channel]
    finally:
        await store.close()
    await _note(config, found)
    return {"email": email, "channels": found}


async def _note(config: Config, found: list[dict[str, Any]]) -> None:
    """That data was handed out is written down, about whom only as a pseudonym."""
    try:
        store = await open_beside(config.store.url, Clock())
    except UsageError:
        return  # a copy on a read-only disk: nobody can write there
    try:
        for one in found:
            await store.audit(_who(), "export", one["pid"], Clock().now(), one["counts"])
    finally:
        await store.close()


async def _forget(config: Config, email: str) -> dict[str, Mapping[str, int]]:
    try:
        store = await open_alone(config.store.url, Clock())
    except StateInUse:
        return await _ask(config, email)
    try:
        done = {}
        for channel in config.channel:
            one = await store.forget_person(channel.name, email, _who(), Clock().now())
            done[channel.name] = one.counts
            await _reports_again(config, store, channel.name, one.events)
        return done
    finally:
        await store.close()


async def _ask(config: Config, email: str) -> dict[str, Mapping[str, int]]:
    """The daemon has the state, and the channel in its memory: it is asked, and does it between two batches."""
    store = await open_beside(config.store.url, Clock())
    try:
        numbers = {
            channel.name: await store.put_request(channel.name, "forget", {"email": email}, _who(), Clock().now())
            for channel in config.channel
        }
        done = {}
        for name, number in numbers.items():
            counts, events = await _answer(store, name, number, config, email)
            done[name] = counts
            await _reports_again(config, store, name, events)
        return done
    finally:
        await store.close()


async def _answer(store: Store, channel: str, number: int, config: Config, email: str) -> tuple[Mapping[str, int], tuple[str, ...]]:
    shared = not config.store.url.startswith("sqlite:")
    patience = _SHARED_WAIT if shared else _WAIT
    for _ in range(int(patience / _LOOK)):
        state, answer = await store.answer_to(number)
        if state == "failed":
            raise StoreError(f"the daemon could not do it: {answer.get('why', '')}")
        if state == "done":
            return answer.get("counts", {}), tuple(answer.get("events", ()))
        await asyncio.sleep(_LOOK)
    if shared and await store.withdraw(number):  # no replica has this channel: nobody has it in memory
        done = await store.forget_person(channel, email, _who(), Clock().now())
        return done.counts, done.events
    raise StoreError(f"the running daemon did not answer within {patience:.0f} s; the request stays and is done as soon as it can")


async def _reports_again(config: Config, store: Store, channel: str, events: tuple[str, ...]) -> None:
    for event in events:
        for file in await write_again(store, channel, event, Path(config.reports.out)):
            print(f"written again: {file}")


def _who() -> str:
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"


async def _audit(config: Config) -> list[Any]:
    store = await open_for_reading(config.store.url, Clock())
    try:
        lines: list[Any] = []
        while page := await store.audit_lines(lines[-1].seq if lines else 0, _PAGE):
            lines += page
        return lines
    finally:
        await store.close()
