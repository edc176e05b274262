from __future__ import annotations

import pytest

from bot.engine.engagement.captures import plain, ranking

from .show import Show, read

CLOUD = """
speech: { min_gap: 5s, max_share: null }
captures: [ { id: w, prompt: "One word?", for: 60s, max_words: 2, top: 3, when: { at: live+10s } } ]
"""


def cloud(text: str = CLOUD) -> Show:
    show = Show(read(text))
    show.live()
    show.run(11)
    return show


def test_a_word_cloud_from_prompt_to_result() -> None:
    show = cloud()
    lines = ["Great!", "great", "GREAT", "so so", "so  so.", "fine", "meh", "a b c", "https://x.test/great", "!!!"]
    for number, text in enumerate(lines):
        show.chat(text, by=f"p{number}")
    show.run(70)
    show.chat("late", by="late")
    show.run(10)
    assert show.said() == ["One word?", "“One word?”: Great! (3), so so (2), fine (1) – 7 people answered"]
    assert show.all_of("capture")[("w#1",)]["state"] == "closed"


def test_each_person_counts_once_for_each_answer() -> None:
    show = cloud()
    for _ in range(5):
        show.chat("great", by="ann")
    show.chat("fine", by="ann")
    assert ranking(show.all_of("capture")[("w#1",)]) == [("great", 1), ("fine", 1)]


def test_hidden_lines_and_those_of_the_team_are_no_answers() -> None:
    show = cloud()
    show.chat("rude", outcome="hide")
    show.chat("great", trust="team")
    assert ranking(show.all_of("capture")[("w#1",)]) == []
    show.run(80)
    assert show.said()[-1] == "“One word?”: nobody answered"


def test_what_attendees_wrote_is_repeated_without_mentions() -> None:
    show = cloud()
    show.chat("@everyone hi")
    show.run(80)
    assert "@" not in show.said()[-1]


def test_its_time_counts_from_when_people_could_see_the_prompt() -> None:
    show = cloud(CLOUD.replace("min_gap: 5s", "min_gap: 40s") + "cues: [{id: c, when: {at: live+5s}, do: [{post: hello}]}]")
    show.run(80)
    assert show.said() == ["hello", "One word?"]
    show.run(60)
    assert show.said_at()[1:] == [46, 106]


def test_a_prompt_that_could_not_be_said_ends_it_without_a_result() -> None:
    show = cloud(CLOUD.replace("min_gap: 5s", "min_gap: 10m") + "cues: [{id: c, when: {at: live+5s}, do: [{post: hello}]}]")
    show.run(900)
    assert show.said() == ["hello"]
    assert show.all_of("capture")[("w#1",)]["state"] == "closed"


def test_a_new_one_closes_the_one_before() -> None:
    show = cloud(CLOUD + "cues: [{id: c, when: {at: live+30s}, do: [{start_capture: w}]}]")
    show.chat("great")
    show.run(90)
    assert [value["state"] for value in show.all_of("capture").values()] == ["closed", "closed"]
    assert [record["words"] for record in show.all_of("capture").values()][1] == {}


@pytest.mark.parametrize(
    ("text", "answer"),
    [("  ＷＯＷ!! ", "wow"), ("🎉", "🎉"), ("«très bien»", "très bien"), ("...", ""), ("www.x.test", "")],
)
def test_what_two_equal_answers_have_in_common(text: str, answer: str) -> None:
    assert plain(text) == answer
