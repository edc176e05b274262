"""The feed over HTTP: what is told, to whom, and until when."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.control.living import Living, living_bot
from tests.control.streams import listening


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with living_bot(tmp_path_factory.mktemp("feed")) as living:
        yield living


def test_it_says_hello_and_how_everything_stands(bot: Living) -> None:
    with listening(bot) as stream:
        assert (stream.status, stream.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert stream.headers["x-content-type-options"] == "nosniff"
        assert next(iter(stream)).kind == "hello"
        pulse = stream.until("pulse").data
    assert (pulse["paused"], pulse["readers"]) == (False, 1)
    feeds = pulse["channels"][0]["feeds"]
    assert {feed["surface"] for feed in feeds} == {"chat", "qa"}
    assert {feed["word"] for feed in feeds} <= {"fresh", "slow", "stale", "never"}
    assert pulse["channels"][0]["budget"]["left"] > 0


def test_an_act_of_a_person_is_heard_with_its_decision_and_what_was_sent(bot: Living) -> None:
    with listening(bot) as stream:
        stream.until("hello")
        bot.api("POST", f"messages/{bot.chat}/hide", role="moderator")
        decision = stream.until("decision", ref=bot.chat).data
        assert (decision["who"], decision["outcome"]) == ("person:moderator", "hide")
        asked = stream.until("act", ref=bot.chat, state="pending").data
        assert (asked["status"], asked["cause"]) == ("hidden", "person:moderator")
        done = stream.until("act", key=asked["key"], state="done").data
        assert (done["ref"], done["status"]) == (bot.chat, "hidden")
        bot.api("POST", f"messages/{bot.chat}/show", role="moderator")
        stream.until("act", ref=bot.chat, status="public", state="done")


def test_pauses_are_heard_at_once(bot: Living) -> None:
    with listening(bot) as stream:
        stream.until("hello")
        bot.api("POST", "pause", {"for": "5m"})
        assert stream.until("pause").data["pauses"][0]["by"] == "admin"
        bot.api("POST", "resume", {})
        assert stream.until("pause").data == {"paused": False, "pauses": []}


def test_who_comes_back_hears_what_was_missed(bot: Living) -> None:
    with listening(bot) as stream:
        stream.until("hello")
        bot.api("POST", "pause", {})
        place = stream.until("pause").ident
    bot.api("POST", "resume", {})
    with listening(bot, headers={"Last-Event-ID": place}) as stream:
        assert [heard.kind for _, heard in zip(range(2), stream, strict=False)] == ["hello", "pause"]
    for strange in ("x", "0-1", "\xff", "a" * 300):
        with listening(bot, headers={"Last-Event-ID": strange}) as stream:
            assert [heard.data.get("missed", 0) for _, heard in zip(range(2), stream, strict=False)] == [0, None]


def test_presence(bot: Living) -> None:
    with listening(bot, "moderator") as stream:
        stream.until("hello")
        bot.api("POST", "presence", {"on": "question:3"}, role="viewer")
        while "question:3" not in str(people := stream.until("presence").data["people"]):
            continue
        found = {one["name"]: one for one in people}
        assert (found["viewer"]["on"], found["moderator"]["pages"]) == ("question:3", 1)
    assert bot.api("GET", "presence").status == 200


def test_nobody_else_hears_anything(bot: Living) -> None:
    with listening(bot, "") as stream:
        assert stream.status == 401
    with listening(bot, headers={"Host": "evil.test"}) as stream:
        assert stream.status == 421


def _cookie(bot: Living) -> tuple[str, str]:
    reply = bot.ask("POST", "/api/v1/session", '{"token": "fake-viewer"}', role="")
    return reply.headers["set-cookie"].partition(";")[0], str(reply.data["csrf"])


def test_a_page_that_logs_out_hears_nothing_more(bot: Living) -> None:
    cookie, csrf = _cookie(bot)
    with listening(bot, "", headers={"Cookie": cookie}) as stream:
        stream.until("hello")
        bot.ask("POST", "/api/v1/session/end", b"{}", role="", headers={"Cookie": cookie, "X-CSRF-Token": csrf})
        began = time.monotonic()
        assert sum(1 for _ in stream) < 10
        assert time.monotonic() - began < 5


def test_a_session_that_was_ended_stays_so_after_a_restart(tmp_path: Path) -> None:
    with living_bot(tmp_path) as bot:
        cookie, csrf = _cookie(bot)
        bot.ask("POST", "/api/v1/session/end", b"{}", role="", headers={"Cookie": cookie, "X-CSRF-Token": csrf})
        other, _ = _cookie(bot)
    with living_bot(tmp_path, judged=0) as bot:
        assert bot.ask("GET", "/api/v1/status", role="", headers={"Cookie": cookie}).status == 401
        assert bot.ask("GET", "/api/v1/status", role="", headers={"Cookie": other}).status == 200


def test_the_bot_stops_at_once_however_many_listen(tmp_path: Path) -> None:
    with ExitStack() as pages:
        with living_bot(tmp_path) as bot:
            for _ in range(5):
                pages.enter_context(listening(bot)).until("hello")
            began = time.monotonic()
        assert time.monotonic() - began < 8
