"""How long a message that breaks a rule can be seen: the whole bot against the stage with 30 ms latency, default settings.

`python -m bench.exposure` prints p50, p95 and the longest, for somebody who writes every two seconds, and for a first message after
a minute of silence (ten events at once, so that one minute gives ten samples). True times, by the stage's own clock. An event in
whose chat nobody has ever written is another case: docs/limits.md.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from pathlib import Path

from pydantic import SecretStr

from bot.app import App
from bot.clock import Clock
from bot.config import Channel, Config, Control, Store
from bot.logs import start_logging
from bot.stage import SECRET_KEY, TOKEN_ID, Faults, Stage, truth

RULES = "rules:\n  - { id: swearing, if: { word: [heck] }, do: [ hide ] }\n# end\n"
QUIET_EVENTS = 10
SILENCE = 62.0
BUSY_SECONDS = 80.0


async def _run(events: list[str], seconds_before: float, times: int, gap: float) -> None:
    stage = Stage(Clock(), faults=Faults(latency=0.03))
    await stage.start()
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "rules"
        rules.mkdir()
        (rules / "rules.yaml").write_text(RULES, encoding="utf-8")
        for event in events:
            stage.door.event(event, title=event, status="live", chat=True, qa=True)
        app = App(_config(stage.url, Path(folder), events), Clock())
        await app.start()
        for event in events:
            stage.door.say(event, "good evening", "Host")
        await asyncio.sleep(seconds_before)
        dice = random.Random(1)  # noqa: S311 - when people write, no secrets
        for number in range(times):
            for event in events:
                await asyncio.sleep(dice.random() * 0.3 if len(events) > 1 else 0.0)
                stage.door.say(event, f"what the heck {number}", f"Guest {number}")
            await asyncio.sleep(gap)
        await asyncio.sleep(3.0)
        found = sorted(one["exposure"] for one in truth.messages(stage.world) if one["exposure"] is not None)
        calls = stage.parts.journal.counts()
        await app.stop()
        await stage.stop()
    at = [found[min(len(found) - 1, int(part * len(found)))] for part in (0.5, 0.95)]
    print(f"  {len(found)} of {times * len(events)} hidden; p50 {at[0]:.2f} s, p95 {at[1]:.2f} s, longest {found[-1]:.2f} s")
    print(f"  at most {calls['peak_minute']} calls in a minute, of 3000 allowed")


def _config(url: str, folder: Path, events: list[str]) -> Config:
    channel = Channel(
        base_url=url,
        token_id=SecretStr(TOKEN_ID),
        secret_key=SecretStr(SECRET_KEY),
        follow=tuple(events),
        rules=str(folder / "rules"),
    )
    return Config(channel=(channel,), store=Store(url=f"sqlite:{folder / 'usher.db'}"), control=Control(port=0))


def main() -> None:
    """Both measurements, one after the other."""
    start_logging(json_lines=False, level="error")
    print("somebody writes every two seconds:")
    asyncio.run(_run(["busy"], 2.0, int(BUSY_SECONDS / 2), 2.0))
    print("the first message after a minute of silence:")
    asyncio.run(_run([f"quiet{number}" for number in range(QUIET_EVENTS)], SILENCE, 1, 0.0))


if __name__ == "__main__":
    main()
