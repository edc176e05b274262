from __future__ import annotations

from itertools import pairwise

import pytest

from bot.engine.engagement.announcements import which
from bot.ruleset.engagement import Announcement

from .show import START, Show, read

ASK = """
speech: {{ min_gap: 5s, max_share: null }}
announcements:
  - {{ id: ask, every: 2m, messages: [one, two, three], {more} }}
"""


def ask(more: str = "order: sequence") -> Show:
    show = Show(read(ASK.format(more=more)))
    show.live()
    return show


def test_messages_come_in_their_order_and_again() -> None:
    show = ask()
    show.run(600)
    assert show.said() == ["one", "two", "three", "one", "two"]
    assert show.said_at() == [120, 240, 360, 480, 600]


def test_min_chat_lines_counts_since_this_one_last_posted() -> None:
    show = ask("min_chat_lines: 3, misfire_grace: 100s")
    show.run(130)
    assert show.said() == []
    assert show.all_of("due")[("ask",)]["why"] == "min_chat_lines: 0 of 3 attendee lines"
    for _ in range(3):
        show.chat()
    show.run(5)
    assert show.said() == ["one"]
    show.run(220)
    assert show.said() == ["one"]
    assert "min_chat_lines: 0 of 3" in next(iter(show.all_of("dropped").values()))["why"]


@pytest.mark.parametrize(
    "line",
    [{"trust": "team"}, {"outcome": "hide"}, {"outcome": "hold"}, {"own": True}, {"status": "hidden"}, {"text": "!agenda"}],
)
def test_lines_that_do_not_count(line: dict[str, object]) -> None:
    show = Show(
        read(
            ASK.format(more="min_chat_lines: 3") + 'commands: [{id: agenda, trigger: "!agenda", reply: "14:00", deny: [everyone]}]'
        )
    )
    show.live()
    for _ in range(10):
        show.chat(**line)  # type: ignore[arg-type]  # one field of a line each
    show.run(200)
    assert show.said() == []


def test_window_is_the_other_meaning() -> None:
    show = ask("min_chat_lines: 3, window: 60s")
    for _ in range(10):
        show.chat()
    show.run(200)
    assert show.said() == []
    for _ in range(3):
        show.chat()
    show.run(2)
    assert show.said() == ["one"]


def test_it_never_piles_up() -> None:
    show = ask("min_chat_lines: 3, misfire_grace: 1h")
    show.run(1000)
    assert len(show.all_of("due")) == 1
    for _ in range(30):
        show.chat()
    show.run(100)
    assert show.said() == ["one"]
    assert len(show.all_of("dropped")) == 7
    assert all("the next one was due" in value["why"] for value in show.all_of("dropped").values())


def test_only_when_and_show_until() -> None:
    show = ask("only_when: [live], show_until: live+5m")
    show.run(130)
    show.phase("playback", "video")
    show.run(115)
    assert show.said() == ["one"]
    assert show.all_of("due")[("ask",)]["why"] == "only_when: the event is video"
    show.phase("on_air", "live")
    show.run(400)
    assert show.said() == ["one", "two"]
    assert all("show_until" in value["why"] for value in show.all_of("dropped").values())


def test_not_after_the_event_is_over() -> None:
    show = ask()
    show.run(130)
    show.phase("over", "done")
    show.run(600)
    assert show.said() == ["one"]


def test_what_was_not_posted_does_not_use_its_message_up() -> None:
    show = Show(
        read(ASK.format(more="order: sequence")), answer=lambda entry: ("expired" if entry.created < START + 200 else "done", {})
    )
    show.live()
    show.run(400)
    assert show.said() == ["one", "one", "two"]


def test_taken_out_of_the_file_while_it_waits() -> None:
    show = ask("min_chat_lines: 3")
    show.run(130)
    show.engagement = read("")
    show.run(2)
    assert show.all_of("due") == {}
    assert "no longer in the rule files" in next(iter(show.all_of("dropped").values()))["why"]


def test_shuffled_messages_come_once_a_round_and_never_twice_in_a_row() -> None:
    item = Announcement.model_validate({"id": "a", "every": "5m", "order": "shuffle", "messages": list("abcde")})
    for event in (f"ev{number}" for number in range(50)):
        order = [which(item, count, event) for count in range(40)]
        assert all(sorted(order[at : at + 5]) == [0, 1, 2, 3, 4] for at in range(0, 40, 5))
        assert all(a != b for a, b in pairwise(order))
        assert order == [which(item, count, event) for count in range(40)]
    assert len({tuple(which(item, count, f"ev{number}") for count in range(5)) for number in range(50)}) > 20


def test_an_announcement_by_trigger() -> None:
    show = Show(read('announcements: [{id: a, when: {status: live}, messages: ["We\'re on!"]}]'))
    show.live()
    show.run(2)
    assert show.said() == ["We're on!"]
