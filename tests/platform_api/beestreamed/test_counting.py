"""Thousands of votes counted page by page while they arrive, against the stage over real HTTP: a recount equals what was posted."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from bot.domain.actions import CountPoll, CreatePoll, SetPoll
from bot.engine.engagement.scoring import ballots
from bot.engine.engagement.tally import full, outcome
from bot.stage import truth
from bot.stage.server import Stage
from tests.platform_api.beestreamed.test_against_stage import playing

OPTIONS = ("Developer", "Product", "Design", "Nobody's choice")
VOTERS = 5_000


def cast(stage: Stage, poll: str, luck: random.Random, number: int) -> None:
    """One vote: some have no name, some no address, some write it in another case, some vote again."""
    who = luck.randrange(number + 1) if luck.random() < 0.1 else number
    email = luck.choice([f"v{who}@example.test", f"V{who}@Example.test", f"v{who}@example.test", "", None])
    name = luck.choice([f"Voter {who}", "", None])
    stage.door.vote(poll, luck.choices((0, 1, 2), (5, 3, 2))[0], name, email)


async def crowd(stage: Stage, poll: str, luck: random.Random, first: int, last: int) -> None:
    """The rest vote in bursts while somebody counts."""
    number = first
    while number < last:
        burst = min(last, number + luck.choice((1, 5, 40, 150)))
        for one in range(number, burst):
            cast(stage, poll, luck, one)
        number = burst
        await asyncio.sleep(0.01)


def told(stage: Stage, poll: str) -> dict[str, Any]:
    return next(one for one in truth.whole(stage.world, stage.parts.journal, 0.0)["polls"] if one["ref"] == poll)


@pytest.mark.parametrize(
    ("switches", "voters"),
    [
        ({"b39_option_base": 0, "b07_order": "desc"}, VOTERS),
        ({"b39_option_base": 1}, VOTERS),
        ({"b39_option_base": 1, "b07_order": "shuffled", "b08_row_num": "ones"}, 400),
    ],
    ids=str,
)
async def test_a_recount_equals_what_was_posted(switches: dict[str, Any], voters: int) -> None:
    many = {"b11_page_cap": 10, "b01_limit_per_minute": 100_000}
    settings = {"requests_per_minute": 100_000, "option_index_base": switches["b39_option_base"]}
    async with playing({**switches, **many}, settings) as (stage, client):
        event, luck = stage.door.event(status="live").ref, random.Random(5)
        poll = (await client.perform(event, CreatePoll("What are you?", OPTIONS))).remote
        await client.perform(event, SetPoll(poll, True))
        for number in range(voters // 2):
            cast(stage, poll, luck, number)
        arriving = asyncio.create_task(crowd(stage, poll, luck, voters // 2, voters))
        early = (await client.perform(event, CountPoll(poll, OPTIONS))).result
        await arriving
        assert 0 < early["voters"] <= voters  # a look while votes pour in may miss some; the count that is posted may not
        await client.perform(event, SetPoll(poll, False))
        posted = (await client.perform(event, CountPoll(poll, OPTIONS, ballots=True))).result
        true = told(stage, poll)
        pages = truth.whole(stage.world, stage.parts.journal, 0.0)["calls"]["total"]

    assert pages >= voters / 10, "ten votes a page, however many are asked for"
    assert (posted["counts"], posted["voters"], posted["other"]) == (true["tally"], voters, 0)
    assert posted["counts"][3] == 0, "an option without votes is there, with none"
    read = outcome(OPTIONS, posted, min_votes=10)
    assert f"Nobody's choice 0 (0 %). “Developer” wins with {read.percent(0)} % of {voters} votes" in full(read)
    assert posted["distinct"] < voters, "some voted twice, and that is told beside the raw count"
    assert len(posted["ballots"]) == voters
    people = ballots(posted)
    assert len({one.person for one in people}) == len(people) < voters
