"""What people press: done, or not done with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.signals import Verb

from .show import START, Show, read

RULES = """
speech: { min_gap: 0s, max_share: null }
polls:
  - { id: tea, question: "Tea?", options: [Yes, No], close: { after: 30s, warn: 10s, grace: 0s }, post_results: none }
  - { id: open-end, question: "Until when?", options: [A, B], close: { after: null } }
quizzes:
  - { id: recap, reveal: manual, questions: [ { id: q1, question: "2+2?", options: ["3", "4"], correct: 1 } ] }
announcements:
  - { id: hint, when: manual, messages: ["Use the Q&A tab."] }
captures:
  - { id: one-word, prompt: "One word?", for: 60s, max_words: 2 }
cues:
  - { id: break, when: manual, do: [ { post: "Back in five." } ] }
  - { id: maybe, when: { at: live+5s }, mode: suggest, do: [ { post: "Shall we?" } ] }
"""


@pytest.fixture
def show() -> Show:
    made = Show(read(RULES))
    made.live()
    return made


def press(show: Show, verb: Verb, target: str = "", **data: Any) -> str:
    """Why it was not done."""
    show.press(verb, target, **data)
    why: str = show.all_of("act")[(str(show.situation.act),)]["why"]
    return why


def test_an_open_poll_is_extended_and_warns_again(show: Show) -> None:
    press(show, "open_poll", "tea")
    show.run(25)
    assert show.said() == ["10 seconds left to vote: Tea?"]
    assert press(show, "extend_poll", "tea", **{"for": "30s"}) == ""
    assert press(show, "extend_poll", "tea", **{"for": 10}) == ""
    show.run(30)
    assert show.poll("tea#1")["state"] == "open"
    show.run(20)
    assert show.poll("tea#1")["state"] == "closed"
    assert round(show.poll("tea#1")["closed"] - show.poll("tea#1")["opened"]) in (70, 71)
    assert show.said() == ["10 seconds left to vote: Tea?"] * 2


@pytest.mark.parametrize(
    ("target", "given", "why"),
    [
        ("tea", "30s", "is not open"),
        ("none", "30s", "is not open"),
        ("open-end", "30s", "until somebody closes it"),
        ("open-end", "", "how long is not clear"),
        ("open-end", "2h", "at most 1 h"),
        ("open-end", -5, "at most 1 h"),
        ("open-end", True, "how long is not clear"),
    ],
)
def test_what_cannot_be_extended_says_why(show: Show, target: str, given: Any, why: str) -> None:
    press(show, "open_poll", "open-end")
    show.run(2)
    assert why in press(show, "extend_poll", target, **{"for": given})


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("cue:break", "Back in five."),
        ("announcement:hint", "Use the Q&A tab."),
        ("capture:one-word", "One word?"),
        ("poll:tea", ""),
    ],
)
def test_everything_can_be_started_by_hand(show: Show, item: str, said: str) -> None:
    assert press(show, "start", item) == ""
    show.run(2)
    assert show.said() == ([said] if said else [])
    assert show.all_of("item")[(item,)]["n"] == 1


def test_what_runs_is_not_started_twice(show: Show) -> None:
    assert press(show, "start", "quiz:recap") == ""
    assert "under way" in press(show, "start", "quiz:recap")
    assert "there is no" in press(show, "start", "cue:none")
    assert "there is no" in press(show, "start", "command:tea")


def test_a_capture_is_closed_by_hand(show: Show) -> None:
    press(show, "start", "capture:one-word")
    show.run(2)
    show.chat("great", by="ann")
    assert press(show, "close_capture", "one-word") == ""
    show.run(2)
    assert show.said()[-1] == "“One word?”: great (1) – 1 person answered"
    assert "is not open" in press(show, "close_capture", "one-word")


def test_an_offer_is_dropped_but_a_quiz_is_not_left_waiting(show: Show) -> None:
    show.run(10)
    (offer,) = [key[0] for key in show.all_of("offer")]
    assert press(show, "drop_offer", offer) == ""
    assert show.all_of("offer") == {}
    assert "there is no offer" in press(show, "drop_offer", offer)
    press(show, "start", "quiz:recap")
    show.run(60)
    (reveal,) = [key[0] for key in show.all_of("offer")]
    assert "quiz waits" in press(show, "drop_offer", reveal)
    assert press(show, "release", reveal) == ""
    assert show.now > START
