"""`usher status | pause | resume`: the running daemon, over its control API."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import aiohttp
import typer
from rich.console import Console
from rich.table import Table

from bot.config import seconds
from bot.domain.errors import UsageError

Url = Annotated[str, typer.Option("--url", envvar="USHER_URL", help="Where the daemon listens.")]
Token = Annotated[str, typer.Option("--token", envvar="USHER_TOKEN", help="Your token (control.users).")]
EventRef = Annotated[str, typer.Option("--event", help="Only this event.")]
_HERE = "http://127.0.0.1:8787"


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(status)
    app.command()(pause)
    app.command()(resume)


def status(
    url: Url = _HERE,
    token: Token = "",
    as_json: Annotated[bool, typer.Option("--json", help="The answer as JSON.")] = False,
) -> None:
    """Is it working? Ages of the newest reads, rules, backlog, pauses. Exit code 1 if it is not ready."""
    answer = call("GET", url, "status", token)
    if as_json:
        print(json.dumps(answer, indent=2))
    else:
        _show(Console(highlight=False), answer)
    raise typer.Exit(0 if answer["ready"] else 1)


def pause(
    url: Url = _HERE,
    token: Token = "",
    event: EventRef = "",
    for_: Annotated[str, typer.Option("--for", help="How long: 90s, 5m, 1h. Without it until resumed.")] = "",
    what: Annotated[str, typer.Option(help="all, moderation or engagement.")] = "all",
) -> None:
    """Stop: after this command has answered nothing is sent."""
    body: dict[str, Any] = {"event": event, "what": what}
    if for_:
        body["for"] = _duration(for_)
    answer = call("POST", url, "pause", token, body)
    until = f" for {for_}" if for_ else " until resumed"
    print(f"paused{until}; {answer['waiting']} waiting")


def resume(
    url: Url = _HERE,
    token: Token = "",
    event: EventRef = "",
    waiting: Annotated[str, typer.Option(help="What becomes of what waited: run or drop.")] = "run",
) -> None:
    """Go on after a pause."""
    answer = call("POST", url, "resume", token, {"event": event, "waiting": waiting})
    print(f"still paused: {len(answer['pauses'])} pause(s) left" if answer["paused"] else "running")


def call(method: str, url: str, path: str, token: str, body: Any = None) -> dict[str, Any]:
    """One call of the control API; every failure is a UsageError with one clear line."""
    return asyncio.run(_call(method, f"{url.rstrip('/')}/api/v1/{path}", token, body))


async def _call(method: str, url: str, token: str, body: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20), headers=headers) as session,
            session.request(method, url, json=body, allow_redirects=False) as response,
        ):
            data = await response.json(content_type=None)
            code = response.status
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
        raise UsageError(f"no usable answer from {url}: {error or type(error).__name__}; is the daemon running there?") from None
    if code >= 400 or not isinstance(data, dict):
        detail = data.get("detail", "") if isinstance(data, dict) else ""
        hint = " (give --token or set USHER_TOKEN)" if code == 401 else ""
        raise UsageError(f"{url} answered {code}: {detail}{hint}")
    return data


def _duration(text: str) -> float:
    try:
        return float(seconds(text))
    except ValueError as error:
        raise UsageError(f"--for: {error}") from None


def _show(console: Console, answer: dict[str, Any]) -> None:
    state = "PAUSED" if answer["paused"] else "running" if answer["ready"] else "NOT READY"
    console.print(f"Usher {answer['version']} · {state} · mode {answer['mode']} · up {_span(answer['up_for'])}")
    for one in answer["pauses"]:
        left = "until resumed" if one["until"] is None else f"for another {_span(one['until'] - answer['now'])}"
        console.print(f"  pause of {one['what']} by {one['by']}, {one['event'] or 'all events'}, {left}")
    for replica in answer.get("replicas", []):
        console.print(replica_line(replica))
    for channel in answer["channels"]:
        _show_channel(console, channel)


def replica_line(replica: dict[str, Any]) -> str:
    """Who acts for what, in one line."""
    names = replica["channels"]
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "") if names else "no channel"
    here = " (this one)" if replica["here"] else ""
    leaving = ", leaving" if replica["leaving"] else ""
    return f"  replica {replica['name']}{here}{leaving}: {shown}"


def _show_channel(console: Console, channel: dict[str, Any]) -> None:
    rules = channel["rules"]
    console.print(f"\n{channel['name']}: {rules['count']} rules ({rules['hash'][:12]}) from {rules['folder']}")
    for problem in rules["problems"]:
        console.print(problem["rendered"], markup=False)
    counts = ", ".join(f"{name} {count}" for name, count in sorted(channel["outcomes"].items()) if name != "none") or "nothing done"
    console.print(
        f"  {channel['messages']} messages, {channel['judged']} judged; {counts}; waiting: {channel['inbox']} in, ", end=""
    )
    console.print(f"{channel['outbox'].get('pending', 0)} out")
    table = Table("event", "feed", "newest read", "state", box=None, pad_edge=False)
    for feed in channel.get("feeds", []):
        table.add_row(feed["event"], feed["surface"], _age(feed.get("age")), feed.get("error") or "ok")
    console.print(table)


def _age(value: float | None) -> str:
    return "never" if value is None else f"{value:.1f} s ago"


def _span(value: float) -> str:
    minutes, secs = divmod(int(max(0.0, value)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {secs} s" if minutes else f"{secs} s"
