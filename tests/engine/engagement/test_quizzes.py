from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actions import CreatePoll, Entry
from bot.engine.engagement.scoring import Score, ballots, leaderboard, scores, shown_name

from .show import Show, read

RECAP = """
speech: {{ min_gap: 5s, max_share: null }}
quizzes:
  - id: recap
    when: {{ at: live+10s }}
    close: {{ after: 20s, grace: 1s }}
    questions:
      - {{ id: q1, question: "Which port?", options: ["80", "443"], correct: 1, explain: "TLS." }}
      - {{ id: q2, question: "Which colours?", options: [red, blue, green], correct: [red, green], points: 2 }}
    {more}
"""
BALLOTS = {
    "poll1": [["ann@example.test", "Ann Lee", 1, 100], ["bo@example.test", "Bo", 0, 101], ["", "", 1, 102]],
    "poll2": [["ann@example.test", "Ann Lee", 0, 200], ["bo@example.test", "Bo", 2, 220], ["bo@example.test", "Bo", 1, 221]],
}


def counted(poll: str, size: int, base: int | None = 0) -> dict[str, Any]:
    cast = BALLOTS[poll]
    counts = [sum(ballot[2] == index for ballot in cast) for index in range(size)]
    return {"counts": counts, "other": 0, "voters": len(cast), "distinct": 2, "index_base": base, "ballots": cast}


def recap(more: str = "reveal: after_each", **given: Any) -> Show:
    show = Show(read(RECAP.format(more=more)), **given)
    show.votes.update({"poll1": counted("poll1", 2), "poll2": counted("poll2", 3)})
    show.live()
    return show


def test_a_quiz_from_its_first_question_to_the_leaderboard() -> None:
    show = recap(restart=True)
    show.run(150)
    assert show.said() == [
        "The answer is “443”. 67 % had it. TLS.",
        "The answer is “red” or “green”. 67 % had it.",
        "Quiz over, of 3 points: 1. Ann L. 3, 2. Bo 2",
    ]
    assert show.all_of("quiz")[("recap#1",)]["state"] == "finished"
    assert [key for key in show.all_of("happened") if key[0].startswith("quiz")] == [
        ("quiz:recap started",),
        ("quiz:recap finished",),
    ]


def test_answers_at_the_end() -> None:
    show = recap("reveal: at_end\n    leaderboard: null")
    show.run(150)
    assert show.said() == ["The answers: 1. 443, 2. red"]


def test_a_reveal_by_hand_waits_for_the_hand() -> None:
    show = recap("reveal: manual")
    show.run(100)
    assert show.said() == []
    ((offer,),) = show.all_of("offer")
    show.press("release", offer)
    show.run(60)
    assert show.said() == ["The answer is “443”. 67 % had it. TLS."]
    ((offer,),) = show.all_of("offer")
    show.press("release", offer)
    show.run(20)
    assert "Quiz over" in show.said()[-1]


def test_a_question_that_fails_leaves_the_maximum() -> None:
    def answer(entry: Entry) -> tuple[str, dict[str, Any]]:
        bad = isinstance(entry.action, CreatePoll) and entry.action.question == "Which port?"
        return ("failed", {}) if bad else ("done", {"remote": "poll2", **counted("poll2", 3)})

    show = recap(answer=answer)
    show.run(150)
    assert "alert:poll.recap.q1:1:failed" in show.entry_keys()
    assert show.said()[-1] == "Quiz over, of 2 points: 1. Ann L. 2, 1. Bo 2"


def test_a_question_whose_option_index_is_unknown_gives_no_points() -> None:
    show = recap()
    show.votes.update({"poll1": counted("poll1", 2, None), "poll2": counted("poll2", 3, None)})
    show.run(150)
    assert show.said()[-1] == "Quiz over: nobody's answers could be told apart, so there is no leaderboard."


def test_a_quiz_can_be_declared_void() -> None:
    show = recap()
    show.run(15)
    show.press("void_poll", "recap")
    show.run(100)
    assert show.all_of("quiz")[("recap#1",)]["state"] == "void"
    assert show.poll("recap.q1#1")["state"] == "void"
    assert ("recap.q2#1",) not in show.all_of("poll")
    assert show.said() == []


def test_speed_says_how_exact_it_is() -> None:
    show = recap("scoring: speed")
    show.run(150)
    assert show.said()[-1] == "Quiz over, of 3 points: 1. Ann L. 3, 2. Bo 1 (times as exact as the platform's seconds)"


def test_the_first_answer_of_a_person_counts() -> None:
    cast = ballots(
        {"ballots": [["a@x.test", "A", 1, 5], ["A@x.test ", "A", 0, 6], [None, "Bo", 0, 7], ["", "bo", 1, 8], ["", "", 1, 9]]}
    )
    assert [(ballot.person, ballot.index) for ballot in cast] == [("email:a@x.test", 1), ("name:bo", 0)]


@pytest.mark.parametrize(
    ("name", "names", "shown"),
    [
        ("Ana Maria Pereira", "short", "Ana P."),
        ("ana", "short", "Ana"),
        ("Ana Maria Pereira", "full", "Ana Maria Pereira"),
        ("@everyone", "full", "＠everyone"),
    ],
)
def test_names_on_the_leaderboard(name: str, names: str, shown: str) -> None:
    assert shown_name(Score("email:a@x.test", name, 1, 1, 1, 1), names) == shown


def test_an_alias_tells_nobody_who_it_is() -> None:
    alias = shown_name(Score("email:ana@x.test", "Ana Pereira", 1, 1, 1, 1), "alias")
    assert alias.startswith("Player ")
    assert alias == shown_name(Score("email:ana@x.test", "Other", 0, 1, 0, 1), "alias")


def test_equal_points_share_a_place() -> None:
    found = [Score(f"email:{n}@x.test", n, points, 3, 1, 1) for n, points in (("a", 3.0), ("b", 2.0), ("c", 2.0), ("d", 1.0))]
    assert leaderboard(found, 4, "short") == "1. A 3, 2. B 2, 2. C 2, 4. D 1"


ONE = st.tuples(
    st.sampled_from(["a@x.test", "b@x.test", ""]), st.sampled_from(["A", "B", ""]), st.integers(-1, 4), st.integers(0, 60)
)


@given(st.lists(st.lists(ONE, max_size=8), min_size=1, max_size=4), st.sampled_from(["accuracy", "speed"]), st.floats(0, 60))
def test_scores_lie_between_nothing_and_everything(rounds: list[list[Any]], scoring: str, window: float) -> None:
    asked = [({"right": [1], "points": 3}, {"ballots": [list(ballot) for ballot in cast]}) for cast in rounds]
    found = scores(asked, scoring, window)
    assert all(0 <= score.points <= score.most == 3 * len(rounds) for score in found)
    assert all(score.right <= score.answered <= len(rounds) for score in found)
    assert [score.points for score in found] == sorted((score.points for score in found), reverse=True)
    assert len({score.person for score in found}) == len(found)


def test_a_question_of_a_quiz_is_not_archived() -> None:
    show = recap()
    show.run(150)
    assert show.poll("recap.q1#1")["state"] == "closed"
    show.press("archive_poll", "recap.q1#1")
    (act,) = show.all_of("act").values()
    assert act["why"] == "the poll 'recap.q1#1' belongs to a quiz, which counts its points from it"
    assert show.poll("recap.q1#1")["state"] == "closed"
