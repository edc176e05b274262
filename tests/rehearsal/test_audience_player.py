"""A show played against a real stage, straight and by HTTP, on a clock that runs faster."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.clock import Clock
from bot.rehearsal.audience import Mix, plan
from bot.rehearsal.audience_acts import Act, Person, Plan, Say, Turn
from bot.rehearsal.audience_doors import AudienceDoor, HttpDoor, LocalDoor, NotPossible
from bot.rehearsal.audience_player import Player
from bot.stage import Stage

ANN = Person("Ann", "ann@example.test")


@pytest.fixture
def clock() -> Clock:
    return Clock(speed=60.0)


@pytest.fixture
async def stage(clock: Clock) -> AsyncIterator[Stage]:
    made = Stage(clock, seed=1)
    await made.start()
    made.door.event("ev")
    yield made
    await made.stop()


@pytest.fixture(params=["local", "http"])
async def door(request: pytest.FixtureRequest, stage: Stage) -> AsyncIterator[AudienceDoor]:
    if request.param == "local":
        yield LocalDoor(stage)
        return
    outside = HttpDoor(stage.url)
    yield outside
    await outside.close()


async def test_every_line_arrives_with_its_label_and_the_event_runs_its_course(
    stage: Stage, clock: Clock, door: AudienceDoor
) -> None:
    show = plan(1, 60.0, Mix(people=20, busy=2.0))
    seen: list[tuple[Act, str]] = []
    played = await Player(door, clock, "ev", show, lambda act, ref: seen.append((act, ref))).play()
    assert (played.said, played.refused) == (len(show.lines), 0)
    assert [act for act, _ in seen] == list(show.acts)
    event = stage.world.event("ev")
    arrived = [*event.chat_feed, *event.qa_feed]
    assert sorted((message.text, message.email, message.label) for message in arrived) == sorted(
        (line.text, line.person.email, line.label) for line in show.lines
    )
    assert [change["status"] for _, change, _ in event.changes if "status" in change] == ["live", "done"]
    assert len(event.stream.views) >= 20


async def test_people_vote_when_a_poll_opens_and_leave_when_it_closes(stage: Stage, clock: Clock, door: AudienceDoor) -> None:
    people = tuple(Person(f"P{n}", f"p{n}@example.test") for n in range(40))
    poll = stage.door.poll("ev", "Tea?", ["yes", "no"])
    early = stage.door.poll("ev", "Closed?", ["yes", "no"])
    stage.door.switch_poll(poll.ref, True)
    played = await Player(door, clock, "ev", Plan(40.0, (), people, seed=3)).play()
    assert 10 < len(poll.votes) == played.votes
    assert len({vote.email for vote in poll.votes}) == len(poll.votes)
    assert len(early.votes) == 0
    assert played.too_late == 0


async def test_a_closed_chat_is_counted_and_stops_nothing(stage: Stage, clock: Clock, door: AudienceDoor) -> None:
    stage.door.set_event("ev", chat=False)
    acts = (Say(0.0, ANN, "hi"), Say(0.1, ANN, "why?", "qa"), Turn(0.2, status="live"))
    played = await Player(door, clock, "ev", Plan(1.0, acts)).play()
    assert (played.said, played.refused, played.turns) == (1, 1, 1)
    assert played.problems == ["The chat is closed."]


async def test_an_event_that_does_not_exist_is_told(stage: Stage, clock: Clock, door: AudienceDoor) -> None:
    for call in (door.say("none", Say(0.0, ANN, "x")), door.turn("none", "live", None), door.open_polls("none")):
        with pytest.raises(NotPossible, match="Event not found"):
            await call
    with pytest.raises(NotPossible, match="Poll not found"):
        await door.vote("none", 0, ANN)


async def test_a_stage_that_is_gone_is_told() -> None:
    outside = HttpDoor("http://127.0.0.1:1")
    with pytest.raises(NotPossible, match="did not answer"):
        await outside.open_polls("ev")
    await outside.close()


async def test_a_long_silence_passes_in_an_instant_but_not_before_the_bot_is_done(stage: Stage, clock: Clock) -> None:
    lines = tuple(Say(at, ANN, f"line {at:.0f}") for at in (0.0, 2.0, 4000.0, 4001.0))
    asked: list[int] = []

    def settled(said: int) -> bool:
        asked.append(said)
        return len(asked) > 5

    began = clock.monotonic()
    real = asyncio.get_running_loop().time()
    show = Plan(4010.0, lines, longest_silence=3.0)
    played = await Player(LocalDoor(stage), clock, "ev", show, settled=settled).play()
    assert clock.monotonic() - began >= 4010.0
    assert asyncio.get_running_loop().time() - real < 5.0
    assert (played.said, asked) == (4, [2] * 6)
    created = [message.created for message in stage.world.event("ev").chat_feed]
    assert created[2] - created[1] == pytest.approx(3998.0, abs=5.0)


async def test_no_silence_is_left_out_while_people_vote(stage: Stage, clock: Clock) -> None:
    people = tuple(Person(f"P{n}", f"p{n}@example.test") for n in range(10))
    poll = stage.door.poll("ev", "Tea?", ["yes", "no"])
    stage.door.switch_poll(poll.ref, True)
    lines = (Say(2.0, ANN, "here"), Say(3000.0, ANN, "still here"))
    played = await Player(LocalDoor(stage), clock, "ev", Plan(3001.0, lines, people, longest_silence=1.0)).play()
    assert played.votes == len(poll.votes) > 0
    assert played.too_late == 0


async def test_rooms_are_played_side_by_side(stage: Stage, clock: Clock) -> None:
    stage.door.event("other")
    acts = (Turn(0.0, "live", event="other"), Say(1.0, ANN, "one"), Say(1.0, ANN, "two", event="other"))
    await Player(LocalDoor(stage), clock, "ev", Plan(2.0, acts)).play()
    assert [[message.text for message in stage.world.event(ref).chat_feed] for ref in ("ev", "other")] == [["one"], ["two"]]
    assert stage.world.event("other").status == "live"
