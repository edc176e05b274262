"""Records in, one answer each, in virtual time."""

from __future__ import annotations

import json
import random
import tracemalloc
from typing import Any

import pytest

from bot.engine.replay import Answer, Difference, Replay, compare, replay
from tests.engine.making import HIDE, Rules, hold, strike

SWEARING = Rules().word("swearing", "heck", do=[HIDE, strike(1, 60)], reason="profanity").done()


def answers(*records: Any, rules: Any = SWEARING) -> list[dict[str, Any]]:
    lines = [record if isinstance(record, str | bytes) else json.dumps(record) for record in records]
    return [json.loads(answer.json) for answer in replay(lines, rules)]


def test_the_format_is_that_of_the_contract() -> None:
    assert answers(
        {"t": 12.5, "surface": "chat", "name": "Ann", "email": "ann@example.test", "text": "oh heck"}, {"text": "hello"}
    ) == [
        {
            "i": 0,
            "decision": "hide",
            "actions": ["hide", "strike"],
            "rules": ["swearing"],
            "matches": [{"rule": "swearing", "text": "heck", "span": [3, 7]}],
            "shadow": [],
            "reason": "profanity",
        },
        {"i": 1, "decision": "none", "actions": [], "rules": [], "matches": [], "shadow": [], "reason": ""},
    ]


def test_keys_of_other_recordings_are_understood_and_unknown_ones_ignored() -> None:
    rules = Rules().word("first", "hi", do=[{"flag": True}], once="author").done()
    got = answers(
        {"room": "r1", "author": "u1", "text": "hi", "role": "sub"},
        {"event": "r1", "name": "u1", "text": "hi"},
        {"event": "r2", "name": "u1", "text": "hi"},
        {"event": "r1", "text": "hi"},
        {"event": "r1", "text": "hi"},
        rules=rules,
    )
    assert [one["rules"] for one in got] == [["first"], [], ["first"], ["first"], ["first"]]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("{", "not JSON"),
        ("[]", "JSON object"),
        ('"text"', "JSON object"),
        ("{}", "'text' is missing"),
        ('{"text": 5}', "'text' must be a text"),
        ('{"text": "x", "t": "soon"}', "'t' must be"),
        ('{"text": "x", "t": true}', "'t' must be"),
        ('{"text": "x", "t": NaN}', "'t' must be"),
        ('{"text": "x", "t": 1e400}', "'t' must be"),
        ('{"text": "x", "surface": "wall"}', "one of chat, qa"),
        ('{"text": "x", "surface": []}', "one of chat, qa"),
        ('{"text": "x", "trust": "king"}', "one of new, regular"),
        ('{"text": "x", "poll_open": "yes"}', "true or false"),
        ('{"text": "x", "author": {"name": "Ann"}}', "'author' must be a text"),
        ("[" * 200_000, "not JSON"),
        (b'{"text": "\xff"}', "not JSON"),
    ],
)
def test_a_bad_line_is_answered_and_the_rest_goes_on(line: str | bytes, error: str) -> None:
    first, bad, last = answers({"text": "heck"}, line, {"text": "heck"})
    assert (first["decision"], last["decision"]) == ("hide", "hide")
    assert bad["i"] == 1
    assert error in bad["error"]
    assert last["i"] == 2


def test_blank_lines_are_no_records() -> None:
    assert [one["i"] for one in answers({"text": "a"}, "", "  \n", {"text": "b"})] == [0, 1]


def test_what_is_no_message_keeps_its_place() -> None:
    assert answers({"t": 1, "ev": "kick", "target": "u1"})[0]["decision"] == "none"


def test_spans_are_code_points_of_the_original_whatever_it_holds() -> None:
    (answer,) = answers('{"text": "\\ud83d\\ude00 \\ud800\\u0000 heck"}')
    assert answer["matches"][0]["span"] == [5, 9]


def test_time_is_virtual() -> None:
    escalate = {2: ({"mute": {"for": 30.0}},)}
    rules = Rules(escalate=escalate).word("swearing", "heck", do=[HIDE, strike(1, 60)]).done()
    got = answers(
        {"t": 0, "name": "a", "text": "heck"},
        {"t": 60, "name": "a", "text": "heck"},
        {"t": 61, "name": "a", "text": "hello"},
        {"t": 70, "name": "a", "text": "heck"},
        {"t": 99, "name": "a", "text": "hello"},
        {"name": "a", "text": "hello"},
        rules=rules,
    )
    assert [one["decision"] for one in got] == ["hide", "hide", "none", "hide", "hide", "none"]


def test_a_clock_that_goes_back_a_little_stands_still_and_a_new_recording_goes_on() -> None:
    rules = Rules().word("cool", "hi", do=[{"flag": True}], cooldown=10.0).done()
    got = answers(*({"t": t, "name": "a", "text": "hi"} for t in (1000, 995, 1009, 1010, 0, 5, 10)), rules=rules)
    assert [one["rules"] for one in got] == [["cool"], [], [], ["cool"], [], [], ["cool"]]


def test_the_events_status_trust_and_poll_are_those_of_the_record() -> None:
    rules = Rules().word("not-trusted", "hi", do=[{"flag": True}], excepted={"trust": ("trusted",)}).done()
    got = answers(
        {"text": "hi", "trust": "new", "status": "idle"},
        {"text": "hi", "trust": "trusted"},
        {"text": "hi", "trust": "team"},
        rules=rules,
    )
    assert [one["rules"] for one in got] == [["not-trusted"], [], []]


def test_rules_not_in_force_are_named_under_shadow() -> None:
    rules = Rules().word("a", "heck", mode="shadow").word("b", "heck", mode="suggest").done()
    assert answers({"text": "heck"}, rules=rules)[0]["shadow"] == ["b", "a"]


def test_timers_fire_at_their_own_time() -> None:
    rules = Rules().word("links", "link", do=[hold(10, "show")]).done()
    run = Replay(rules)
    run.feed('{"t": 0, "text": "link", "id": "m1"}')
    run.feed('{"t": 9, "text": "hello"}')
    event = run._events[""]
    assert event.history.get("held", "m1") is not None
    run.feed('{"t": 50, "text": "hello"}')
    assert event.history.get("held", "m1") is None
    assert event.alarm is None


def test_compare_shows_only_what_would_change() -> None:
    stricter = Rules().word("swearing", "heck", do=[HIDE, strike(1, 60)], reason="profanity").word("more", "dam").done()
    lines = ['{"text": "heck"}', "broken", '{"text": "dam"}', '{"text": "hello"}']
    got = list(compare(lines, SWEARING, stricter))
    assert [(one.i, type(one)) for one in got] == [(1, Answer), (2, Difference)]
    change = json.loads(got[1].json)
    assert (change["before"]["decision"], change["after"]["decision"], change["after"]["rules"]) == ("none", "hide", ["more"])


def test_memory_stays_flat() -> None:
    run = Replay(SWEARING)
    seeded = random.Random(1)

    def play(first: int) -> int:
        for n in range(first, first + 3_000):
            text = "heck" if n % 20 == 0 else f"message {seeded.randrange(50)}"
            run.feed(json.dumps({"t": n / 4, "name": f"p{seeded.randrange(500)}", "text": text}))
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        play(0)
        half = play(3_000)
        whole = play(6_000)
    finally:
        tracemalloc.stop()
    assert whole - half < 300_000
