"""`usher doctor`: what only the real account can answer. Read-only unless --write; exit code 1 when something is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from bot.cli.services_check import service_answers
from bot.cli.settings import load_config
from bot.cli.streams_check import stream_answers
from bot.clock import Clock
from bot.config import Bot, Channel
from bot.domain.actions import PostMessage, SetMessageStatus
from bot.domain.errors import NoRight, PlatformError, Refused
from bot.domain.signals import EventState, Message
from bot.platform_api.beestreamed.client import BeeStreamed, missing_credentials
from bot.ports import Page

_SKEW = 300.0  # seconds between the platform's clock and ours before acting is a risk (reliability D5)
_MARK = {"ok": "✓", "note": "·", "bad": "✗"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the doctor's report."""

    level: Literal["ok", "note", "bad"]
    text: str


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(doctor)


def doctor(
    config: Annotated[Path | None, typer.Option("--config", help="The configuration file (default config.toml).")] = None,
    event: Annotated[str, typer.Option(help="Look at this event; default: one that is live, else the newest.")] = "",
    write: Annotated[bool, typer.Option("--write", help="Also post one line and hide it again.")] = False,
) -> None:
    """Ask the real account what only it can answer: credentials, clock, field names, page sizes, what indexStart means there."""
    settings = load_config(config)
    console, wrong = Console(highlight=False), False
    for channel in settings.channel:
        console.print(f"channel '{channel.name}' at {channel.base_url}")
        for answer in asyncio.run(_collect(channel, settings.bot, event, write)):
            console.print(f"  {_MARK[answer.level]} {answer.text}", markup=False)
            wrong = wrong or answer.level == "bad"
    others = [stream_answers(settings, stream.name) for stream in settings.stream]
    for level, text in map(asyncio.run, [*others, *map(service_answers, settings.service)]):
        console.print(f"  {_MARK[level]} {text}", markup=False)
        wrong = wrong or level == "bad"
    if not settings.channel:
        console.print("no [[channel]] in the configuration: nothing to ask")
        wrong = True
    raise typer.Exit(1 if wrong else 0)


async def _collect(channel: Channel, bot: Bot, event: str, write: bool) -> list[Answer]:
    missing = missing_credentials(channel)
    if missing:
        return [Answer("bad", missing)]
    async with BeeStreamed(channel, bot, Clock()) as client:
        found: list[Answer] = []
        try:
            async for answer in _examine(client, channel, event, write):
                found.append(answer)
        except NoRight as error:
            found.append(Answer("bad", f"the token is not accepted: {error}; make a new one in the Manage Panel"))
        except PlatformError as error:
            found.append(Answer("bad", f"no usable answer: {error}"))
        used = client.usage()
        found.append(Answer("note", f"{used.total} calls made; the budget allows {used.configured} a minute"))
        return found


async def _examine(client: BeeStreamed, channel: Channel, event: str, write: bool) -> AsyncIterator[Answer]:
    events = await client.list_events()
    yield Answer("ok", f"the token is accepted; the account has {len(events)} events")
    state = await _chosen(client, events, event)
    if state is None:
        yield Answer("note", "there is no event to look at: chat, Q&A and indexStart stay unknown")
        return
    yield Answer("note", f"looking at event {state.event} '{state.title}', status '{state.status}' ({state.phase})")
    page = await client.read_messages(state.event, "chat", limit=channel.page_size)
    for answer in _clock(page):
        yield answer
    yield await _level(client, state)
    async for answer in _reading(client, state, page, channel):
        yield answer
    async for answer in _questions(client, state):
        yield answer
    if write:
        async for answer in _writing(client, state, bot_text="Usher is checking its connection; this line is hidden at once."):
            yield answer


async def _chosen(client: BeeStreamed, events: Sequence[EventState], wanted: str) -> EventState | None:
    if wanted:
        return await client.read_event(wanted)
    live = [one for one in events if one.phase == "on_air"]
    return next(iter(live or events), None)


def _clock(page: Page) -> list[Answer]:
    if page.platform_now is None:
        return [Answer("note", "the platform sends no Date header: its clock cannot be compared with ours")]
    skew = page.platform_now - page.asked
    level: Literal["ok", "bad"] = "ok" if abs(skew) < _SKEW else "bad"
    return [
        Answer(level, f"clock: the platform's is {skew:+.1f} s from ours" + ("" if level == "ok" else "; set this machine's clock"))
    ]


async def _level(client: BeeStreamed, state: EventState) -> Answer:
    standing = await client.check(state.event)
    if standing.level == "full":
        return Answer("ok", "rights: rows carry e-mail and status, so the token may moderate (as far as reading tells)")
    if standing.level == "reduced":
        return Answer("bad", "rights: rows lack e-mail and status; this token cannot moderate, use a user API key (B-03)")
    return Answer("note", "rights: no chat row to look at yet; ask again when somebody has written")


async def _reading(client: BeeStreamed, state: EventState, page: Page, channel: Channel) -> AsyncIterator[Answer]:
    yield Answer("ok", f"chat: {page.received} rows came for {channel.page_size} asked, {len(page.rows)} of them usable")
    numbers = sorted(row.number for row in page.rows if row.number is not None)
    if len(numbers) < 3:
        yield Answer("note", "indexStart: too few rows to find out what it means; the bot does so by itself once there are some")
        return
    middle = numbers[len(numbers) // 2]
    rows = (await client.read_messages(state.event, "chat", limit=channel.page_size, index_start=middle)).rows
    yield Answer("ok", f"indexStart: {_meaning(rows, middle)}")


def _meaning(rows: Sequence[Message], middle: int) -> str:
    got = [row.number for row in rows if row.number is not None]
    inclusive = "inclusive" if middle in got else "exclusive"
    older, newer = any(one < middle for one in got), any(one > middle for one in got)
    if older and newer:
        return "has no effect (rows on both sides came back)"
    if not older and not newer:
        return "gave no rows; the bot reads plain pages"
    return f"rows towards the {'older' if older else 'newer'} end, {inclusive} (B-09)"


async def _questions(client: BeeStreamed, state: EventState) -> AsyncIterator[Answer]:
    page = await client.read_messages(state.event, "qa", limit=10)
    if page.received == 0:
        yield Answer("note", "Q&A: no question yet, so its field names stay unknown (both qa_* and chat_* are understood)")
    elif not page.rows:
        yield Answer("bad", f"Q&A: {page.received} rows came and none could be read; their keys: {client.oddities.counts()}")
    else:
        yield Answer(
            "ok",
            f"Q&A: {len(page.rows)} of {page.received} questions can be read; statuses {sorted({r.status for r in page.rows})}",
        )


async def _writing(client: BeeStreamed, state: EventState, bot_text: str) -> AsyncIterator[Answer]:
    try:
        posted = await client.perform(state.event, PostMessage(bot_text))
        yield Answer("ok", "writing: a line was posted")
        hidden = await client.perform(state.event, SetMessageStatus(posted.remote, "chat", "hidden"))
        yield Answer(
            "ok" if hidden.changed else "bad", "writing: it was hidden" if hidden.changed else "writing: hiding changed nothing"
        )
    except (NoRight, Refused) as error:
        yield Answer("bad", f"writing: refused: {error}")
