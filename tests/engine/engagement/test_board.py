"""The producer's screen as JSON values, at moments of a show."""

from __future__ import annotations

import json
from typing import Any

from bot.engine.engagement.board import board

from .show import START, Show, read
from .test_questions import ask, do

RULES = """
speech: { min_gap: 30s, max_share: null }
polls:
  - { id: tea, question: "Tea?", options: [Yes, No], when: { at: live+10s }, close: { after: 30s, grace: 0s }, min_votes: 1 }
quizzes:
  - id: recap
    when: { at: live+2m }
    questions: [ { id: q1, question: "2+2?", options: ["3", "4"], correct: 1 } ]
    close: { after: 10s, grace: 0s }
announcements:
  - { id: hint, when: { at: live+1s }, min_chat_lines: 99, misfire_grace: 20s, messages: ["Use the Q&A tab."] }
captures:
  - { id: one-word, when: { at: live+5m }, prompt: "One word?" }
cues:
  - { id: greet, when: { status: live }, do: [ { post: "Hello!" }, { post: "Welcome!" } ] }
  - { id: maybe, when: { at: live+2s }, mode: suggest, do: [ { post: "Shall we?" } ] }
  - { id: late, when: { at: start-1h }, do: [ { post: "x" } ] }
qa: { policy: hold }
"""


def look(show: Show) -> dict[str, Any]:
    """As JSON, which it has to survive."""
    found: dict[str, Any] = json.loads(json.dumps(board(show.engagement, show.history, show.event, show.now)))
    return found


def test_before_anything_has_happened() -> None:
    shown = look(Show(read(RULES)))
    assert (shown["polls"], shown["questions"], shown["waiting"]) == ([], [], [])
    items = {one["key"]: one for one in shown["items"]}
    assert (items["cue:late"]["next"], items["cue:greet"]["needs"], items["poll:tea"]["needs"]) == (None, "other", "clock")


def test_during_a_show() -> None:
    show = Show(read(RULES))
    show.votes["*"] = {"counts": [3, 1], "index_base": 0, "distinct": 4}
    show.live()
    show.run(5)
    shown = look(show)
    assert [one["text"] for one in shown["waiting"]] == ["Welcome!", ""]
    assert all(one["why"] for one in shown["waiting"])
    assert [(one["item"], one["why"]) for one in shown["offers"]] == [("cue:maybe", "at live+2s")]
    assert next(one for one in shown["items"] if one["key"] == "poll:tea")["next"] == START + 10
    show.run(60)
    shown = look(show)
    (poll,) = shown["polls"]
    assert (poll["key"], poll["state"], poll["counts"], poll["percent"], poll["votes"]) == ("tea#1", "closed", [3, 1], [75, 25], 4)
    assert poll["told"] == "“Yes” wins with 75 % of 4 votes"
    assert next(one for one in shown["items"] if one["key"] == "poll:tea")["next"] is None
    assert [one["source"] for one in shown["dropped"]] == ["announcement:hint"]
    show.run(120)
    (quiz,) = look(show)["quizzes"]
    assert (quiz["state"], quiz["question"], quiz["of"], quiz["scores"]) == ("finished", 1, 1, [])
    show.run(200)
    (capture,) = look(show)["captures"]
    assert (capture["id"], capture["prompt"], capture["answers"]) == ("one-word", "One word?", [])


def test_questions_with_their_clusters() -> None:
    show = Show(read(RULES))
    show.live()
    for number, by in enumerate(("ann", "bo", "ann"), 1):
        ask(show, f"question {number}?", by=by)
    do(show, 2, "merge", into=1)
    do(show, 3, "claim")
    third, second, first = look(show)["questions"]
    assert (first["asked_by"], first["merged"], second["lead"], second["state"]) == (2, [2], 1, "duplicate")
    assert third["claim"]["who"] == "anna"
    show.run(61)
    assert look(show)["questions"][0]["claim"] is None
    do(show, 3, "claim")
    do(show, 3, "unclaim")
    assert look(show)["questions"][0]["claim"] is None
