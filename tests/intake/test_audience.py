"""Viewers, signups and the livestream's state, read from the stage over real HTTP and kept in a real store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.domain.signals import EventState
from bot.intake import audience as module
from bot.intake.audience import AudienceFeed
from tests.intake.rig import CHANNEL, EVENT, Rig, rig

LIVE = EventState(EVENT, status="live", phase="on_air")


class Ear:
    """What the runner would hear."""

    def __init__(self) -> None:
        self.viewers: int | None = None
        self.signups: int | None = None
        self.stream: list[str] = []

    def __call__(self, event: str, *, viewers: int | None = None, signups: int | None = None, stream: str | None = None) -> None:
        assert event == EVENT
        self.viewers = self.viewers if viewers is None else viewers
        self.signups = self.signups if signups is None else signups
        self.stream += [] if stream is None else [stream]


def feed(made: Rig, ear: Ear, *asked: str, state: EventState = LIVE) -> AudienceFeed:
    return AudienceFeed(CHANNEL, made.client, made.store, made.clock, ear, lambda: {EVENT: state}, lambda: frozenset(asked))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ASKED", "UNASKED", "SIGNUPS_ASKED", "SIGNUPS_UNASKED"):
        monkeypatch.setattr(module, name, 0.0)


async def test_viewers_and_signups_are_heard_and_kept(tmp_path: Path) -> None:
    ear = Ear()
    async with rig(tmp_path) as made:
        made.stage.door.viewers(EVENT, 37)
        for number in range(3):
            made.stage.door.sign_up(EVENT, name=f"p{number}", email=f"p{number}@example.test")
        await feed(made, ear, "viewers", "signups").look()
        (sample,) = await made.store.report_audience(CHANNEL, EVENT)
    assert (ear.viewers, ear.signups) == (37, 3)
    assert (sample.viewers, sample.signups) == (37, 3)


async def test_the_stream_is_told_only_when_two_reads_agree(tmp_path: Path) -> None:
    ear = Ear()
    async with rig(tmp_path) as made:
        reading = feed(made, ear, "stream")
        for status in ("active", "active", "idle", "active", "idle", "disabled"):
            made.stage.door.stream(EVENT, status)
            await reading.look()
    assert ear.stream == ["online", "offline"]


async def calls_of(tmp_path: Path, state: EventState, *asked: str) -> int:
    async with rig(tmp_path) as made:
        before = made.client.usage().total
        reading = feed(made, Ear(), *asked, state=state)
        await reading.look()
        return made.client.usage().total - before


@pytest.mark.parametrize(
    ("state", "asked", "some"),
    [
        (LIVE, (), True),
        (EventState(EVENT, phase="before"), (), False),
        (EventState(EVENT, phase="before"), ("signups",), True),
        (EventState(EVENT, phase="over"), ("signups", "viewers"), False),
    ],
)
async def test_only_events_that_matter_are_read(tmp_path: Path, state: EventState, asked: Any, some: bool) -> None:
    assert bool(await calls_of(tmp_path, state, *asked)) == some


async def test_a_platform_that_refuses_is_asked_less_often(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        made.stage.door.fault("refused", path="/stream", times=50, status=403)
        reading = feed(made, Ear())
        for _ in range(10):
            await reading.look()
        assert made.client.usage().total < 5
