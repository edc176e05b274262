"""Looking for what a lost answer may have made, under each order of the list."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.actions import CreatePoll, PostMessage, SetMessageStatus
from bot.domain.errors import PlatformError
from tests.platform_api.beestreamed.account import account, chat_row, paged, refused
from tests.platform_api.server import Platform

POST = PostMessage("Q & A starts now")
OURS = {"name": "Usher", "email": "usher@example.test"}


def written(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def lines(count: int, now: float) -> list[dict[str, Any]]:
    """Old chat, oldest first, one line each second, ending ten minutes ago."""
    return [chat_row(number, f"line {number}", chat_created=written(now - 600 - count + number)) for number in range(count)]


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("cap", [7, 100])
async def test_posts_are_found_in_either_order(platform: Platform, newest_first: bool, cap: int) -> None:
    now = time.time()
    rows = [
        *lines(60, now),
        chat_row(100, "Q & A starts now", **OURS, chat_created=written(now - 300)),  # an earlier one
        chat_row(101, "Q &amp; A  starts now", **OURS, chat_created=written(now)),
        chat_row(102, "Q & A starts now", chat_created=written(now)),  # somebody else's
        chat_row(103, "other words", **OURS, chat_created=written(now)),
        chat_row(104, "Q & A starts now", **OURS, chat_created=written(now + 1)),
        chat_row(105, "Q & A starts now", **OURS, chat_created=written(now + 1)),
    ]
    platform.answers["GET /chat/ev"] = paged(rows[::-1] if newest_first else rows, cap=cap)
    async with account(platform) as client:
        assert list(await client.look_for("ev", POST, now - 2, ["c105"])) == ["c101", "c104"]


async def test_the_walk_ends_early_only_where_the_order_is_proven(platform: Platform) -> None:
    now = time.time()
    rows = lines(1000, now)
    platform.answers["GET /chat/ev"] = paged(rows[::-1])
    async with account(platform) as client:
        assert await client.look_for("ev", POST, now, []) == []
        assert len(platform.asked) == 2
        platform.asked.clear()
        platform.answers["GET /chat/ev"] = paged(rows)
        assert await client.look_for("ev", POST, now, []) == []
        assert len(platform.asked) == 11


async def test_rows_of_the_reduced_level_are_found_by_name(platform: Platform) -> None:
    row = {"chat_id": 1, "chat_ref": "c1", "chat_message": POST.text, "chat_name": "Usher"}
    platform.answers["GET /chat/ev"] = paged([row])
    async with account(platform) as client:
        assert await client.look_for("ev", POST, time.time(), []) == ["c1"]


async def test_a_found_post_is_ours_from_then_on(platform: Platform) -> None:
    platform.answers["GET /chat/ev"] = paged([{"chat_id": 1, "chat_ref": "c1", "chat_message": POST.text, "chat_name": "Usher"}])
    async with account(platform) as client:
        await client.look_for("ev", POST, time.time(), [])
        assert (await client.read_messages("ev", "chat", limit=10)).rows[0].own


async def test_polls_are_found_by_question_and_options(platform: Platform) -> None:
    now = time.time()

    def poll(ref: str, at: float, *options: str, question: str = "Tea?") -> dict[str, Any]:
        return {"poll_ref": ref, "poll_question": question, "poll_options": list(options), "poll_created": written(at)}

    rows = [
        poll("late", now + 3, "Yes", "No"),
        poll("right", now, "Yes", "No"),
        poll("known", now, "Yes", "No"),
        poll("turned", now, "No", "Yes"),
        poll("other", now, "Yes", "No", question="Coffee?"),
        poll("old", now - 3600, "Yes", "No"),
    ]
    platform.answers["GET /polls/ev"] = paged(rows, cap=2, envelope=True)
    async with account(platform) as client:
        assert list(await client.look_for("ev", CreatePoll("Tea?", ("Yes", "No")), now, ["known"])) == ["right", "late"]


async def test_what_may_be_repeated_freely_is_not_looked_for(platform: Platform) -> None:
    async with account(platform) as client:
        assert await client.look_for("ev", SetMessageStatus("c1", "chat", "hidden"), 0.0, []) == []
    assert platform.asked == []


async def test_a_listing_that_fails_says_so(platform: Platform) -> None:
    platform.answers["GET /chat/ev"] = refused(500)
    async with account(platform) as client:
        with pytest.raises(PlatformError):
            await client.look_for("ev", POST, 0.0, [])
