"""Audit, trends, examples and notes over HTTP, with the whole bot."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.control.living import Living, living_bot
from tests.control.streams import listening


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Living]:
    with living_bot(tmp_path) as living:
        yield living


def test_every_act_is_in_the_audit_with_who_and_what(bot: Living) -> None:
    bot.api("POST", f"messages/{bot.chat}/hide", role="moderator")
    bot.api("POST", "pause", {"for": "5m"})
    bot.api("POST", "resume", {})
    bot.api("POST", "rules/swearing/shadow")
    bot.api("POST", "rules/reload")
    rows = bot.api("GET", "audit", role="viewer").data["rows"]
    seen = [(row["who"], row["action"], row["target"]) for row in rows]
    wanted = [
        ("admin", "rules.reload", ""),
        ("admin", "set_rule", "swearing"),
        ("admin", "resume", ""),
        ("admin", "pause", ""),
        ("moderator", "hide", bot.chat),
    ]
    assert [one for one in seen if one in wanted] == wanted
    assert "hello there" not in str(rows)
    assert [row["who"] for row in bot.api("GET", "audit?who=moderator").data["rows"]] == ["moderator"]
    page = bot.api("GET", "audit?limit=2").data["rows"]
    assert bot.api("GET", f"audit?limit=1&before={page[0]['seq']}").data["rows"] == page[1:]


def test_what_a_person_showed_again_is_an_example_for_the_rule(bot: Living) -> None:
    assert bot.api("GET", "rules/examples").data["examples"] == []
    bot.api("POST", f"messages/{bot.hidden}/show", role="moderator")
    (example,) = bot.api("GET", "rules/examples").data["examples"]
    assert (example["rule"], example["text"], example["who"]) == ("swearing", "oh heck", "person:moderator")
    assert example["yaml"] == 'tests:\n  keep: ["oh heck"]'


def test_trends_have_every_minute_and_count_what_was(bot: Living) -> None:
    told = bot.api("GET", "trends?minutes=5").data["minutes"]
    assert [one["at"] for one in told] == [told[0]["at"] + 60.0 * step for step in range(5)]
    assert (sum(one["messages"] for one in told), sum(one["hidden"] for one in told)) == (2, 1)
    bot.api("POST", f"messages/{bot.chat}/hide")
    told = bot.api("GET", "trends?minutes=5&event=show").data["minutes"]
    assert (sum(one["hidden"] for one in told), sum(one["by_people"] for one in told)) == (2, 1)
    assert sum(one["messages"] for one in bot.api("GET", "trends?event=other").data["minutes"]) == 0


def test_only_decisions_in_which_something_happened(bot: Living) -> None:
    assert len(bot.api("GET", "decisions").data["decisions"]) == 2
    (acted,) = bot.api("GET", "decisions?acted=1").data["decisions"]
    assert acted["ref"] == bot.hidden


def test_rules_say_how_often_they_were_undone(bot: Living) -> None:
    decision = bot.api("GET", f"decisions?ref={bot.hidden}").data["decisions"][0]["id"]
    bot.api("POST", f"decisions/{decision}/undo")
    (rule,) = bot.api("GET", "rules").data["channels"][0]["rules"]
    assert (rule["hits"], rule["undone"], rule["errors"]) == (1, 1, 0)


def test_notes_reach_the_speaker_at_once(bot: Living) -> None:
    with listening(bot) as stream:
        stream.until("hello")
        bot.api("POST", "notes", {"text": "Five minutes left"}, role="moderator")
        assert stream.until("notes").data["notes"][0]["text"] == "Five minutes left"
    bot.api("POST", "notes", {"text": "Wrap up"})
    assert [note["text"] for note in bot.api("GET", "notes", role="viewer").data["notes"]] == ["Wrap up", "Five minutes left"]
    assert bot.api("POST", "notes", {"text": "x"}, role="viewer").status == 403
    assert bot.api("POST", "notes", {"text": ""}).status == 422


def test_pages_of_messages_by_their_place(bot: Living) -> None:
    newest, older = bot.api("GET", "messages").data["messages"]
    assert newest["seq"] > older["seq"]
    assert bot.api("GET", f"messages?before={newest['seq']}").data["messages"] == [older]


def test_status_tells_reasons_alerts_and_words(bot: Living) -> None:
    told = bot.api("GET", "status").data
    assert (told["reasons"], told["alerts"], told["readers"]) == ([], [], 0)
    channel = told["channels"][0]
    assert next(feed["word"] for feed in channel["feeds"] if feed["surface"] == "chat") in {"fresh", "slow"}
    assert channel["budget"]["left"] == int(channel["budget"]["limit"]) - channel["budget"]["last_minute"]
    assert channel["exposure"]["count"] == 1
    assert channel["backlog"] == {"inbox": 0, "outbox": 0, "in_flight": 0}


def test_who_may_only_look_sees_no_addresses(bot: Living) -> None:
    bot.stage(lambda stage: stage.door.say("show", "heck, a third line", "Zoe", "zoe@example.test"))
    for _ in range(100):
        rows = bot.api("GET", "messages?author=Zoe", role="moderator").data["messages"]
        if rows and rows[0]["decision"]:
            break
        time.sleep(0.1)
    assert rows[0]["email"] == "zoe@example.test"
    places = ("messages", "decisions", f"decisions/{rows[0]['decision']}", "offers", "audit", "rules", "status", "questions")
    for path in places:
        answer = bot.api("GET", path, role="viewer")
        assert (answer.status, b"zoe@" in answer.body) == (200, False), path
    assert b"zoe@" in bot.api("GET", f"decisions/{rows[0]['decision']}", role="moderator").body
