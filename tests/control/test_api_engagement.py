"""Polls, questions and the running order over HTTP, with the whole bot."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.app.house import EVENT, RULES
from tests.control.living import Living, living_bot

ITEMS = """
speech: { min_gap: 0s, max_share: null }
polls:
  - { id: tea, question: "Tea or coffee?", options: [Tea, Coffee], when: manual, close: { after: 10m, grace: 0s }, min_votes: 0 }
announcements:
  - { id: soon, when: { at: live+10m }, messages: ["Soon."] }
  - { id: later, when: { at: live+50m }, messages: ["Later."] }
captures:
  - { id: one-word, when: manual, prompt: "One word?" }
cues:
  - { id: maybe, when: { at: live+1s }, mode: suggest, do: [ { post: "Shall we?" } ] }
  - { id: hello, when: manual, do: [ { post: "Hello from the crew!" } ] }
qa: { policy: hold }
"""


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with living_bot(tmp_path_factory.mktemp("engagement"), rules=RULES + ITEMS) as living:
        yield living


def eventually(look: Callable[[], Any], within: float = 40.0) -> Any:
    deadline = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.1)
    return found


def acted(bot: Living, path: str, body: Any = None) -> str:
    reply = bot.api("POST", path, body, role="moderator")
    assert reply.status == 200, reply.data
    return str(reply.data["note"])


def poll_in(bot: Living, state: str) -> Any:
    return next((one for one in bot.api("GET", "polls").data["polls"] if one["state"] == state), None)


def test_a_poll_is_opened_extended_closed_archived_and_restored(bot: Living) -> None:
    assert acted(bot, "polls/tea/open") == ""
    poll = eventually(lambda: poll_in(bot, "open"))
    assert (poll["key"], poll["event"], poll["options"]) == ("tea#1", EVENT, ["Tea", "Coffee"])
    closing = [one for one in bot.api("GET", "upcoming").data["next"] if one["what"] == "closes"]
    assert closing[0]["key"] == "tea#1"
    assert acted(bot, f"polls/{quote('tea#1', safe='')}/extend", {"for": "5m"}) == ""
    assert eventually(lambda: poll_in(bot, "open")["closes"] > poll["closes"] + 290)
    assert acted(bot, "polls/tea/close") == ""
    eventually(lambda: poll_in(bot, "closed"))
    assert acted(bot, "polls/tea/archive") == ""
    assert eventually(lambda: poll_in(bot, "archived"))["key"] == "tea#1"
    assert acted(bot, "polls/tea/restore") == ""
    eventually(lambda: poll_in(bot, "closed"))


def test_what_cannot_be_done_says_why(bot: Living) -> None:
    assert "nothing" in acted(bot, "polls/nothing/open")
    assert acted(bot, "questions/99/queue") == "there is no question 99"
    assert acted(bot, "items/cue:nothing/start") != ""
    assert bot.api("POST", "polls/tea/extend", {}).status == 422
    assert bot.api("POST", "questions/1/merge", {}).status == 409
    assert bot.api("POST", "polls/tea/open?event=nowhere").status == 404
    assert bot.api("POST", "polls/tea/open", role="viewer").status == 403


def questions(bot: Living) -> dict[str, Any]:
    return {one["text"]: one for one in bot.api("GET", f"questions?event={EVENT}").data["questions"]}


def test_questions_are_queued_merged_split_claimed_and_answered(bot: Living) -> None:
    texts = ("When does lunch begin?", "Where is the second hall?")
    bot.stage(lambda stage: [stage.door.say(EVENT, text, f"Guest of {text}", qa=True) for text in texts])
    eventually(lambda: set(texts) <= questions(bot).keys())
    first, second = (questions(bot)[text]["n"] for text in texts)
    assert acted(bot, f"questions/{first}/claim") == ""
    assert questions(bot)[texts[0]]["claim"]["who"] == "moderator"
    assert "moderator is at it" in bot.api("POST", f"questions/{first}/queue", {}, role="admin").data["note"]
    assert acted(bot, f"questions/{first}/queue") == ""
    assert questions(bot)[texts[0]]["state"] == "queued"
    assert acted(bot, f"questions/{second}/merge", {"into": first}) == ""
    lead = questions(bot)[texts[0]]
    assert (lead["merged"], lead["asked_by"], questions(bot)[texts[1]]["lead"]) == ([second], 2, first)
    assert acted(bot, f"questions/{second}/split") == ""
    assert questions(bot)[texts[0]]["merged"] == []
    assert acted(bot, f"questions/{first}/answered") == ""
    assert questions(bot)[texts[0]]["state"] == "answered"


def test_the_next_minutes_and_the_running_order(bot: Living) -> None:
    told = bot.api("GET", "upcoming?minutes=15").data
    coming = {one["key"]: one for one in told["next"]}
    assert coming["announcement:soon"]["in"] > 0
    assert "announcement:later" not in coming
    assert {"cue:hello", "poll:tea", "capture:one-word"} <= {item["key"] for item in told["items"]}
    bot.api("POST", "pause", {"what": "engagement"})
    held = {one["held"] for one in bot.api("GET", "upcoming?minutes=90").data["next"]}
    bot.api("POST", "resume", {})
    assert held == {"paused by admin until resumed"}


def test_an_item_is_started_by_hand_and_an_offer_dropped(bot: Living) -> None:
    offer = eventually(lambda: bot.api("GET", "upcoming").data["offers"])[0]
    assert offer["item"] == "cue:maybe"
    assert acted(bot, f"offers/{quote(offer['key'], safe='')}/drop") == ""
    assert bot.api("GET", "upcoming").data["offers"] == []
    assert acted(bot, "items/cue:hello/start") == ""
    eventually(lambda: any(one["text"] == "Hello from the crew!" for one in bot.api("GET", "messages").data["messages"]))


def test_a_word_cloud_is_closed(bot: Living) -> None:
    acted(bot, "items/capture:one-word/start")
    eventually(lambda: [one for one in bot.api("GET", "polls").data["captures"] if one["state"] == "open"])
    assert acted(bot, "captures/one-word/close") == ""
    eventually(lambda: [one for one in bot.api("GET", "polls").data["captures"] if one["state"] != "open"])
