"""Reading chat, Q&A and events over real HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.actions import PostMessage
from bot.domain.errors import BadAnswer, NoRight, Refused
from bot.domain.signals import Message
from bot.platform_api.beestreamed.reading import Familiar, Kinds
from tests.platform_api.beestreamed.account import account, chat_row, paged, refused
from tests.platform_api.server import Platform


async def test_a_page_is_given_as_it_came(platform: Platform) -> None:
    platform.answers["GET /chat/ev"] = [chat_row(2), chat_row(1), {"chat_message": "lost"}, 7]
    async with account(platform) as client:
        page = await client.read_messages("ev", "chat", limit=100)
    assert [row.ref for row in page.rows] == ["c2", "c1"]
    assert page.received == 4
    assert page.asked <= page.rows[0].read
    assert page.platform_now == pytest.approx(page.asked, abs=2)
    assert platform.asked[0].query == {"maxResults": "100"}
    assert client.oddities.counts() == {
        "chat row dropped: neither ref nor id (chat_message)": 1,
        "chat row dropped: a number instead of an object": 1,
    }


@pytest.mark.parametrize(("setting", "flag"), [("true", "true"), ("1", "1")])
async def test_questions_are_asked_for_with_the_flag(platform: Platform, setting: str, flag: str) -> None:
    platform.answers["GET /chat/ev"] = [{"qa_id": 1, "qa_ref": "q1", "qa_message": "why?", "qa_status": "new"}]
    async with account(platform, query_true=setting) as client:
        page = await client.read_messages("ev", "qa", limit=50, page=2, index_start=17)
    assert (page.rows[0].surface, page.rows[0].status) == ("qa", "new")
    assert platform.asked[0].query == {"qa": flag, "maxResults": "50", "page": "2", "indexStart": "17"}


async def test_an_ignored_qa_flag_is_noticed(platform: Platform) -> None:
    platform.answers["GET /chat/ev"] = [chat_row(1), chat_row(2)]
    async with account(platform) as client:
        await client.read_messages("ev", "chat", limit=10)
        with pytest.raises(BadAnswer, match="query_true"):
            await client.read_messages("ev", "qa", limit=10)


async def test_two_rows_with_one_ref_are_both_kept(platform: Platform) -> None:
    platform.answers["GET /chat/ev"] = [chat_row(1, "a"), chat_row(2, "b", chat_ref="c1")]
    async with account(platform) as client:
        assert [row.text for row in (await client.read_messages("ev", "chat", limit=10)).rows] == ["a", "b"]
    assert "chat page: two rows share a ref" in client.oddities.counts()


@pytest.mark.parametrize("answer", [{}, {"data": None}, "text", 5, {"data": {"rows": []}}])
async def test_no_list_is_a_bad_answer(platform: Platform, answer: Any) -> None:
    platform.answers["GET /chat/ev"] = answer
    async with account(platform) as client:
        with pytest.raises(BadAnswer):
            await client.read_messages("ev", "chat", limit=10)


async def test_an_enveloped_list_is_one_too(platform: Platform) -> None:
    platform.answers["GET /chat/ev"] = {"data": [chat_row(1)], "status": 200}
    async with account(platform) as client:
        assert len((await client.read_messages("ev", "chat", limit=10)).rows) == 1


async def test_own_posts_are_known_before_the_next_page(platform: Platform) -> None:
    platform.answers["POST /chat/ev"] = {"chat_ref": "c9", "message": "created"}
    platform.answers["GET /chat/ev"] = [chat_row(9, name="Somebody", email="")]
    async with account(platform) as client:
        await client.perform("ev", PostMessage("hi"))
        assert (await client.read_messages("ev", "chat", limit=10)).rows[0].own


async def test_an_event(platform: Platform) -> None:
    platform.answers["GET /events/ev"] = {"event_ref": "ev", "event_status": "force_live", "event_chat": "true"}
    async with account(platform) as client:
        state = await client.read_event("ev")
    assert (state.event, state.phase, state.chat, state.qa) == ("ev", "on_air", True, None)


async def test_the_public_view_means_the_token_is_not_ours(platform: Platform) -> None:
    platform.answers["GET /events/ev"] = {"event_title": "Town hall", "event_status": "live"}
    async with account(platform) as client:
        with pytest.raises(NoRight, match="token"):
            await client.read_event("ev")


async def test_an_answer_without_any_event_is_a_bad_one(platform: Platform) -> None:
    platform.answers["GET /events/ev"] = {"hello": 1}
    async with account(platform) as client:
        with pytest.raises(BadAnswer):
            await client.read_event("ev")


async def test_an_unknown_event_is_refused(platform: Platform) -> None:
    platform.answers["GET /events/ev"] = refused(404, "Event not found")
    async with account(platform) as client:
        with pytest.raises(Refused, match="Event not found") as caught:
            await client.read_event("ev")
    assert caught.value.status == 404


EVENTS: list[Any] = [
    {"event_ref": f"e{number}", "event_status": word} for number, word in enumerate(["idle", "live", "done", "force_live"] * 6)
]


@pytest.mark.parametrize("cap", [3, 1000])
async def test_all_events_whatever_the_page_cap(platform: Platform, cap: int) -> None:
    platform.answers["GET /events"] = paged([*EVENTS, {"event_title": "nameless"}], cap=cap)
    async with account(platform) as client:
        assert len(await client.list_events()) == 24


@pytest.mark.parametrize(
    ("status", "asked", "words"),
    [("live", "live", {"live", "force_live"}), ("done", "done", {"done"}), ("force_live", None, {"force_live"})],
)
async def test_events_of_one_status_even_if_the_filter_is_ignored(
    platform: Platform, status: str, asked: str | None, words: set[str]
) -> None:
    platform.answers["GET /events"] = paged(EVENTS)
    async with account(platform) as client:
        found = await client.list_events(status)
    assert {state.status for state in found} == words
    assert platform.asked[0].query.get("status") == asked


async def test_a_row_that_comes_again_unchanged_is_the_same_message(platform: Platform) -> None:
    platform.answers["GET /chat/ev"] = [chat_row(1), chat_row(2)]
    async with account(platform) as client:
        before = (await client.read_messages("ev", "chat", limit=10)).rows
        platform.answers["GET /chat/ev"] = [chat_row(1, row_num=3), chat_row(2, "edited"), chat_row(3)]
        after = (await client.read_messages("ev", "chat", limit=10)).rows
    assert after[0] is before[0]
    assert [row.text for row in after] == ["hello", "edited", "hello"]
    assert before[0].read < after[1].read


@pytest.mark.parametrize("change", [{"chat_status": "hidden"}, {"chat_deleted_time": "2031-02-03 10:01:00"}, {"chat_name": "Bo"}])
async def test_whatever_changes_in_a_row_is_seen(platform: Platform, change: dict[str, Any]) -> None:
    platform.answers["GET /chat/ev"] = [chat_row(1)]
    async with account(platform) as client:
        before = (await client.read_messages("ev", "chat", limit=10)).rows[0]
        platform.answers["GET /chat/ev"] = [chat_row(1, **change)]
        after = (await client.read_messages("ev", "chat", limit=10)).rows[0]
    assert (before.status, before.deleted, before.author.name) == ("public", False, "Ann")
    assert (after.status, after.deleted, after.author.name) != ("public", False, "Ann")


async def test_rows_with_one_ref_in_two_lists_are_two_messages(platform: Platform) -> None:
    platform.answers["GET /chat/ev"] = [chat_row(1)]
    platform.answers["GET /chat/other"] = [chat_row(1)]
    async with account(platform) as client:
        found = [(await client.read_messages(event, "chat", limit=10)).rows[0].event for event in ("ev", "other")]
    assert found == ["ev", "other"]


@pytest.mark.parametrize("ref", [None, 7, ["x"], {"y": 1}, True])
async def test_a_ref_that_is_no_text_is_decoded_each_time(platform: Platform, ref: Any) -> None:
    platform.answers["GET /chat/ev"] = [chat_row(1, chat_ref=ref)]
    async with account(platform) as client:
        found = [(await client.read_messages("ev", "chat", limit=10)).rows[0] for _ in range(2)]
    assert found[0] is not found[1]
    assert found[0].ref == found[1].ref


async def test_a_post_of_ours_that_was_listed_before_its_answer_came_is_known_then(platform: Platform) -> None:
    platform.answers["GET /chat/ev"] = [chat_row(7, "welcome")]
    platform.answers["POST /chat/ev"] = {"chat_ref": "c7"}
    async with account(platform) as client:
        assert not (await client.read_messages("ev", "chat", limit=10)).rows[0].own
        await client.perform("ev", PostMessage("welcome"))
        assert (await client.read_messages("ev", "chat", limit=10)).rows[0].own


def test_familiar_rows_forget_the_oldest_first() -> None:
    familiar, made = Familiar(most=2), []

    def seen(ref: str) -> Message:
        def decode() -> Message:
            made.append(ref)
            return Message("ev", ref, "chat", "hello")

        return familiar.message({"chat_ref": ref}, "ev", "chat", decode)

    for ref in ("a", "b", "a", "c", "a", "b"):
        seen(ref)
    assert made == ["a", "b", "c", "b"]


async def test_naive_start_times_are_read_in_the_configured_zone_and_told(platform: Platform) -> None:
    platform.answers["GET /events/ev"] = {"event_ref": "ev", "event_status": "odd", "event_date": "2031-02-03 11:00:05"}
    async with account(platform, time_zone="Europe/Berlin") as client:
        assert (await client.read_event("ev")).starts == 1927879205.0
    assert len(client.oddities.counts()) == 2


def test_kinds_forget_the_oldest_first() -> None:
    kinds = Kinds(most=3)
    kinds.remember(["a", "b", "c"], "chat")
    kinds.remember(["a", "d"], "qa")
    assert [kinds.of(ref) for ref in "abcd"] == ["qa", None, "chat", "qa"]
    for ref in "wxyz":
        kinds.remember_posted(ref)
    assert list(kinds.posted) == ["x", "y", "z"]
