from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.actions import Entry, PostMessage
from bot.domain.history import Draft
from bot.domain.signals import Tick
from bot.engine.engagement import advance
from bot.engine.situation import Situation

from .show import START, Show, read

THREE = """
speech: {{ {speech} }}
cues:
  - {{ id: a, when: {{ at: live+10s }}, misfire_grace: 5m, do: [ {{ post: A }}, {{ post: B }} ] }}
  - {{ id: c, when: {{ at: live+20s }}, misfire_grace: 5m, do: [ {{ post: {{ text: C, priority: {priority} }} }} ] }}
"""


def three(speech: str = "min_gap: 45s, max_share: null", priority: str = "normal", **more: object) -> Show:
    show = Show(read(THREE.format(speech=speech, priority=priority)), **more)  # type: ignore[arg-type]  # passed on as given
    show.live()
    return show


def test_lines_keep_their_distance_and_their_order() -> None:
    show = three()
    show.run(300)
    assert show.said() == ["A", "B", "C"]
    first, second, third = show.said_at()
    assert first == 10
    assert 45 <= second - first - 0.3 < 47
    assert 45 <= third - second - 0.3 < 47


def test_the_gap_counts_from_when_the_platform_has_taken_the_line() -> None:
    show = three(delay=20.0)
    show.run(300)
    assert show.said_at()[:2] == [10, 75]


def test_a_clock_set_back_after_a_line_silences_nobody() -> None:
    show = three("min_gap: 5m, max_share: null")
    show.run(12)
    assert show.said() == ["A"]
    show.now -= 60
    show.run(20)
    assert show.said() == ["A", "B"]


@pytest.mark.parametrize(("priority", "order"), [("normal", "ABC"), ("high", "ACB"), ("low", "ABC"), ("urgent", "ACB")])
def test_what_is_more_important_goes_first(priority: str, order: str) -> None:
    show = three(priority=priority)
    show.run(300)
    assert "".join(show.said()) == order
    if priority == "urgent":
        assert show.said_at()[1] == 20


def test_after_an_urgent_line_the_others_wait_as_after_any() -> None:
    show = three(priority="urgent")
    show.run(300)
    assert show.said_at()[2] - show.said_at()[1] >= 45


def test_what_waits_says_why_and_what_is_given_up_too() -> None:
    show = three("min_gap: 10m, max_share: null")
    show.run(20)
    (waiting,) = [value for key, value in show.all_of("waiting").items() if "cue.a" in key[0]]
    assert waiting["why"].startswith("min_gap: the bot spoke")
    show.run(400)
    assert show.said() == ["A"]
    whys = {key[0].partition("@")[0]: value["why"] for key, value in show.all_of("dropped").items()}
    assert set(whys) == {"say:cue.a:1:1", "say:cue.c:1:0"}
    assert all(why.startswith("min_gap") for why in whys.values())


def test_the_share_counts_attendee_lines_only() -> None:
    show = three("min_gap: 1s, max_share: 10%")
    show.run(12)
    for _ in range(40):
        show.chat("from the team", trust="team")
        show.chat("hidden", outcome="hide")
        show.chat("held", outcome="hold")
        show.chat("by the bot", own=True)
    show.run(30)
    assert show.said() == ["A"]
    for _ in range(20):
        show.chat()
    show.run(2)
    assert show.said() == ["A", "B"]
    for _ in range(9):
        show.chat()
    show.run(2)
    assert show.said() == ["A", "B"]
    show.chat()
    show.run(2)
    assert show.said() == ["A", "B"], "two lines within five minutes need twenty, however many there were before"
    for _ in range(10):
        show.chat()
    show.run(2)
    assert show.said() == ["A", "B", "C"]


def test_in_a_silent_chat_one_line_in_five_minutes_is_allowed() -> None:
    show = three("min_gap: 1s, max_share: 10%")
    show.engagement = read(THREE.format(speech="min_gap: 1s, max_share: 10%", priority="normal").replace("5m", "20m"))
    show.run(900)
    assert [round(at) for at in show.said_at()] == [10, 311, 612]


def test_the_bot_is_quiet_while_the_chat_is_busy() -> None:
    show = three("min_gap: 1s, max_share: null, quiet_above: 60/min")
    for _ in range(100):
        show.chat()
    show.run(40)
    assert show.said() == []
    assert "quiet_above: 100 attendee lines" in next(iter(show.all_of("waiting").values()))["why"]
    show.run(60)
    assert show.said() == ["A", "B", "C"]


def test_a_line_that_did_not_get_through_is_not_counted() -> None:
    fails = iter(["failed", "done", "done"])
    show = three(answer=lambda entry: (next(fails), {}))
    show.run(100)
    assert [round(at, 1) for at in show.said_at()[:2]] == [10, 10.3]
    assert "failed" in next(iter(show.all_of("dropped").values()))["why"]


def test_a_line_of_which_nothing_is_heard_holds_the_others_up_but_not_for_ever() -> None:
    show = three(delay=100_000.0)
    show.engagement = read(THREE.format(speech="min_gap: 45s, max_share: null", priority="normal").replace("5m", "1h"))
    show.run(800)
    assert show.said() == ["A"]
    show.run(400)
    assert show.said() == ["A", "B"]


def test_a_reply_of_moderation_waits_its_turn_and_keeps_its_names() -> None:
    engagement = read("speech: { min_gap: 45s, max_share: null }")
    reply = Entry("reply:ev1:rule:d1", "ev1", PostMessage("Mind the rules."), 4, cause="rule:r", decision="d1", expires=START + 300)
    show = Show(engagement)
    moves: list[Entry] = []
    for number, now in enumerate((START, START + 10, START + 50, START + 120)):
        draft = Draft(show.history)
        spoken = [replace(reply, key=f"{reply.key}{number}")] if number < 2 else []
        moves += advance(Tick("ev1"), None, engagement, draft, Situation(show.event), now, spoken=spoken).entries
        for key in [entry.key for entry in moves]:
            posts = [
                [key, at, heard, True] if post == key else [post, at, heard, done]
                for post, at, heard, done in draft.get("speech")["posts"]
            ]
            draft.put(("speech",), {"posts": posts})
        show.history.apply(draft.changes)
    assert [(entry.key, entry.created - START) for entry in moves] == [("reply:ev1:rule:d10", 0), ("reply:ev1:rule:d11", 50)]
    assert all((entry.what, entry.decision, entry.cause) == ("moderation", "d1", "rule:r") for entry in moves)


def test_long_and_odd_texts_are_made_fit() -> None:
    show = Show(read('cues: [{id: a, when: {at: live}, do: [{post: "one\\ntwo\\u0007 \\u202e three"}, {alert: x}]}]'))
    show.live()
    show.run(1)
    assert show.said() == ["one two three"]
    show.press("post", text="x" * 1000)
    assert len(show.said()[-1]) == 400
    assert show.said()[-1].endswith("…")


def test_a_person_speaks_at_once_unless_they_choose_to_wait() -> None:
    show = three("min_gap: 10m, max_share: null")
    show.run(12)
    show.press("post", text="Please leave the room calmly.")
    assert show.said()[-1] == "Please leave the room calmly."
    show.press("post", text="Slides are up.", priority="normal")
    assert show.said()[-1] == "Please leave the room calmly."
    assert any(value["text"] == "Slides are up." for value in show.all_of("waiting").values())
    show.press("post", text=" ")
    assert "there is no text to post" in [value["why"] for value in show.all_of("act").values()]
